#!/usr/bin/env python3
"""Trains each model with the program and with PyTorch from the same weights in the same order, at full size, and compares.

    python tools/parity/training/check_runs.py --program .build/release/msa-train

50 steps of batch 32, dropout 0, each on new samples, from several seeds. The curve is read in five pieces of ten steps, as
epochs of 10, 20, … 50 steps on more and more of the same samples. The first piece must be within 1e-4 relative. So must the
whole curve, unless rounding errors grow faster than that: then its median gap must be below the largest gap between PyTorch in
float32 and in float64. Now and then a ReLU's input is so near 0 that rounding decides its sign (two million of them a run, at
a relative error of 1e-6), and training amplifies what follows. best.safetensors must load with strict=True into the PyTorch
class and give predictions.csv within 1e-5, always.
"""
import argparse
import copy
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file

import models

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {"seed-192": (192, 96), "seed-256": (256, 128), "mult-32": (128, 32)}
# mult reads samples of up to this many rows.
ROWS = 20
BATCH, PIECES = 32, range(1, 6)
MODALITIES = ("visual", "audio", "text")


def split(folder, name):
    """The inputs of a model by name, vectors or padded sequences with masks, and the labels."""
    data = load_file(f"{folder}/shards/{name}-00000.safetensors")
    return models.inputs(data), data["labels"][:, 0]


def peer_losses(net, xs, y):
    """The mean loss of each piece of ten steps."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
    losses = []
    for i in range(0, len(y), BATCH):
        optimiser.zero_grad()
        loss = models.sentiment_loss(net(**{k: x[i:i + BATCH] for k, x in xs.items()}), y[i:i + BATCH])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        optimiser.step()
        losses.append(loss.item())
    return [sum(losses[k:k + 10]) / 10 for k in range(0, len(losses), 10)]


def gaps(program, folder, model, preset, seed, out):
    sums, init = [0.0], out + ".init"
    for k in PIECES:
        subprocess.run([program, "--shards", f"{folder}-{k}", "--out", f"{out}-{k}", "--model", model, "--preset", preset,
                        "--epochs", "1", "--no-shuffle", "--seed", str(seed), "--dropout", "0", "--save-init", init,
                        "--threads", "2", "-q"], check=True, stdout=subprocess.DEVNULL)
        sums.append(json.load(open(f"{out}-{k}/metrics_history.json"))["train_loss"][0] * 10 * k)
    ours = [(b - a) / 10 for a, b in zip(sums, sums[1:])]
    out, folder = f"{out}-{PIECES[-1]}", f"{folder}-{PIECES[-1]}"
    xs, y = split(folder, "train")
    net = models.make(model, [xs[m].shape[-1] for m in MODALITIES], *SIZES[preset])
    net.load_state_dict(load_file(init), strict=True)
    exact = peer_losses(copy.deepcopy(net).double().train(), {k: x.double() for k, x in xs.items()}, y.double())
    peer = peer_losses(net.train(), xs, y)
    start = abs(ours[0] / peer[0] - 1)
    curve, own = (max(abs(a / b - 1) for a, b in zip(x, peer)) for x in (ours, exact))
    net.load_state_dict(load_file(out + "/best.safetensors"), strict=True)
    net.eval()
    found = {(r["split"], r["id"]): float(r["prediction"]) for r in csv.DictReader(open(out + "/predictions.csv"))}
    gap = 0.0
    for name in ("valid", "test"):
        xs, _ = split(folder, name)
        with torch.no_grad():
            expected = net(**xs).tolist()
        gap = max(gap, *(abs(found[name, "%s%06d" % (name, i)] - e) for i, e in enumerate(expected)))
    return start, curve, own, gap


def check(program, folder, model, preset, seeds, out):
    starts, curves, owns, predictions = zip(*(gaps(program, folder, model, preset, s, f"{out}-{s}") for s in range(1, seeds + 1)))
    curve, own, gap = statistics.median(curves), statistics.median(owns), max(predictions)
    start = statistics.median(starts)
    fine = start < 1e-4 and curve < max(1e-4, *owns) and gap < 1e-5
    # The bar is 1e-4 where PyTorch's own float32 meets it; where it does not, no float32 training can be held to it, and ours
    # must not stray further than PyTorch's float32 strays from its float64.
    bar = "within 1e-4" if curve < 1e-4 else "beyond 1e-4, as PyTorch's float32 is of its own float64"
    print(f"{model} {preset}: ten steps {start:.1e}, fifty {curve:.1e} ({min(curves):.0e} to {max(curves):.0e}; PyTorch with itself {own:.1e}, "
          f"{min(owns):.0e} to {max(owns):.0e}), predictions {gap:.1e}: "
          f"{'ok, ' + bar if fine else 'FAILED'}", flush=True)
    return fine


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--program", default=".build/release/msa-train")
    p.add_argument("--models", default="crossmodal,seed,lf-dnn,tfn,lmf,mult")
    p.add_argument("--seeds", type=int, default=5)
    a = p.parse_args()
    torch.set_num_threads(1)
    fine = True
    with tempfile.TemporaryDirectory() as root:
        folder = root + "/shards"
        for k in PIECES:
            for rows, kind in ((1, "vectors"), (ROWS, "sequences")):
                subprocess.run([sys.executable, HERE + "/../../bench/training/make_folder.py", f"{folder}-{kind}-{k}", "--train",
                                str(10 * BATCH * k), "--rows", str(rows)], check=True)
        for model in a.models.split(","):
            for preset in [p for p in SIZES if (p == "mult-32") == (model == "mult")]:
                fine = check(a.program, folder + ("-sequences" if model == "mult" else "-vectors"), model, preset, a.seeds, f"{root}/{model}-{preset}") and fine
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()

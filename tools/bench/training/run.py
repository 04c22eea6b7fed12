#!/usr/bin/env python3
"""Times msa-train against PyTorch, alternately, on the same tensors: microseconds per training step of batch 32.

    python make_folder.py FOLDER
    python run.py --shards FOLDER --program .build/release/msa-train --python PYTHON_WITH_TORCH [--rounds 3]

For msa-train the whole epoch counts (shuffle, gather, steps, metrics, validation on 64 samples), except the first, which
warms the caches; for PyTorch the steps alone, after a warm-up. Medians and minima over all rounds; the seconds are those of
an epoch of 16,000 samples, 500 such steps. For --models mult make the folder with --rows 40 and give --presets mult-32.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {"seed-192": (192, 96), "seed-256": (256, 128), "mult-32": (128, 32)}
EPOCH_STEPS = 16_000 / 32


def ours(a, preset, model, threads):
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([a.program, "--shards", a.shards, "--out", out, "--model", model, "--preset", preset, "--epochs", str(a.epochs),
                        "--threads", str(threads), "-q"], check=True, stdout=subprocess.DEVNULL)
        seconds = json.load(open(out + "/metrics_history.json"))["seconds"][1:]
    count = json.load(open(a.shards + "/manifest.json"))["splits"]["train"]["samples"]
    return [s / (count / 32) * 1e6 for s in seconds]


def peer(a, preset, model, threads, *flags):
    hidden, embed = SIZES[preset]
    line = subprocess.run([a.python, HERE + "/peer.py", "--shards", a.shards, "--hidden", str(hidden), "--embed", str(embed),
                           "--threads", str(threads), "--model", model, "--steps", str(a.steps), *flags], check=True, capture_output=True, text=True)
    return json.loads(line.stdout.strip().splitlines()[-1])["us"]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--shards", required=True)
    p.add_argument("--program", default=".build/release/msa-train")
    p.add_argument("--python", default=sys.executable)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--epochs", type=int, default=5, help="of msa-train, the first not counted")
    p.add_argument("--steps", type=int, default=256, help="of PyTorch, three times")
    p.add_argument("--compile", choices=["yes", "no"], default="yes", help="whether torch.compile is timed too")
    p.add_argument("--models", default="crossmodal,seed")
    p.add_argument("--presets", default="seed-192,seed-256")
    p.add_argument("--threads", default="1,2")
    a = p.parse_args()
    print("| model | preset | threads | | median µs | min µs | s an epoch of 16,000 | times ours (medians) | (minima) |\n"
          "|---|---|---|---|---|---|---|---|---|")
    for model in a.models.split(","):
        for preset in a.presets.split(","):
            for threads in a.threads.split(","):
                names = ["msa-train", "PyTorch eager"] + ["PyTorch compile + fused"] * (a.compile == "yes")
                times = {name: [] for name in names}
                for _ in range(a.rounds):
                    times["msa-train"] += ours(a, preset, model, threads)
                    times["PyTorch eager"] += peer(a, preset, model, threads)
                    if a.compile == "yes":
                        times["PyTorch compile + fused"] += peer(a, preset, model, threads, "--compile", "--fused")
                base = times["msa-train"]
                for name, us in times.items():
                    print("| %s | %s | %s | %s | %.0f | %.0f | %.2f | %.1f | %.1f |" % (
                        model, preset, threads, name, statistics.median(us), min(us), statistics.median(us) * EPOCH_STEPS / 1e6,
                        statistics.median(us) / statistics.median(base), min(us) / min(base)), flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Does a run folder work with the tools that it is meant for?

    python tools/parity/outputs/check_run.py RUN [--shards DIR…]

Checks, each skipped with a note if its package is missing:
  tensorboard   TensorBoard's own reader sees every scalar of metrics_history.json
  onnx          the checker accepts model.onnx, and ONNX Runtime gives predictions.csv within 1e-5 (--shards)
  torch         best.safetensors loads with strict=True into the original's class (models seed and crossmodal) or one of
                PyTorch's own layers (mult), whose predictions match predictions.csv within 1e-5, as do those of
                msa_shards.load_model (--shards)
Needs numpy and safetensors. Exit status 1 when a check fails.
"""
import argparse
import csv
import glob
import json
import math
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python", "src"))
from msa_shards import ShardDataset, model_inputs  # noqa: E402

TOLERANCE = 1e-5
MODALITIES = ("visual", "audio", "text")


def history(run):
    with open(os.path.join(run, "metrics_history.json")) as file:
        return json.load(file)


def check_tensorboard(run):
    from tensorboard.backend.event_processing.event_accumulator import SCALARS, TENSORS, EventAccumulator
    found = EventAccumulator(run, size_guidance={SCALARS: 0, TENSORS: 0})
    found.Reload()
    error, measure = ("mae", "correlation") if config(run)["task"] == "regression" else ("error", "f1")
    names = {"loss/train": "train_loss", "loss/validation": "val_loss", "learning_rate": "learning_rate",
             "seconds": "seconds"}
    for name in (error, measure):
        names |= {name + "/train": "train_" + name, name + "/validation": "val_" + name}
    count = 0
    for tag, key in names.items():
        expected = [(e + 1, v) for e, v in enumerate(history(run)[key]) if v is not None]
        events = found.Scalars(tag) if expected else []
        assert [e.step for e in events] == [step for step, _ in expected], f"{tag}: other steps"
        assert np.allclose([e.value for e in events], [v for _, v in expected], rtol=1e-6, atol=0), f"{tag}: other values"
        assert all(a.wall_time <= b.wall_time for a, b in zip(events, events[1:])), f"{tag}: time runs backwards"
        count += len(events)
    tests = [t for t in found.Tags()["scalars"] if t.startswith("test/")]
    return f"{count} scalars in {len(names)} series, {len(tests)} test scores"


def samples_of(folders, run, names, widths):
    """The model's inputs for all samples of valid, then test, over all folders, and the expected outputs."""
    with open(os.path.join(run, "predictions.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    expected = {}
    for row in rows:
        key = (row.get("corpus"), row["id"], row["split"])
        scores = [float(v) for k, v in row.items() if k.startswith("score_")]
        expected[key] = scores or [float(row["prediction"])]
    outputs, samples = [], []
    sets = [ShardDataset(f, s) for f in folders for s in ("valid", "test")]
    datasets = {d.manifest["dataset"] for d in sets}
    for dataset in sets:
        corpus = None if len(folders) == 1 else dataset.manifest["dataset"] if len(datasets) == len(folders) else dataset.folder
        for k in range(len(dataset)):
            samples.append(dataset[k])
            outputs.append(expected[corpus, samples[-1]["id"], dataset.split])
    assert len(outputs) == len(rows), f"{len(outputs)} samples in the folders, {len(rows)} predictions"
    inputs = model_inputs(samples, names, widths, config(run).get("max-rows"))
    for name in inputs:
        if name.removesuffix("_mask") in hidden_modalities(run):
            inputs[name] = np.zeros_like(inputs[name])
    return inputs, np.array(outputs)


def config(run):
    with open(os.path.join(run, "results.json")) as file:
        return json.load(file)["config"]


def hidden_modalities(run):
    return set(MODALITIES) - set(config(run)["modalities"])


def largest_gap(run, found, expected):
    found = np.asarray(found, np.float64)
    if config(run)["task"] == "multilabel":
        found = 1 / (1 + np.exp(-found))
    elif expected.shape[1] > 1:
        found = np.exp(found - found.max(1, keepdims=True))
        found /= found.sum(1, keepdims=True)
    gap = float(np.abs(found - expected).max())
    assert gap <= TOLERANCE and not math.isnan(gap), f"differs by {gap}"
    return gap


def check_onnx(run, folders):
    import onnx
    import onnxruntime
    path = os.path.join(run, "model.onnx")
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path)
    text = f"opset {model.opset_import[0].version}, {len(model.graph.node)} operations"
    if not folders:
        feed = {i.name: np.zeros([2 if isinstance(n, str) else n for n in i.shape], np.float32) for i in session.get_inputs()}
        return f"{text}, output {session.run(None, feed)[0].shape} for two samples of zeros"
    widths = {i.name: i.shape[-1] for i in session.get_inputs()}
    inputs, expected = samples_of(folders, run, list(widths), widths)
    gap = largest_gap(run, session.run(None, inputs)[0], expected)
    # One sample at a time, each at its own length, gives the same.
    for index in range(min(len(expected), 8)):
        alone = {name: value[index:index + 1] for name, value in inputs.items()}
        for name in [n for n in alone if n + "_mask" in alone]:
            rows = max(1, int(np.flatnonzero(alone[name + "_mask"][0]).max(initial=0)) + 1)
            alone[name], alone[name + "_mask"] = alone[name][:, :rows], alone[name + "_mask"][:, :rows]
        largest_gap(run, session.run(None, alone)[0], expected[index:index + 1])
    return f"{text}, {len(expected)} predictions within {gap:.1e}"


def original(hidden, embed, widths, outputs, uses_attention):
    """The original's class as its description says; `uses_attention` adds the attended embeddings, as crossmodal does."""
    import torch
    from torch import nn

    def encoder(width):
        return nn.Sequential(nn.Linear(width, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(0.7),
                             nn.Linear(hidden, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(0.7),
                             nn.Linear(hidden, embed), nn.BatchNorm1d(embed))

    class Original(nn.Module):
        def __init__(self):
            super().__init__()
            self.visual_encoder, self.audio_encoder, self.text_encoder = (encoder(widths[m]) for m in MODALITIES)
            self.cross_attention = nn.MultiheadAttention(embed, 4, dropout=0.8, batch_first=True)
            self.fusion_layers = nn.Sequential(
                nn.Linear(3 * embed, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(0.7),
                nn.Linear(hidden, hidden // 2), nn.BatchNorm1d(hidden // 2), nn.ReLU(), nn.Dropout(0.7),
                nn.Linear(hidden // 2, outputs))

        def forward(self, visual, audio, text):
            tokens = torch.stack([self.visual_encoder(visual), self.audio_encoder(audio), self.text_encoder(text)], 1)
            attended, _ = self.cross_attention(tokens, tokens, tokens)
            return self.fusion_layers((tokens + attended if uses_attention else tokens).flatten(1))
    return Original().eval()


def check_torch(run, folders):
    import torch
    from msa_shards import load_model
    from safetensors.torch import load_file
    model = load_model(run)
    state = load_file(os.path.join(run, "best.safetensors"))
    config = model.config
    widths = {v["name"]: v["shape"][-1] for v in model.graph["inputs"]}
    inputs, expected = samples_of(folders, run, list(widths), widths) if folders else (None, None)
    text = f"{sum(p.numel() for p in model.parameters())} parameters"

    def gap(net):
        with torch.no_grad():
            found = net(**{name: torch.from_numpy(value) for name, value in inputs.items()})
        return largest_gap(run, found.reshape(len(expected), -1), expected)
    peer = None
    if config["model"] in ("seed", "crossmodal"):
        peer = original(config["hidden"], config["embed"], widths, model.graph["output"]["shape"][-1], config["model"] == "crossmodal")
        text += ", strict load into the original's class"
    elif config["model"] == "mult":
        sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "training"))
        import models
        peer = models.CrossmodalTransformer([widths[m] for m in MODALITIES], config["hidden"], config["embed"],
                                            rows=config["max-rows"], outputs=model.graph["output"]["shape"][-1]).eval()
        text += ", strict load into PyTorch's own layers"
    if peer is not None:
        peer.load_state_dict(state, strict=True)
        text += f" (within {gap(peer):.1e})" if folders else ""
    return text + (f", load_model within {gap(model):.1e}" if folders else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--shards", nargs="*", default=[])
    options = parser.parse_args()
    failed = False
    checks = {"tensorboard": lambda: check_tensorboard(options.run), "onnx": lambda: check_onnx(options.run, options.shards),
              "torch": lambda: check_torch(options.run, options.shards)}
    for name, check in checks.items():
        try:
            print(f"{name}: ok: {check()}")
        except ModuleNotFoundError as error:
            print(f"{name}: skipped: {error.name} is not installed")
        except AssertionError as error:
            failed = True
            print(f"{name}: FAILED: {error}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes a prepared folder of random float32 features with a planted signal, one row a sample, or up to --rows words.

A folder with fewer samples holds the first ones of a folder with more.

    python make_folder.py OUT --train 8192 --valid 64 --test 64 [--widths 713,74,300] [--seed 1] [--rows 1]
"""
import argparse
import hashlib
import json
import os

import numpy as np
from safetensors.numpy import save

MODALITIES = ("visual", "audio", "text")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return {"bytes": len(data), "sha256": sha256(data)}


def shard(seed, split, count, widths, out, longest):
    rng = {m: np.random.default_rng([seed, ("train", "valid", "test").index(split), i]) for i, m in enumerate(MODALITIES + ("noise",))}
    ids = ["%s%06d" % (split, i) for i in range(count)]
    # All modalities of a sample have the same number of rows, as aligned words have.
    counts = np.random.default_rng([seed, ("train", "valid", "test").index(split), 9]).integers(1, longest + 1, count)
    ends = np.cumsum([0, *counts])
    rows = int(ends[-1])
    x = {m: rng[m].standard_normal((rows, w), dtype=np.float32) for m, w in zip(MODALITIES, widths)}
    signal = sum(np.add.reduceat(v[:, :8].sum(1), ends[:-1]) for v in x.values()) / np.sqrt(counts)
    labels = signal / 5 + 0.3 * rng["noise"].standard_normal(count)
    tensors = {}
    for m in MODALITIES:
        tensors[m + "_intervals"] = np.zeros((rows, 2))
        tensors[m + "_offsets"] = ends
        tensors[m] = x[m]
        tensors[m + "_mask"] = np.ones(rows, np.uint8)
    tensors["labels"] = np.clip(labels, -3, 3).astype(np.float32)[:, None]
    meta = {"format": "msa-shard/1", "split": split, "granularity": "word" if longest > 1 else "utterance", "dataset": "RANDOM",
            "ids": json.dumps(ids), "label_names": json.dumps(["sentiment"])}
    name = "shards/%s-00000.safetensors" % split
    record = {"file": name, "samples": count, "rows": rows, **write(os.path.join(out, name), save(tensors, meta))}
    lines = [{"id": i, "group": i, "speaker": None, "session": None, "split": split, "shard": name, "index": index, "interval": [0.0, 0.0],
              "rows": int(counts[index]), "label": [float(tensors["labels"][index, 0])], "words": None} for index, i in enumerate(ids)]
    return ids, {"samples": count, "rows": rows, "groups": count, "shards": [record]}, lines


def main():
    p = argparse.ArgumentParser()
    p.add_argument("out")
    p.add_argument("--train", type=int, default=8192)
    p.add_argument("--valid", type=int, default=64)
    p.add_argument("--test", type=int, default=64)
    p.add_argument("--widths", default="713,74,300")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rows", type=int, default=1, help="the longest sample; the others have fewer, down to one")
    a = p.parse_args()
    widths = [int(w) for w in a.widths.split(",")]
    os.makedirs(a.out + "/shards", exist_ok=True)
    splits, ids, lines = {}, {}, []
    for split in ("train", "valid", "test"):
        ids[split], splits[split], own = shard(a.seed, split, getattr(a, split), widths, a.out, a.rows)
        lines += own
    scalers = {}
    for m, w in zip(MODALITIES, widths):
        scalers[m + ".center"], scalers[m + ".scale"] = np.zeros(w), np.ones(w)
    record = write(a.out + "/scalers.safetensors", save(scalers))
    config = {"source": "random"}
    manifest = {
        "format": "msa-shards/1", "dataset": "RANDOM", "granularity": "word" if a.rows > 1 else "utterance",
        "modalities": {m: {"dim": w, "dtype": "f32", "source": "random"} for m, w in zip(MODALITIES, widths)},
        "label_names": ["sentiment"], "splits": splits,
        "scalers": {"file": "scalers.safetensors", "sha256": record["sha256"], "fitted_on": "train", "rows": splits["train"]["rows"],
                    "train_samples_sha256": sha256("".join(i + "\n" for i in sorted(ids["train"])).encode())},
        "sources": [], "config": config, "config_sha256": sha256(json.dumps(config, separators=(",", ":")).encode()),
        "tool_version": "random"}
    lists = {k: {"groups": v, "samples": v} for k, v in ids.items()}
    json.dump(lists, open(a.out + "/splits.json", "w"))
    with open(a.out + "/samples.jsonl", "w") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    json.dump(manifest, open(a.out + "/manifest.json", "w"))


if __name__ == "__main__":
    main()

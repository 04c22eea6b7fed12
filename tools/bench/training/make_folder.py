#!/usr/bin/env python3
"""Writes a prepared folder of random float32 features with a planted signal, one row a sample.

    python make_folder.py OUT --train 8192 --valid 64 --test 64 [--widths 713,74,300] [--seed 1]
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


def shard(rng, split, count, widths, out):
    ids = ["%s%06d" % (split, i) for i in range(count)]
    x = {m: rng.standard_normal((count, w), dtype=np.float32) for m, w in zip(MODALITIES, widths)}
    labels = sum(v[:, :8].sum(1) for v in x.values()) / 5 + 0.3 * rng.standard_normal(count)
    tensors = {}
    for m in MODALITIES:
        tensors[m + "_intervals"] = np.zeros((count, 2))
        tensors[m + "_offsets"] = np.arange(count + 1)
        tensors[m] = x[m]
        tensors[m + "_mask"] = np.ones(count, np.uint8)
    tensors["labels"] = np.clip(labels, -3, 3).astype(np.float32)[:, None]
    meta = {"format": "msa-shard/1", "split": split, "granularity": "utterance", "dataset": "RANDOM",
            "ids": json.dumps(ids), "label_names": json.dumps(["sentiment"])}
    name = "shards/%s-00000.safetensors" % split
    record = {"file": name, "samples": count, "rows": count, **write(os.path.join(out, name), save(tensors, meta))}
    return ids, {"samples": count, "rows": count, "groups": count, "shards": [record]}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("out")
    p.add_argument("--train", type=int, default=8192)
    p.add_argument("--valid", type=int, default=64)
    p.add_argument("--test", type=int, default=64)
    p.add_argument("--widths", default="713,74,300")
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    widths = [int(w) for w in a.widths.split(",")]
    rng = np.random.default_rng(a.seed)
    os.makedirs(a.out + "/shards", exist_ok=True)
    splits, ids = {}, {}
    for split in ("train", "valid", "test"):
        ids[split], splits[split] = shard(rng, split, getattr(a, split), widths, a.out)
    scalers = {}
    for m, w in zip(MODALITIES, widths):
        scalers[m + ".center"], scalers[m + ".scale"] = np.zeros(w), np.ones(w)
    record = write(a.out + "/scalers.safetensors", save(scalers))
    config = {"source": "random"}
    manifest = {
        "format": "msa-shards/1", "dataset": "RANDOM", "granularity": "utterance",
        "modalities": {m: {"dim": w, "dtype": "f32", "source": "random"} for m, w in zip(MODALITIES, widths)},
        "label_names": ["sentiment"], "splits": splits,
        "scalers": {"file": "scalers.safetensors", "sha256": record["sha256"], "fitted_on": "train", "rows": a.train,
                    "train_samples_sha256": sha256("".join(i + "\n" for i in sorted(ids["train"])).encode())},
        "sources": [], "config": config, "config_sha256": sha256(json.dumps(config, separators=(",", ":")).encode()),
        "tool_version": "random"}
    lists = {k: {"groups": v, "samples": v} for k, v in ids.items()}
    json.dump(lists, open(a.out + "/splits.json", "w"))
    json.dump(manifest, open(a.out + "/manifest.json", "w"))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times the audit of a large prepared folder: 20,000 samples, 450,000 word rows, the widths of CMU-MOSEI, f16.

The folder is synthetic, but shaped like a real one: samples of one recording resemble each other, columns are correlated
(30 factors), words repeat, columns differ in location and spread by orders of magnitude, and the scalers are those of train.

    python tools/bench/audit.py [--program .build/release/msa-audit] [--work DIR] [--threads 2] [--runs 3]

Needs numpy and safetensors. Prints a row of a Markdown table: seconds (median of the runs) and peak memory.
"""
import argparse
import hashlib
import json
import os
import statistics
import subprocess
import time

import numpy as np
from safetensors.numpy import save, save_file

WIDTHS = {"visual": 713, "audio": 74, "text": 300}
SPLITS = ("train", "valid", "test")
CONFIG = {"clean": "mask", "dataset": "CMU-MOSEI", "granularity": "word", "dtype": "f16"}


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


class Corpus:
    """Ids, lengths and labels of all samples; feature rows one shard at a time."""

    def __init__(self, samples, rows, seed):
        rng = np.random.default_rng(seed)
        lengths = np.maximum(1, rng.gamma(2.0, rows / samples / 2.0, samples)).astype(np.int64)
        while lengths.sum() != rows:  # spread the difference over the longest samples
            step = np.sign(rows - lengths.sum())
            order = np.argsort(-lengths, kind="stable")[: min(samples, abs(rows - lengths.sum()))]
            lengths[order] = np.maximum(1, lengths[order] + step)
        self.group = np.sort(rng.integers(0, samples // 7, samples))
        share = self.group / self.group.max()
        self.split = np.where(share < 0.7, 0, np.where(share < 0.85, 1, 2))
        self.lengths = lengths
        self.label = np.clip(np.round(3 * (rng.standard_normal(samples // 7 + 1)[self.group] * 0.7
                                           + rng.standard_normal(samples))) / 3, -3, 3).astype(np.float32)
        self.vocabulary = rng.standard_normal((5000, WIDTHS["text"])).astype(np.float32) * 0.4
        self.factors = {m: rng.standard_normal((30, w)).astype(np.float32) for m, w in WIDTHS.items()}
        self.spread = {m: np.exp(1.5 * rng.standard_normal(w)).astype(np.float32) for m, w in WIDTHS.items()}
        self.seed = seed

    def rows(self, modality, number, members):
        """Raw float32 rows of the samples `members`, the shard of this number across all splits."""
        rng = np.random.default_rng([self.seed, list(WIDTHS).index(modality), number])
        counts = self.lengths[members]
        if modality == "text":
            words = np.minimum(rng.zipf(1.3, counts.sum()) - 1, 4999)
            return self.vocabulary[words]
        groups = np.unique(self.group[members])
        of_group = rng.standard_normal((len(groups), 30)).astype(np.float32)
        of_sample = rng.standard_normal((len(members), 30)).astype(np.float32)
        latent = of_group[np.searchsorted(groups, self.group[members])] + 0.7 * of_sample
        latent[:, 0] += 0.3 * self.label[members]
        rows = np.repeat(latent @ self.factors[modality] / 5, counts, axis=0)
        rows += rng.standard_normal(rows.shape, dtype=np.float32)
        return (rows + 2) * self.spread[modality]


def scaler(rows):
    """Median and interquartile range of each column, as in scikit-learn's RobustScaler."""
    low, center, high = (np.empty(rows.shape[1]) for _ in range(3))
    for start in range(0, rows.shape[1], 16):
        part = rows[:, start:start + 16]
        center[start:start + 16] = np.median(part, axis=0)
        low[start:start + 16], high[start:start + 16] = np.percentile(part, (25, 75), axis=0)
    scale = high - low
    return center, np.where(scale < 10 * np.finfo(float).eps, 1, scale)


def make(out, samples, rows, seed):
    os.makedirs(out + "/shards", exist_ok=True)
    corpus = Corpus(samples, rows, seed)
    shards = []
    for split in range(3):
        members = np.flatnonzero(corpus.split == split)
        for part in np.array_split(members, max(1, len(members) // 1000)):
            shards.append((split, part))
    scalers = {}
    for m in WIDTHS:
        train = np.concatenate([corpus.rows(m, i, part) for i, (split, part) in enumerate(shards) if split == 0])
        scalers[m] = scaler(train)
        del train
    ids = ["%06d[%d]" % (corpus.group[i], i) for i in range(samples)]
    starts = np.concatenate([[0], np.cumsum(corpus.lengths)])[:-1] * 0.3
    records, lines = {s: [] for s in SPLITS}, []
    for number, (split, part) in enumerate(shards):
        tensors = {"labels": corpus.label[part][:, None]}
        counts = corpus.lengths[part]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        for m in WIDTHS:
            center, scale = scalers[m]
            z = (corpus.rows(m, number, part) - center.astype(np.float32)) / scale
            tensors[m] = z.astype(np.float32).astype(np.float16)
            tensors[m + "_offsets"] = offsets
            tensors[m + "_mask"] = np.ones(counts.sum(), np.uint8)
            first = np.repeat(starts[part], counts) + 0.3 * (np.arange(counts.sum()) - np.repeat(offsets[:-1], counts))
            tensors[m + "_intervals"] = np.stack([first, first + 0.3], 1)
        names = [ids[i] for i in part]
        meta = {"format": "msa-shard/1", "split": SPLITS[split], "granularity": "word", "dataset": "CMU-MOSEI",
                "ids": json.dumps(names), "label_names": json.dumps(["sentiment"])}
        name = "shards/%s-%05d.safetensors" % (SPLITS[split], len(records[SPLITS[split]]))
        record = {"file": name, "samples": len(part), "rows": int(counts.sum()), **write(out + "/" + name, save(tensors, meta))}
        records[SPLITS[split]].append(record)
        for index, i in enumerate(part):
            lines.append({"id": ids[i], "group": "%06d" % corpus.group[i], "speaker": None, "session": None,
                          "split": SPLITS[split], "shard": name, "index": index,
                          "interval": [float(starts[i]), float(starts[i] + 0.3 * corpus.lengths[i])],
                          "rows": int(corpus.lengths[i]), "label": [float(corpus.label[i])], "words": None})
    describe(out, records, lines, scalers)


def describe(out, records, lines, scalers):
    """Everything besides the shards, the manifest last."""
    save_file({"%s.%s" % (m, n): v for m, pair in scalers.items() for n, v in zip(("center", "scale"), pair)},
              out + "/scalers.safetensors")
    with open(out + "/samples.jsonl", "w") as f:
        f.writelines(canonical(line) + "\n" for line in lines)
    members = {s: [x for x in lines if x["split"] == s] for s in SPLITS}
    splits = {s: {"groups": sorted({x["group"] for x in v}), "samples": [x["id"] for x in v]} for s, v in members.items()}
    write(out + "/splits.json", canonical(splits).encode())
    train = "".join(i + "\n" for i in sorted(splits["train"]["samples"]))
    rows = {s: sum(r["rows"] for r in records[s]) for s in SPLITS}
    with open(out + "/scalers.safetensors", "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    manifest = {
        "format": "msa-shards/1", "dataset": "CMU-MOSEI", "granularity": "word", "label_names": ["sentiment"],
        "modalities": {m: {"dim": w, "dtype": "f16", "source": "made up"} for m, w in WIDTHS.items()},
        "splits": {s: {"samples": len(members[s]), "rows": rows[s], "groups": len(splits[s]["groups"]),
                       "shards": records[s]} for s in SPLITS},
        "scalers": {"file": "scalers.safetensors", "sha256": digest, "fitted_on": "train", "rows": rows["train"],
                    "train_samples_sha256": hashlib.sha256(train.encode()).hexdigest()},
        "sources": [], "config": CONFIG, "config_sha256": hashlib.sha256(canonical(CONFIG).encode()).hexdigest(),
        "tool_version": "benchmark"}
    write(out + "/manifest.json", canonical(manifest).encode())


def run(command):
    """Seconds, peak memory in MiB and the exit status of a program."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    return time.monotonic() - start, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), text


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--program", default=".build/release/msa-audit")
    p.add_argument("--work", default="/tmp/msa-bench-audit")
    p.add_argument("--samples", type=int, default=20_000)
    p.add_argument("--rows", type=int, default=450_000)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--runs", type=int, default=3)
    a = p.parse_args()
    folder = "%s/prepared-%d-%d" % (a.work, a.samples, a.rows)
    if not os.path.exists(folder + "/manifest.json"):
        make(folder, a.samples, a.rows, seed=1)
    command = [a.program, "--shards", folder, "--out", a.work + "/audit", "--threads", str(a.threads)]
    results = [run(command) for _ in range(a.runs)]
    if any(status not in (0, 1) for _, _, status, _ in results):
        raise SystemExit("the audit did not finish")
    print(results[-1][3].decode())
    print("| samples | rows | threads | seconds | peak MiB |\n|---|---|---|---|---|")
    print("| %d | %d | %d | %.1f | %.0f |" % (a.samples, a.rows, a.threads, statistics.median(r[0] for r in results),
                                            max(r[1] for r in results)))


if __name__ == "__main__":
    main()

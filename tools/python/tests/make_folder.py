"""A small prepared folder, written with safetensors' own writer."""
import hashlib
import json
import os

import numpy as np
from safetensors.numpy import save_file

WIDTHS = {"visual": 3, "audio": 2, "text": 4}
LENGTHS = {"train": [[2, 1, 3], [4]], "valid": [[1, 2]], "test": [[3, 0, 1]]}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def write(folder, dtype=np.float16, seed=0):
    """The folder's values by split and modality, float32 [rows, width], as they were before they were stored."""
    rng = np.random.default_rng(seed)
    os.makedirs(os.path.join(folder, "shards"), exist_ok=True)
    splits, values = {}, {}
    for split, shards in LENGTHS.items():
        records = []
        for number, lengths in enumerate(shards):
            name = f"shards/{split}-{number:05}.safetensors"
            tensors = {"labels": rng.normal(size=(len(lengths), 2)).astype(np.float32)}
            for m, width in WIDTHS.items():
                rows = sum(lengths)
                data = rng.normal(size=(rows, width)).astype(dtype)
                values[split, number, m] = data.astype(np.float32)
                mask = np.ones(rows, np.uint8)
                mask[:1] = 0
                tensors.update({m: data, m + "_mask": mask, m + "_offsets": np.cumsum([0] + lengths),
                                m + "_intervals": np.zeros((rows, 2))})
            ids = [f"{split}{number}[{k}]" for k in range(len(lengths))]
            save_file(tensors, os.path.join(folder, name), {
                "format": "msa-shard/1", "split": split, "granularity": "word", "dataset": "test",
                "ids": json.dumps(ids), "label_names": json.dumps(["sentiment", "happy"])})
            records.append({"file": name, "samples": len(lengths), "sha256": digest(os.path.join(folder, name))})
        splits[split] = {"shards": records}
    scalers = os.path.join(folder, "scalers.safetensors")
    save_file({f"{m}.{k}": rng.normal(size=w) for m, w in WIDTHS.items() for k in ("center", "scale")}, scalers)
    manifest = {"scalers": {"file": "scalers.safetensors", "sha256": digest(scalers)}, "format": "msa-shards/1", "dataset": "test", "granularity": "word", "label_names": ["sentiment", "happy"],
                "modalities": {m: {"dim": w} for m, w in WIDTHS.items()}, "splits": splits}
    with open(os.path.join(folder, "manifest.json"), "w") as file:
        json.dump(manifest, file)
    return values

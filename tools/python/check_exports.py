"""Checks what `msa-prep export` wrote against the shards it came from.

    python tools/python/check_exports.py PREPARED NPZ_FOLDER WEBDATASET_FOLDER

Needs numpy, safetensors and webdataset. Exit status 1 and a line for the first difference.
"""

import glob
import json
import sys

import numpy
import safetensors
import webdataset

ROWS = 50
TYPES = {"F64": "<f8", "I64": "<i8", "F32": "<f4", "F16": "<f2", "U8": "u1"}


def array(tensor: dict) -> numpy.ndarray:
    """A tensor as an array; bf16, which NumPy lacks, is the upper half of float32."""
    if tensor["dtype"] == "BF16":
        halves = numpy.frombuffer(tensor["data"], "<u2").astype("<u4")
        return (halves << 16).view("<f4").reshape(tensor["shape"])
    return numpy.frombuffer(tensor["data"], TYPES[tensor["dtype"]]).reshape(tensor["shape"])


def samples(prepared: str, split: str):
    """Yields (id, {tensor name: this sample's part}, labels) in the order of the shards."""
    for path in sorted(glob.glob(f"{prepared}/shards/{split}-*.safetensors")):
        with open(path, "rb") as file:
            tensors = {name: array(tensor) for name, tensor in safetensors.deserialize(file.read())}
        with safetensors.safe_open(path, "np") as shard:
            ids = json.loads(shard.metadata()["ids"])
        modalities = [name for name in ("visual", "audio", "text") if name in tensors]
        for index, name in enumerate(ids):
            parts = {}
            for modality in modalities:
                start, end = tensors[f"{modality}_offsets"][index : index + 2]
                for suffix in ("", "_mask", "_intervals"):
                    parts[modality + suffix] = tensors[modality + suffix][start:end]
            yield name, parts, tensors["labels"][index]


def lines(prepared: str) -> dict:
    with open(f"{prepared}/samples.jsonl", encoding="utf-8") as file:
        return {line["id"]: line for line in map(json.loads, file)}


def mmsa_id(name: str) -> str:
    video, bracket, segment = name.rpartition("[")
    return f"{video}$_${segment[:-1]}" if bracket and segment[:-1].isdigit() else name


def check_npz(prepared: str, out: str, split: str) -> int:
    known = lines(prepared)
    data = numpy.load(f"{out}/{split}.npz", allow_pickle=False)
    count = 0
    for index, (name, parts, labels) in enumerate(samples(prepared, split)):
        assert data["id"][index] == mmsa_id(name), (name, data["id"][index])
        assert data["raw_text"][index] == (known[name]["words"] or ""), name
        assert numpy.array_equal(data["labels"][index], labels, equal_nan=True), name
        value = numpy.float32(labels[0])
        assert data["regression_labels"][index] == value, name
        assert data["classification_labels"][index] == numpy.sign(value) + 1, name
        assert data["annotations"][index] == ["Negative", "Neutral", "Positive"][int(numpy.sign(value)) + 1], name
        for modality, key in (("visual", "vision"), ("audio", "audio"), ("text", "text")):
            if modality not in parts:
                continue
            # The last rows, then zeros.
            rows = parts[modality].astype(numpy.float32)[-ROWS:]
            padded = numpy.concatenate([rows, numpy.zeros((ROWS - len(rows), rows.shape[1]), numpy.float32)])
            assert numpy.array_equal(data[key][index], padded), (name, key)
            assert data[key].dtype == numpy.float32 and data[key + "_lengths"][index] == len(rows), (name, key)
        count += 1
    with open(f"{prepared}/manifest.json", encoding="utf-8") as file:
        assert data["label_names"].tolist() == json.load(file)["label_names"]
    for key in set(data.files) - {"label_names"}:
        assert len(data[key]) == count, (split, key, len(data[key]), count)
    return count


def check_webdataset(prepared: str, out: str, split: str) -> int:
    known = lines(prepared)
    expected = samples(prepared, split)
    count = 0
    paths = sorted(glob.glob(f"{out}/{split}-*.tar"))
    for sample in webdataset.WebDataset(paths, shardshuffle=False, empty_check=False).decode():
        name, parts, labels = next(expected)
        about = sample["json"]
        assert about["id"] == name and about["split"] == split, (about["id"], name)
        assert about["words"] == known[name]["words"] and about["interval"] == known[name]["interval"], name
        assert numpy.array_equal(numpy.float32(about["label"]), labels), name
        assert len(about["label_names"]) == len(labels), name
        found = {key.removesuffix(".npy") for key in sample if key.endswith(".npy")}
        assert found == set(parts), (name, found)
        for key, part in parts.items():
            value = sample[key + ".npy"]
            assert value.shape == part.shape and numpy.array_equal(value, part.astype(value.dtype)), (name, key)
        count += 1
    assert next(expected, None) is None, f"{split}: webdataset gives {count} samples, the shards hold more"
    return count


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    prepared, npz, tar = sys.argv[1:]
    for split in ("train", "valid", "test"):
        count = check_npz(prepared, npz, split)
        assert check_webdataset(prepared, tar, split) == count
        print(f"{split}: {count} samples agree in shards, npz and webdataset")

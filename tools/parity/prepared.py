"""Reads a prepared folder with the safetensors package alone; checks it against itself."""

import hashlib
import json
import pathlib

import numpy as np
import safetensors

SPLITS = ("train", "valid", "test")
TYPES = {"F64": np.float64, "I64": np.int64, "F32": np.float32, "F16": np.float16, "U8": np.uint8}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def read_tensors(path):
    """Tensors by name, in file order; BF16 widened to float32."""
    tensors = {}
    for name, tensor in safetensors.deserialize(path.read_bytes()):
        if tensor["dtype"] == "BF16":
            bits = np.frombuffer(tensor["data"], np.uint16).astype(np.uint32) << 16
            values = bits.view(np.float32)
        else:
            values = np.frombuffer(tensor["data"], TYPES[tensor["dtype"]])
        tensors[name] = values.reshape(tensor["shape"]), tensor["dtype"]
    return tensors


class PreparedFolder:
    """The parsed files of a folder, and each split's shards joined."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.manifest = json.loads((self.path / "manifest.json").read_text())
        self.splits = json.loads((self.path / "splits.json").read_text())
        lines = (self.path / "samples.jsonl").read_text(encoding="utf-8").splitlines()
        self.samples = [json.loads(line) for line in lines]
        self.scalers = {
            n: t for n, (t, _) in read_tensors(self.path / "scalers.safetensors").items()
        }
        self.shards = {}
        for split in SPLITS:
            for record in self.manifest["splits"].get(split, {}).get("shards", []):
                file = self.path / record["file"]
                with safetensors.safe_open(file, "numpy") as opened:
                    metadata = opened.metadata()
                self.shards[record["file"]] = split, record, metadata, read_tensors(file)

    def sample_rows(self, modality):
        """{sample id: (values, mask, intervals)} of one modality."""
        rows = {}
        for _, _, metadata, tensors in self.shards.values():
            offsets = tensors[f"{modality}_offsets"][0]
            names = (modality, f"{modality}_mask", f"{modality}_intervals")
            for i, name in enumerate(json.loads(metadata["ids"])):
                rows[name] = [tensors[n][0][offsets[i] : offsets[i + 1]] for n in names]
        return rows

    def sample_labels(self):
        labels = {}
        for _, _, metadata, tensors in self.shards.values():
            labels.update(zip(json.loads(metadata["ids"]), tensors["labels"][0], strict=True))
        return labels


def check_folder_agrees(folder, checks):
    """Checksums, counts, digests and layout: everything that needs no source file."""
    manifest = folder.manifest
    checks.check("manifest format", manifest["format"] == "msa-shards/1", manifest["format"])
    config = json.dumps(
        manifest["config"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    checks.check("config_sha256", manifest["config_sha256"] == sha256(config.encode()), config)
    for file, (split, record, metadata, tensors) in folder.shards.items():
        problems = shard_problems(folder, file, split, record, metadata, tensors)
        checks.check(file, not problems, "; ".join(problems))
    problems = split_problems(folder)
    checks.check("splits.json and samples.jsonl", not problems, "; ".join(problems[:5]))
    problems = scaler_problems(folder)
    checks.check("scalers.safetensors", not problems, "; ".join(problems))


def shard_problems(folder, file, split, record, metadata, tensors):
    data = (folder.path / file).read_bytes()
    problems = []

    def expect(claim, text):
        if not claim:
            problems.append(text)

    expect(record["bytes"] == len(data), f"{len(data)} bytes, the manifest says {record['bytes']}")
    expect(record["sha256"] == sha256(data), "sha256 differs from the manifest's")
    ids = json.loads(metadata["ids"])
    expected = {
        "format": "msa-shard/1",
        "split": split,
        "granularity": folder.manifest["granularity"],
        "dataset": folder.manifest["dataset"],
        "label_names": folder.manifest["label_names"],
    }
    found = dict(metadata, label_names=json.loads(metadata["label_names"]))
    found = {key: found.get(key) for key in expected}
    expect(found == expected, f"metadata {found}, expected {expected}")
    expect(record["samples"] == len(ids), f"{len(ids)} ids, the manifest says {record['samples']}")
    header = 8 + int.from_bytes(data[:8], "little")
    expect(header % 64 == 0, f"data start at byte {header}, not a multiple of 64")
    layout = json.loads(data[8:header])
    layout.pop("__metadata__")
    ordered = sorted(layout, key=lambda name: layout[name]["data_offsets"])
    sizes = [int(layout[name]["dtype"].strip("BFIU")) // 8 for name in ordered]
    expect(sizes == sorted(sizes, reverse=True), f"element sizes in file order: {sizes}")

    names, rows = {"labels"}, {}
    for m, description in folder.manifest["modalities"].items():
        names |= {m, f"{m}_mask", f"{m}_offsets", f"{m}_intervals"}
        (values, dtype), (mask, mask_type) = tensors[m], tensors[f"{m}_mask"]
        (offsets, offsets_type), (intervals, _) = tensors[f"{m}_offsets"], tensors[f"{m}_intervals"]
        rows[m] = len(values)
        expect(dtype.lower() == description["dtype"], f"{m} is {dtype}")
        expect(values.shape == (rows[m], description["dim"]), f"{m} {values.shape}")
        expect(mask.shape == (rows[m],) and mask_type == "U8", f"{m}_mask {mask_type} {mask.shape}")
        expect(set(np.unique(mask)) <= {0, 1}, f"{m}_mask holds {np.unique(mask)[:5]}")
        expect(intervals.shape == (rows[m], 2) and intervals.dtype == np.float64, f"{m}_intervals")
        expect((intervals[:, 1] >= intervals[:, 0]).all(), f"{m}_intervals run backwards")
        expect(
            offsets_type == "I64" and len(offsets) == len(ids) + 1, f"{m}_offsets {offsets.shape}"
        )
        expect(offsets[0] == 0 and offsets[-1] == rows[m], f"{m}_offsets end at {offsets[-1]}")
        expect((np.diff(offsets) >= 0).all(), f"{m}_offsets fall")
        expect(np.isfinite(values).all(), f"{m} holds NaN or Inf")
    expect(set(tensors) == names, f"tensors {sorted(set(tensors) ^ names)} missing or unknown")
    labels = tensors["labels"][0]
    expect(
        labels.shape == (len(ids), len(folder.manifest["label_names"])), f"labels {labels.shape}"
    )
    claimed = record["rows"]
    claimed = claimed if isinstance(claimed, dict) else dict.fromkeys(rows, claimed)
    expect(claimed == rows, f"rows {rows}, the manifest says {record['rows']}")
    return problems


def split_problems(folder):
    problems, seen = [], {}
    written = {}
    for file, (split, _, metadata, tensors) in folder.shards.items():
        for index, name in enumerate(json.loads(metadata["ids"])):
            rows = {
                m: int(np.diff(tensors[f"{m}_offsets"][0][index : index + 2])[0])
                for m in folder.manifest["modalities"]
            }
            label = tensors["labels"][0][index]
            written[name] = {"split": split, "shard": file, "index": index}, rows, label
    lines = {line["id"]: line for line in folder.samples}
    if len(lines) != len(folder.samples):
        problems.append("samples.jsonl names a sample twice")
    if list(lines) != list(written):
        odd = sorted(set(lines) ^ set(written))[:5]
        problems.append(f"samples.jsonl and the shards list other ids or another order: {odd}")
    for name in lines.keys() & written.keys():
        line, (place, rows, label) = lines[name], written[name]
        found = {key: line[key] for key in place}
        if found != place and found != place | {"shard": pathlib.Path(place["shard"]).name}:
            problems.append(f"{name}: samples.jsonl says {found}, stored at {place}")
        claimed = line["rows"]
        claimed = claimed if isinstance(claimed, dict) else dict.fromkeys(rows, claimed)
        if claimed != rows:
            problems.append(f"{name}: samples.jsonl says {line['rows']} rows, stored {rows}")
        if not np.array_equal(np.array(line["label"], np.float32), label):
            problems.append(f"{name}: samples.jsonl label {line['label']}, stored {label.tolist()}")
    for split in SPLITS:
        listed = folder.splits[split]
        ids = [name for name in written if written[name][0]["split"] == split]
        if listed["samples"] != ids:
            problems.append(f"splits.json {split}: samples differ from the shards'")
        groups = {lines[name]["group"] for name in ids if name in lines}
        if not groups <= set(listed["groups"]):
            problems.append(
                f"splits.json {split}: groups lack {sorted(groups - set(listed['groups']))}"
            )
        for group in listed["groups"]:
            if seen.setdefault(group, split) != split:
                problems.append(f"group {group} is in {seen[group]} and in {split}")
        counts = folder.manifest["splits"].get(split)
        if counts is None:
            if ids:
                problems.append(f"the manifest lacks {split}")
            continue
        if counts["samples"] != len(ids) or counts["groups"] != len(listed["groups"]):
            problems.append(
                f"manifest {split}: {counts['samples']} samples, {counts['groups']} groups; "
                f"found {len(ids)}, {len(listed['groups'])}"
            )
        totals = {
            m: sum(rows[m] for _, rows, _ in (written[name] for name in ids))
            for m in folder.manifest["modalities"]
        }
        claimed = counts["rows"]
        claimed = claimed if isinstance(claimed, dict) else dict.fromkeys(totals, claimed)
        if claimed != totals:
            problems.append(f"manifest {split}: rows {counts['rows']}, found {totals}")
    return problems


def scaler_problems(folder):
    problems = []
    scalers = folder.manifest["scalers"]
    if sha256((folder.path / scalers["file"]).read_bytes()) != scalers["sha256"]:
        problems.append("sha256 differs from the manifest's")
    if scalers["fitted_on"] != "train":
        problems.append(f"fitted on {scalers['fitted_on']}")
    train = sorted(folder.splits["train"]["samples"], key=str.encode)
    if scalers["train_samples_sha256"] != sha256("".join(f"{name}\n" for name in train).encode()):
        problems.append(
            "train_samples_sha256 is not the digest of the train samples in splits.json"
        )
    if scalers["rows"] != folder.manifest["splits"]["train"]["rows"]:
        problems.append(f"fitted on {scalers['rows']} rows")
    for m, description in folder.manifest["modalities"].items():
        for name in (f"{m}.center", f"{m}.scale"):
            values = folder.scalers.get(name)
            if (
                values is None
                or values.dtype != np.float64
                or values.shape != (description["dim"],)
            ):
                problems.append(f"{name} is not F64 [{description['dim']}]")
    return problems

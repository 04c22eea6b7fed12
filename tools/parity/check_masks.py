"""Makes the masks of `msa-prep mask` again, from nothing but the metadata and offsets of their file."""

import hashlib
import json

import numpy as np
import safetensors

from prepared import PreparedFolder, read_tensors

MODALITIES = ("visual", "audio", "text")


def check(driver, prepared):
    folder = PreparedFolder(prepared)
    for rate, seed in ((0.3, 7), (0.05, 0), (0.7, (1 << 64) - 1)):
        driver.checks.subject = f"masks {rate} {seed}:"
        done = driver.run("mask", prepared, "--rate", rate, "--seed", seed)
        driver.checks.check("are written", done.returncode == 0, done.stderr.strip())
        if done.returncode == 0:
            file = prepared / "masks" / f"{rate}-{seed}.safetensors"
            driver.checks.attempt("compares", compare, folder, file, rate, seed, driver.checks)


def compare(folder, file, rate, seed, checks):
    with safetensors.safe_open(file, "numpy") as opened:
        metadata = opened.metadata()
    tensors = {name: values for name, (values, _) in read_tensors(file).items()}
    ids = json.loads(metadata["ids"])
    checks.check("ids", ids == [line["id"] for line in folder.samples], f"{ids[:3]}")
    checks.check("rate and seed", (float(metadata["rate"]), int(metadata["seed"])) == (rate, seed), str(metadata))
    digest = hashlib.sha256((folder.path / "manifest.json").read_bytes()).hexdigest()
    checks.check("manifest_sha256", metadata["manifest_sha256"] == digest)
    present = present_in(folder, ids)
    checks.check("sample_present", np.array_equal(tensors["sample_present"], present))
    sample_mask, row_masks = made_again(metadata, tensors)
    checks.check("sample_mask", np.array_equal(tensors["sample_mask"], sample_mask))
    left = sample_mask.sum(axis=1)
    checks.check("a modality stays", bool((left[present.any(axis=1)] > 0).all()))
    for m in folder.manifest["modalities"]:
        rows = folder.sample_rows(m)
        lengths = [len(rows[name][0]) for name in ids]
        checks.check(f"{m}_offsets", np.diff(tensors[f"{m}_offsets"]).tolist() == lengths)
        checks.check(f"{m}_row_mask", np.array_equal(tensors[f"{m}_row_mask"], row_masks[m]))


def present_in(folder, ids):
    present = np.zeros((len(ids), len(MODALITIES)), np.uint8)
    for column, m in enumerate(MODALITIES):
        if m in folder.manifest["modalities"]:
            rows = folder.sample_rows(m)
            present[:, column] = [rows[name][1].any() for name in ids]
    return present


def made_again(metadata, tensors):
    """The masks by what the file says about them; the rows of all samples at once."""
    ids, seed = json.loads(metadata["ids"]), metadata["seed"]
    sample_bound, row_bound = int(metadata["sample_bound"]), int(metadata["row_bound"])
    numbers = {m: [numbers_of(seed, m, name) for name in ids] for m in MODALITIES}
    sample_mask = np.zeros((len(ids), len(MODALITIES)), np.uint8)
    for index in range(len(ids)):
        present = [c for c in range(len(MODALITIES)) if tensors["sample_present"][index, c]]
        whole = {c: numbers[MODALITIES[c]][index][0] for c in present}
        kept = [c for c in present if whole[c] >> 11 >= sample_bound]
        sample_mask[index, kept or sorted(present, key=lambda c: -whole[c])[:1]] = 1
    row_masks = {}
    for m in MODALITIES:
        if f"{m}_offsets" in tensors:
            lengths = np.diff(tensors[f"{m}_offsets"])
            states = np.repeat(np.array([state for _, state in numbers[m]], np.uint64), lengths)
            places = np.concatenate([np.arange(length, dtype=np.uint64) for length in lengths])
            row_masks[m] = (split_mix(states, places) >> np.uint64(11) >= np.uint64(row_bound)).astype(np.uint8)
    return sample_mask, row_masks


def numbers_of(seed, modality, name):
    digits = hashlib.sha256(f"{seed}:{modality}:{name}".encode()).hexdigest()
    return int(digits[:16], 16), int(digits[16:32], 16)


def split_mix(states, places):
    """The output of each SplitMix64 generator at each place, from 0."""
    value = states + (places + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ value >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ value >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return value ^ value >> np.uint64(31)

"""Compares exported folders with the prepared folder they come from."""

import json
import os
import re
import tempfile

import numpy as np
import webdataset

import oracle
from prepared import SPLITS, PreparedFolder

ROWS = 50  # of a sample of the npz export; the SDK's get_tensors keeps the last 50 rows
NAMES = {"visual": "vision", "audio": "audio", "text": "text"}


def check(driver, prepared):
    folder = PreparedFolder(prepared)
    for name, options, compare in (
        ("npz", ("--to", "npz"), check_npz),
        ("npz, left", ("--to", "npz", "--pad", "left"), check_left_npz),
        ("webdataset", ("--to", "webdataset"), check_webdataset),
        ("datasets", ("--to", "webdataset"), check_datasets),
    ):
        driver.checks.subject = f"export {name}:"
        out = prepared.with_name(f"{prepared.name}-{name}")
        done = driver.run("export", prepared, *options, "--out", out)
        driver.checks.check("is written", done.returncode == 0, done.stderr.strip())
        if done.returncode == 0:
            for split in SPLITS:
                driver.checks.attempt(split, compare, folder, split, out, driver.checks)


def check_left_npz(folder, split, out, checks):
    """As the SDK's get_tensors pads: zeros before a sample's rows."""
    check_npz(folder, split, out, checks, left=True)


def check_npz(folder, split, out, checks, left=False):
    """MMSA's keys; every sample in the shards' order, padded or cut to 50 rows."""
    arrays = np.load(out / f"{split}.npz", allow_pickle=False)
    wanted = folder.splits[split]["samples"]
    found = [re.sub(r"\$_\$(\d+)$", r"[\1]", name) for name in arrays["id"].tolist()]
    checks.check(f"{split} ids", found == wanted, f"{found[:3]}…, expected {wanted[:3]}…")
    labels = folder.sample_labels()
    names = folder.manifest["label_names"]
    checks.check(f"{split} label names", arrays["label_names"].tolist() == names)
    every = np.array([labels[name] for name in wanted], np.float32).reshape(len(wanted), len(names))
    checks.check(f"{split} labels", np.array_equal(arrays["labels"], every, equal_nan=True))
    sentiment = np.array([labels[name][0] for name in wanted], np.float32)
    same = np.array_equal(arrays["regression_labels"], sentiment)
    checks.check(f"{split} regression_labels", same)
    classes = np.sign(sentiment).astype(int) + 1
    same = np.array_equal(arrays["classification_labels"], classes)
    checks.check(f"{split} classification_labels", same)
    words = np.array(["Negative", "Neutral", "Positive"])[classes]
    checks.check(f"{split} annotations", np.array_equal(arrays["annotations"], words))
    for m in folder.manifest["modalities"]:
        rows = folder.sample_rows(m)
        padded = np.zeros((len(wanted), ROWS, folder.manifest["modalities"][m]["dim"]), np.float32)
        for i, name in enumerate(wanted):
            values = rows[name][0][-ROWS:]
            start = ROWS - len(values) if left else 0
            padded[i, start : start + len(values)] = values
        same = np.array_equal(arrays[NAMES[m]], padded)
        checks.check(f"{split} {m}", same, difference(arrays[NAMES[m]], padded))
        lengths = np.array([min(len(rows[name][0]), ROWS) for name in wanted])
        same = np.array_equal(arrays[f"{NAMES[m]}_lengths"], lengths)
        checks.check(f"{split} {m} lengths", same)


def difference(found, wanted):
    if found.shape != wanted.shape:
        return f"{found.shape}, expected {wanted.shape}"
    wrong = np.flatnonzero((found != wanted).any((1, 2)))
    return f"{len(wrong)} samples differ, first {wrong[:3]}"


def check_webdataset(folder, split, out, checks):
    """What the webdataset package reads from the tars is what the shards hold, bit for bit."""
    tars = sorted(str(path) for path in out.glob(f"{split}-*.tar"))
    dataset = webdataset.WebDataset(tars, shardshuffle=False, empty_check=False).decode()
    rows = {
        m: folder.sample_rows(m) for m in oracle.MODALITIES if m in folder.manifest["modalities"]
    }
    found, wrong = [], []
    lines = {line["id"]: line for line in folder.samples}
    for sample in dataset:
        name = sample["json"]["id"]
        found.append(name)
        for m, by_id in rows.items():
            for key, wanted in zip((m, f"{m}_mask", f"{m}_intervals"), by_id[name], strict=True):
                if not np.array_equal(sample[f"{key}.npy"], wanted):
                    wrong.append(f"{name} {key}")
        if sample["json"]["label"] != lines[name]["label"]:
            wrong.append(f"{name} label {json.dumps(sample['json'])}")
    wanted = folder.splits[split]["samples"]
    checks.check(f"{split} ids", found == wanted, f"{found[:3]}…, expected {wanted[:3]}…")
    checks.check(f"{split} arrays and labels", not wrong, "; ".join(wrong[:5]))


def check_datasets(folder, split, out, checks):
    """What datasets.load_dataset(folder) reads by the card's description is what the shards hold, bit for bit."""
    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    import datasets  # slow to import

    datasets.disable_progress_bars()
    wanted = folder.splits[split]["samples"]
    with tempfile.TemporaryDirectory() as cache:
        loaded = datasets.load_dataset(str(out), cache_dir=cache)
        name = "validation" if split == "valid" else split
        if not wanted:
            checks.check(f"{split} is left out", name not in loaded)
            return
        samples = list(loaded[name])
    checks.check(f"{split} ids", [one["json"]["id"] for one in samples] == wanted)
    lines = {line["id"]: line for line in folder.samples}
    wrong = [one["json"]["id"] for one in samples if one["json"]["label"] != lines[one["json"]["id"]]["label"]]
    for m in folder.manifest["modalities"]:
        rows = folder.sample_rows(m)
        for one in samples:
            for key, values in zip((m, f"{m}_mask", f"{m}_intervals"), rows[one["json"]["id"]], strict=True):
                found = np.asarray(one[f"{key}.npy"], values.dtype).reshape(-1, *values.shape[1:])
                if found.tobytes() != values.tobytes():
                    wrong.append(f"{one['json']['id']} {key}")
    checks.check(f"{split} arrays and labels", not wrong, "; ".join(wrong[:5]))

"""Prepares arrays of other projects and compares every row with NumPy's own reading of the file."""

import itertools
import json
import pathlib
import pickle
import re
import subprocess
import sys
import venv

import numpy as np

import oracle
from prepared import SPLITS, PreparedFolder, check_folder_agrees

HERE = pathlib.Path(__file__).resolve().parent
NAMES = {"visual": "vision", "audio": "audio", "text": "text"}
OLD_NUMPY = "numpy==1.26.4"


def check(driver, short):
    """Arrays that NumPy 2 wrote, and NumPy 1 where it can be installed; then there and back through both exports."""
    for name, python in (("NumPy 2", sys.executable), ("NumPy 1", old_python())):
        if python is None:
            print(f"note {OLD_NUMPY} cannot be installed: its pickles were not checked")
            continue
        made = driver.scratch / f"arrays of {name}"
        subprocess.run([python, HERE / "make_arrays.py", made], check=True)
        files = sorted([*made.glob("*.pkl"), *made.glob("*.npz")])
        layouts = [list(own) for _, own in itertools.groupby(files, key=lambda file: file.stem.rpartition("-")[0])]
        # In short, each layout at each end is read from one of its files.
        for file in [own[number % len(own)] for number, own in enumerate(layouts)] if short else files:
            subject = f"arrays {name} {file.stem}:"
            driver.checks.subject = subject
            # A list of conversations says only what is trained on and what is tested.
            options = ("--split", "group") if file.stem.startswith("conversations") else ()
            out = driver.prepare(subject, "arrays", file, "--dtype", "f32", *options)
            if out:
                driver.checks.attempt("compares", compare, file, out, driver.checks)
                if file.stem.endswith("-4"):
                    driver.checks.attempt("exports", check_exports, driver, out, short)


def old_python():
    """The Python of an environment with NumPy 1; nothing where it cannot be made."""
    folder = pathlib.Path(".build/parity-numpy1")
    python = folder / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", OLD_NUMPY]
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
        if subprocess.run([python, "-c", "import numpy"], capture_output=True, check=False).returncode:
            subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return python


def read(file):
    """{split: {sample: {modality: rows}}}, as NumPy reads them."""
    truth = json.loads(file.with_suffix(".json").read_text())
    data = pickle.loads(file.read_bytes()) if file.suffix == ".pkl" else unpacked(np.load(file))
    if isinstance(data, tuple):
        data = {"all": conversations(data)}
    rows = {}
    for split, own in truth.items():
        rows[split] = {}
        for index, name in enumerate(own["names"]):
            sample = {}
            for m in NAMES.values():
                whole = np.asarray(data[split][m][index])
                start, end = own["bounds"][m][index] if own["bounds"] else (0, len(whole))
                sample[m] = whole[start:end].astype("<f4")
            rows[split][name] = sample
    return truth, rows


def conversations(parts):
    """Utterances in the order of the dialogs, with one row each."""
    return {
        key: [np.asarray(row)[None] for dialog in parts[0] for row in parts[index][dialog]]
        for key, index in (("text", 3), ("audio", 4), ("vision", 5))
    }


def unpacked(arrays):
    """{split: {key: array}} of an .npz file."""
    data = {}
    for name in arrays.files:
        split, key = name.split("/")
        data.setdefault(split, {})[key] = arrays[name]
    return data


def compare(file, out, checks):
    truth, rows = read(file)
    folder = PreparedFolder(out)
    check_folder_agrees(folder, checks)
    if "all" in truth:
        truth, rows = divided(truth["all"], rows["all"], folder, checks)
    lines = {line["id"]: line for line in folder.samples}
    for split in SPLITS:
        own = truth[split]
        found = folder.splits[split]["samples"]
        checks.check(f"{split} names", sorted(found) == sorted(own["names"]), f"{found[:3]}, expected {own['names'][:3]}")
        labels = folder.sample_labels()
        pairs = zip(own["names"], own["labels"])
        same = all(labels[name][: len(label)].tolist() == np.float32(label).tolist() for name, label in pairs)
        checks.check(f"{split} labels", same)
        same = all(lines[name]["words"] == words for name, words in zip(own["names"], own["words"]))
        checks.check(f"{split} words", same)
    for modality, key in NAMES.items():
        # A cell that is not finite is the median of train, which is 0 after scaling.
        finite = {
            split: {name: np.where(np.isfinite(one[key]), one[key], np.nan) for name, one in own.items()}
            for split, own in rows.items()
        }
        scaler = fitted(np.concatenate(list(finite["train"].values())))
        stored = folder.sample_rows(modality)
        for split in SPLITS:
            wrong = [
                name
                for name, values in finite[split].items()
                if not same_bits(stored[name][0], oracle.scale_rows(scaler, values))
            ]
            checks.check(f"{split} {modality}", not wrong, f"{len(wrong)} samples differ: {wrong[:3]}")


def divided(truth, rows, folder, checks):
    """What is known of all samples, by the splits that the folder has them in; a dialog is in one of them."""
    places = {name: split for split in SPLITS for name in folder.splits[split]["samples"]}
    checks.check("all samples", sorted(places) == sorted(truth["names"]))
    dialogs = {(name.rpartition("_")[0], split) for name, split in places.items()}
    checks.check("whole dialogs", len(dialogs) == len({dialog for dialog, _ in dialogs}))
    own = {split: [i for i, name in enumerate(truth["names"]) if places.get(name) == split] for split in SPLITS}
    keys = ("names", "labels", "words")
    return (
        {split: {key: [truth[key][i] for i in places] for key in keys} for split, places in own.items()},
        {split: {truth["names"][i]: rows[truth["names"][i]] for i in places} for split, places in own.items()},
    )


def fitted(values):
    from sklearn.preprocessing import RobustScaler

    return RobustScaler().fit(values)


def same_bits(found, expected):
    expected = np.asarray(expected, np.float32)
    return found.shape == expected.shape and np.array_equal(found + 0.0, expected + 0.0)


# ---- exports ----------------------------------------------------------------------------------


class MulT:
    """What MulT's src/dataset.py (yaohungt/Multimodal-Transformer) does with its file, access by access, without torch."""

    def __init__(self, folder, data, split_type, if_align):
        path = folder / (data + "_data.pkl" if if_align else data + "_data_noalign.pkl")
        with open(path, "rb") as file:
            dataset = pickle.load(file)
        self.vision = dataset[split_type]["vision"].astype(np.float32)
        self.text = dataset[split_type]["text"].astype(np.float32)
        self.audio = dataset[split_type]["audio"].astype(np.float32)
        self.audio[self.audio == -np.inf] = 0
        self.labels = dataset[split_type]["labels"].astype(np.float32)
        self.meta = dataset[split_type]["id"] if "id" in dataset[split_type].keys() else None
        self.data = data

    def get_seq_len(self):
        return self.text.shape[1], self.audio.shape[1], self.vision.shape[1]

    def get_lbl_info(self):
        return self.labels.shape[1], self.labels.shape[2]

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        x = index, self.text[index], self.audio[index], self.vision[index]
        meta = self.meta[index][0], self.meta[index][1], self.meta[index][2]
        if self.data == "mosi":
            meta = tuple(part.decode("UTF-8") for part in meta)
        return x, self.labels[index], meta


def check_exports(driver, prepared, short):
    folder = PreparedFolder(prepared)
    aligned = all(isinstance(line["rows"], int) for line in folder.samples)
    for name in ("mosi", "mosei_senti"):
        out = prepared.with_name(f"{prepared.name}-{name}")
        done = driver.run("export", prepared, "--to", "mult", "--name", name, "--out", out)
        driver.checks.check(f"--to mult --name {name}", done.returncode == 0, done.stderr.strip())
        if done.returncode == 0:
            for split in SPLITS:
                driver.checks.attempt(split, check_mult, folder, split, MulT(out, name, split, aligned), driver.checks)
            (file,) = out.glob("*.pkl")
            again = driver.prepare(driver.checks.subject, "arrays", file, "--dtype", "f32")
            if again:
                driver.checks.attempt("back", check_back, folder, PreparedFolder(again), driver.checks)
    out = prepared.with_name(f"{prepared.name}-mmsa")
    done = driver.run("export", prepared, "--to", "mmsa", "--out", out)
    # MMSA has no classes but those of a sentiment.
    expected = 65 if has_classes(folder) else 0
    driver.checks.check("--to mmsa", done.returncode == expected, done.stderr.strip())
    if done.returncode == 0:
        data = pickle.loads((out / ("aligned_50.pkl" if aligned else "unaligned_50.pkl")).read_bytes())
        for split in SPLITS:
            driver.checks.attempt(split, check_mmsa, folder, split, data[split], aligned, driver.checks)


def has_classes(folder):
    return folder.manifest["label_names"][0].startswith("class_")


def check_rows(folder, split, arrays, is_left, checks):
    names = folder.splits[split]["samples"]
    for modality, key in NAMES.items():
        stored, wrong = folder.sample_rows(modality), []
        for index, name in enumerate(names):
            own, found = stored[name][0], arrays[key][index]
            rest = len(found) - len(own)
            values, zeros = (found[rest:], found[:rest]) if is_left else (found[: len(own)], found[len(own) :])
            if not np.array_equal(values, own) or zeros.any():
                wrong.append(name)
        checks.check(f"{split} {key} is bit-equal to the shards", not wrong, f"{wrong[:3]}")


def check_mult(folder, split, dataset, checks):
    names = folder.splits[split]["samples"]
    labels = folder.sample_labels()
    wanted = np.array([labels[name] for name in names], np.float32)
    # Of classes MulT wants to know both: is it not, and is it.
    wanted = np.stack([1 - wanted, wanted], 2) if has_classes(folder) else wanted[:, :1, None]
    checks.check(f"{split} get_lbl_info", dataset.get_lbl_info() == wanted.shape[1:])
    found = np.array([dataset[index][1] for index in range(len(dataset))])
    checks.check(f"{split} labels", np.array_equal(found, wanted))
    videos = [dataset[index][2][0] for index in range(len(dataset))]
    checks.check(f"{split} ids", videos == [name.split("[")[0] for name in names], f"{videos[:3]}")
    arrays = {"text": dataset.text, "audio": dataset.audio, "vision": dataset.vision}
    check_rows(folder, split, arrays, True, checks)


def check_mmsa(folder, split, data, aligned, checks):
    names = folder.splits[split]["samples"]
    labels = folder.sample_labels()
    found = np.array(data["regression_labels"]).astype(np.float32)
    checks.check(f"{split} regression_labels", found.tolist() == [labels[name][0] for name in names])
    wanted = [re.sub(r"\[(\d+)\]$", r"$_$\1", name) for name in names]
    checks.check(f"{split} id", data["id"] == wanted, f"{data['id'][:3]}")
    words = {line["id"]: line["words"] or "" for line in folder.samples}
    checks.check(f"{split} raw_text", data["raw_text"] == [words[name] for name in names])
    arrays = {key: data[key].astype(np.float32) for key in NAMES.values()}
    for key in ("audio", "vision"):
        counts = [len(folder.sample_rows({"vision": "visual"}.get(key, key))[name][0]) for name in names]
        checks.check(f"{split} {key}_lengths", list(data[f"{key}_lengths"]) == counts)
    check_rows(folder, split, arrays, aligned, checks)


def check_back(first, second, checks):
    """Scaling what is scaled already changes the last bits at most."""
    for modality in NAMES:
        a, b = first.sample_rows(modality), second.sample_rows(modality)
        scaler = [second.scalers[f"{modality}.{part}"] for part in ("scale", "center")]
        wrong = [
            name
            for name in a
            if name not in b
            or a[name][0].shape != b[name][0].shape
            or not np.allclose(b[name][0] * scaler[0] + scaler[1], a[name][0], rtol=1e-5, atol=1e-5)
        ]
        checks.check(f"{modality} is the same after MulT's file", a.keys() == b.keys() and not wrong, f"{wrong[:3]}")

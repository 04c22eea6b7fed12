"""Prepares features that NumPy, SciPy and h5py wrote, and compares every row with NumPy's own reading of them."""

import h5py
import numpy as np
from safetensors.numpy import save_file
from scipy.io import savemat

import oracle
from check_arrays import fitted, same_bits
from prepared import SPLITS, PreparedFolder, check_folder_agrees

RATE = 10


def check(driver, root, short):
    """`root` holds a corpus of .csd files with folds.json."""
    options = ("mosei", "--root", root, "--folds", root / "folds.json", "--dtype", "f32")
    plain = driver.prepare("features plain:", *options)
    if not plain:
        return
    samples = PreparedFolder(plain)
    counts = {name: len(rows[0]) for name, rows in samples.sample_rows("text").items()}
    for form in ("safetensors",) if short else ("safetensors", "npz", "npy"):
        tokens, words = make_tokens(counts)
        path = write(form, tokens, driver.scratch / f"tokens-{form}")
        out = driver.prepare(f"features text {form}:", *options, "--text-features", path)
        if out:
            driver.checks.attempt("compares", compare, driver.checks, out, "text", words)
    frame = ("--granularity", "frame")
    plain = driver.prepare("features frames:", *options, *frame)
    if not plain:
        return
    # Segments without words are samples too.
    samples = PreparedFolder(plain)
    for version in ("5", "7", "7.3"):
        frames, expected = make_frames(samples, driver.scratch / f"covarep-{version}", version)
        flags = (*frame, "--audio-features", frames, "--audio-rate", RATE)
        out = driver.prepare(f"features audio {version}:", *options, *flags)
        if out:
            driver.checks.attempt("compares", compare, driver.checks, out, "audio", expected)


def make_tokens(counts):
    """Tensors as a sub-word model gives them, and the mean of each word's tokens."""
    rng = np.random.default_rng(3)
    tokens, words = {}, {}
    for name, count in counts.items():
        of_word = [-1, *np.repeat(np.arange(count), rng.integers(1, 4, count)), -1]
        rows = rng.normal(0, 1, (len(of_word), 6)).astype(np.float32)
        ids = np.array(of_word, np.int64)
        tokens[name], tokens[name + ".word_ids"] = rows, ids
        # Token after token, as float64.
        sums = np.zeros((count, 6))
        np.add.at(sums, ids[1:-1], rows[1:-1].astype(np.float64))
        words[name] = (sums / np.bincount(ids[1:-1], minlength=count)[:, None]).astype(np.float32)
    return tokens, words


def write(form, arrays, path):
    if form == "safetensors":
        save_file(arrays, path)
    elif form == "npz":
        path = path.with_suffix(".npz")
        np.savez_compressed(path, **arrays)
    else:
        path.mkdir()
        for name, array in arrays.items():
            np.save(path / f"{name}.npy", array)
    return path


def make_frames(samples, folder, version):
    """A .mat file a recording, as COVAREP saves it, and the rows that overlap each sample."""
    rng = np.random.default_rng(5)
    folder.mkdir()
    ends, expected, matrices = {}, {}, {}
    for line in samples.samples:
        ends[line["group"]] = max(ends.get(line["group"], 0), line["interval"][1])
    for name, end in ends.items():
        values = rng.normal(0, 1, (int(end * RATE) + 8, 5))
        matrices[name] = values.astype(np.float32)
        path = folder / f"{name}.mat"
        if version == "7.3":
            with h5py.File(path, "w", userblock_size=512) as file:
                file.create_dataset("features", data=values.T, compression="gzip")
            with open(path, "r+b") as file:
                file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM")
        else:
            names = np.array([f"c{i}" for i in range(5)], object)
            savemat(path, {"features": values, "names": names}, do_compression=version == "7")
    for line in samples.samples:
        rows = matrices[line["group"]]
        starts = np.arange(len(rows)) / RATE
        start, end = line["interval"]
        overlap = np.minimum(starts + 1 / RATE, end) - np.maximum(starts, start)
        expected[line["id"]] = rows[overlap > 1e-5]
    return folder, expected


def compare(checks, out, modality, expected):
    folder = PreparedFolder(out)
    check_folder_agrees(folder, checks)
    stored = folder.sample_rows(modality)
    names = {split: folder.splits[split]["samples"] for split in SPLITS}
    train = [expected[name] for name in stored if name in set(names["train"])]
    scaler = fitted(np.concatenate(train))
    wrong = [name for name in stored if not same_bits(stored[name][0], oracle.scale_rows(scaler, expected[name]))]
    checks.check(f"{modality} of {len(stored)} samples", stored and not wrong, f"{len(wrong)} differ: {wrong[:3]}")

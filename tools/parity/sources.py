"""Reads what msa-prep reads: .csd files, word vectors and folds, with h5py and none of our code."""

import ast
import dataclasses
import functools
import gzip
import io
import json
import math
import pathlib
import re
import zipfile

import h5py
import numpy as np

ROOT_WORDS = {
    "labels": ("label",),
    "visual": ("openface", "facet", "visual"),
    "audio": ("covarep", "coavarep", "opensmile", "acoustic", "audio"),
    "text": ("glove", "word", "text"),
}


@dataclasses.dataclass
class Sequence:
    """One recording of one modality: float32 rows, their [start, end], and their words if any."""

    features: np.ndarray
    intervals: np.ndarray
    words: list | None = None
    has_vector: np.ndarray | None = None  # False where a word has no vector


def find_files(root, overrides, modalities):
    """Paths by role, told apart by root name (then by file name) unless given."""
    found = {role: path for role, path in overrides.items() if path}
    for path in sorted(pathlib.Path(root).rglob("*.csd")) if root else []:
        with h5py.File(path) as file:
            names = [next(iter(file)).lower(), path.name.lower()]
        for name in names:
            roles = [r for r, words in ROOT_WORDS.items() if any(w in name for w in words)]
            if roles:
                found.setdefault(roles[0], str(path))
                break
    return {role: found[role] for role in (*modalities, "labels") if role in found}


@functools.lru_cache(maxsize=4)
def read_csd(path):
    """{recording: (raw features [n, d], intervals float64 [n, 2])}, `vid` and `vid[k]` merged."""
    parts = {}
    with h5py.File(path) as file:
        (root,) = file
        for entry, group in file[root]["data"].items():
            features = group["features"][()]
            features = features.reshape(len(features), math.prod(features.shape[1:]))
            intervals = group["intervals"][()].astype(np.float64).reshape(-1, 2)
            recording = re.sub(r"\[\d+\]$", "", entry)
            parts.setdefault(recording, []).append((features, intervals))
    return {
        recording: tuple(np.concatenate(column) for column in zip(*entries, strict=True))
        for recording, entries in parts.items()
    }


def read_word_vectors(path, wanted):
    """Vectors of the wanted words from a GloVe text file, plain, .gz or .zip."""
    if path.endswith(".gz"):
        stream = gzip.open(path, "rt", encoding="utf-8")
    elif path.endswith(".zip"):
        archive = zipfile.ZipFile(path)
        stream = io.TextIOWrapper(archive.open(archive.namelist()[0]), encoding="utf-8")
    else:
        stream = open(path, encoding="utf-8")
    with stream:
        fields = (line.rstrip("\n").split(" ") for line in stream)
        return {f[0]: np.array(f[1:], np.float32) for f in fields if len(f) > 2 and f[0] in wanted}


def word_sequences(csd, glove, keep_pauses):
    """Word strings → vectors, looked up in lower case, then without apostrophes; no pauses."""
    decoded = {
        recording: [cell.decode("utf-8").strip() for cell in features[:, 0]]
        for recording, (features, _) in csd.items()
    }
    lower = {word.lower() for words in decoded.values() for word in words}
    vectors = read_word_vectors(glove, lower | {w.replace("'", "") for w in lower})
    width = len(next(iter(vectors.values())))
    sequences = {}
    for recording, words in decoded.items():
        keep = [i for i, word in enumerate(words) if keep_pauses or word != "sp"]
        words = [words[i] for i in keep]
        found = [vectors.get(w.lower(), vectors.get(w.lower().replace("'", ""))) for w in words]
        sequences[recording] = Sequence(
            np.array([np.zeros(width) if v is None else v for v in found], np.float32).reshape(
                -1, width
            ),
            csd[recording][1][keep],
            words,
            np.array([v is not None for v in found], bool),
        )
    return sequences


def read_sequences(path, glove=None, keep_pauses=False):
    csd = read_csd(path)
    if next(iter(csd.values()))[0].dtype.kind in "SO":
        return word_sequences(csd, glove, keep_pauses)
    with np.errstate(over="ignore"):
        return {
            recording: Sequence(features.astype(np.float32), intervals)
            for recording, (features, intervals) in csd.items()
        }


def read_folds(path):
    """{video id: split} from the SDK's Python lists or from JSON."""
    text = pathlib.Path(path).read_text()
    if path.endswith(".json"):
        folds = json.loads(text)
    else:
        lists = {
            a.targets[0].id: ast.literal_eval(a.value)
            for a in ast.parse(text).body
            if isinstance(a, ast.Assign)
        }
        folds = {split: lists[f"standard_{split}_fold"] for split in ("train", "valid", "test")}
    return {video: split for split, videos in folds.items() for video in videos}

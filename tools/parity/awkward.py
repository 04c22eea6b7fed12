"""Makes small corpora that hold everything real .csd files are known to hold.

    awkward.py OUT [SEED]

Holes, repeated, backward, touching, unsorted and zero-length rows; NaN, ±Inf and huge cells; an
audio column without a single valid cell; entries without rows, `video[k]` entries and videos that
a file or the folds lack; labels that start before zero, overlap, run backwards, or are not finite.
Beside the word vectors are the same words as strings and a word-vector file that lacks some of them.
"""

import json
import pathlib
import sys

import h5py
import numpy as np

IDS = ("-dash", "_under", "25522", "255224", "Vid.03", "Vid04", "Vid05", "Vid06", "Vid07", "Vid08")
WIDTHS = {"visual": 7, "audio": 5, "text": 6, "labels": 7}
RATES = {"visual": 30.0, "audio": 100.0}
FILES = {
    "visual": ("visuals/CMU_MOSEI_VisualOpenFace2.csd", "OpenFace_2"),
    "audio": ("acoustics/CMU_MOSEI_COVAREP.csd", "COVAREP"),
    "text": ("languages/CMU_MOSEI_TimestampedWordVectors.csd", "glove_vectors"),
    "labels": ("labels/CMU_MOSEI_Labels.csd", "All Labels"),
}
VOCABULARY = ("hello", "World", "it's", "don't", "I", "umm", "sp", "na\u00efve", "qqq", "film")


def word_intervals(rng, seconds):
    """Words with pauses between them; some overlap, some touch, some take no time."""
    rows, time = [], rng.uniform(0, 0.5)
    while time < seconds:
        length = rng.choice([0.0, 4e-6, 1.1e-5, rng.gamma(2.5, 0.11)], p=[0.02, 0.02, 0.02, 0.94])
        rows.append((time, time + length))
        time += length + rng.choice([0.0, -0.05, rng.exponential(0.4)], p=[0.5, 0.1, 0.4])
    return np.array(rows)


def frame_intervals(rng, seconds, rate):
    """Frames of a fixed rate, with a hole of a second and, now and then, a whole border shared."""
    starts = np.arange(0, seconds, 1 / rate)
    hole = rng.uniform(0, seconds)
    starts = starts[(starts < hole) | (starts > hole + 1)]
    return np.stack([starts, starts + 1 / rate * rng.choice([1.0, 0.5, 1.5], len(starts))], 1)


def label_intervals(rng, seconds, words):
    """Segments on word borders and off them, before the first word, backward, empty, repeated."""
    borders = np.sort(rng.choice(words[:, 0], 5, replace=False))
    rows = [[-0.4876, borders[0]], *np.stack([borders[:-1], borders[1:]], 1).tolist()]
    start = rng.uniform(0, seconds / 2)
    rows += [[start, start + 3.3], [start + 2, start], [start, start], [start, start + 9e-6]]
    rows += [[seconds + 5, seconds + 9], [start + 1, start + 2.5], [float("nan"), 2.0]]
    return np.array(rows)[rng.permutation(len(rows))] if rng.random() < 0.5 else np.array(rows)


def spoil_rows(rng, intervals):
    """A few rows out of order, backward, or without a time."""
    intervals = intervals.copy()
    n = len(intervals)
    a, b = rng.integers(0, n, 2)
    intervals[[a, b]] = intervals[[b, a]]
    i, j, k = rng.integers(0, n, 3)
    intervals[i] = intervals[i, ::-1]
    intervals[j, 1] = np.nan
    intervals[k, 0] = -np.inf
    return intervals


def spoil_cells(rng, features):
    """One cell in a hundred is not finite, a few are huge, and one row has no valid cell."""
    features = features.copy()
    for value in (np.nan, np.inf, -np.inf):
        features[rng.random(features.shape) < 0.004] = value
    features[rng.random(features.shape) < 0.001] = 3e30
    features[rng.integers(0, len(features))] = np.nan
    return features


GZIP = {"compression": "gzip", "compression_opts": 9, "chunks": True}
ODD = "odd chunks"  # chunks that do not divide the rows nor the columns
STORAGES = (  # of each modality, by seed
    {"visual": GZIP, "audio": {}, "text": {}},
    {"visual": GZIP | {"shuffle": True, "fletcher32": True}, "audio": GZIP, "text": GZIP},
    {"visual": {"chunks": ODD}, "audio": GZIP | {"chunks": ODD}, "text": {}},
)
TYPES = (
    {"visual": "<f4", "audio": "<f8", "text": "<f4"},
    {"visual": "<f2", "audio": ">f8", "text": "<f8"},
    {"visual": ">f4", "audio": "<f4", "text": "<f2"},
)


def write(path, root, entries, storage):
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        for name, (features, intervals) in entries.items():
            group = file.create_group(f"{root}/data/{name}")
            for dataset, data in (("features", features), ("intervals", intervals)):
                used = dict(storage if len(data) else {})
                if used.get("chunks") is ODD:
                    used["chunks"] = tuple(
                        min(c, n) for c, n in zip((41, 3, 1), data.shape, strict=False)
                    )
                group.create_dataset(dataset, data=data, **used)
        text = h5py.string_dtype("utf-8")
        for key, value in (("root name", json.dumps(root)), ("creator", "plain text")):
            file.create_dataset(f"{root}/metadata/{key}", data=[value], dtype=text)


def make(out, seed=0):
    """Writes the corpus; `words.csd` and `vectors.txt` are for its text-only variant."""
    rng = np.random.default_rng(seed)
    out = pathlib.Path(out)
    files = {role: {} for role in (*WIDTHS, "words")}
    for number, video in enumerate(IDS):
        seconds = rng.uniform(12, 25)
        words = spoil_rows(rng, word_intervals(rng, seconds))
        strings = rng.choice(VOCABULARY, len(words))
        files["words"][video] = np.char.encode(strings, "utf-8")[:, None], words
        files["text"][video] = rng.normal(0, 0.4, (len(words), WIDTHS["text"])), words
        for m, rate in RATES.items():
            intervals = spoil_rows(rng, frame_intervals(rng, seconds, rate))
            shape = len(intervals), WIDTHS[m]
            files[m][video] = rng.normal(0, 1, shape) * np.exp(rng.normal(0, 2)), intervals
        times = label_intervals(rng, seconds, word_intervals(rng, seconds))
        labels = np.round(rng.uniform(-3.4, 3.4, (len(times), WIDTHS["labels"])) * 3) / 3
        files["labels"][video] = labels.astype(np.float32), times
        if number % 3 == 0:
            labels[rng.integers(0, len(times)), rng.integers(0, 7)] = rng.choice([np.nan, np.inf])
            files["labels"][video] = labels.astype(np.float32), times
    for m in ("visual", "audio", "text"):
        for video, (features, intervals) in files[m].items():
            files[m][video] = spoil_cells(rng, features), intervals
            files[m][video][0][:, 1] = np.nan if m == "audio" else 0.25
    files["audio"]["Vid05"][0][3, 2] = 1e300  # more than float32 can hold
    for m, dtype in TYPES[seed % 3].items():
        with np.errstate(over="ignore"):
            files[m] = {v: (f.astype(dtype), i) for v, (f, i) in files[m].items()}
    damage_entries(files)
    storage = STORAGES[seed % 3]
    for m, (path, root) in FILES.items():
        write(out / path, root, files[m], storage.get(m, GZIP))
    write(out / "words.csd", "words", files["words"], {})
    known = [w.lower().replace("'", "") if i % 2 else w.lower() for i, w in enumerate(VOCABULARY)]
    lines = [
        f"{w} " + " ".join(f"{x:.4f}" for x in rng.normal(0, 1, 4)) for w in known if w != "qqq"
    ]
    (out / "vectors.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    folds = {"train": [*IDS[:5], "absent"], "valid": list(IDS[5:7]), "test": list(IDS[7:9])}
    (out / "folds.json").write_text(json.dumps(folds))
    lists = "\n\n".join(f"standard_{split}_fold={videos!r}" for split, videos in folds.items())
    (out / "folds.py").write_text(lists + "\n")


def damage_entries(files):
    """Missing ids, an entry without rows, an entry in two parts, intervals in float32."""
    del files["visual"]["25522"]
    features, intervals = files["audio"]["Vid04"]
    files["audio"]["Vid04"] = features[:0], intervals[:0]
    features, intervals = files["visual"].pop("Vid.03")
    half = len(features) // 2
    files["visual"]["Vid.03[0]"] = features[:half], intervals[:half]
    files["visual"]["Vid.03[1]"] = features[half:], intervals[half:]
    features, intervals = files["labels"]["Vid06"]
    files["labels"]["Vid06"] = features, intervals.astype(np.float32)
    features, intervals = files["audio"]["Vid07"]
    files["audio"]["Vid07"] = features[:, :, None], intervals


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)

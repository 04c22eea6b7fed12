"""What msa-prep must write, computed a second time: .csd files → samples, cleaned and scaled.

Written from the design (the CMU SDK's alignment rule, scikit-learn's RobustScaler), not from
the Swift code, so that a disagreement means something. Clarity before speed: every word looks at
every frame. `check_folder.py` compares a prepared folder with it, `golden.py` compares it with
the SDK's own output.
"""

import dataclasses
import warnings

import numpy as np
from sklearn.preprocessing import RobustScaler

from sources import Sequence, read_csd, read_sequences

EPSILON = 1e-5  # seconds; CMU SDK: shorter rows and shorter overlaps do not count
MODALITIES = ("visual", "audio", "text")
LABEL_NAMES = ("sentiment", "happy", "sad", "anger", "surprise", "disgust", "fear")


@dataclasses.dataclass
class Options:
    granularity: str = "word"
    clean: str = "mask"
    modalities: tuple = MODALITIES
    missing: str = "drop"
    keep_pauses: bool = False
    glove: str | None = None
    limit: int | None = None


@dataclasses.dataclass
class Rows:
    """Rows of one modality of one sample; NaN marks a cell to impute."""

    values: np.ndarray
    mask: np.ndarray
    intervals: np.ndarray


@dataclasses.dataclass
class Sample:
    id: str
    group: str
    split: str
    label: np.ndarray
    interval: tuple
    rows: dict
    words: str | None = None


# ---- plan, split ------------------------------------------------------------------------------


def plan_recordings(sequences, labels, options):
    """Recordings every file knows (or every label, with --missing keep), sorted by bytes."""
    recordings = set(labels)
    if options.missing == "drop":
        recordings &= set.intersection(*(set(s) for s in sequences.values()))
    ordered = sorted(recordings, key=lambda recording: recording.encode())
    return ordered[: options.limit]


def plan_labels(labels, options):
    """[(k, interval, label)] of one recording: the label rows that can become samples."""
    planned = []
    for k, (label, (start, end)) in enumerate(zip(*labels, strict=True)):
        usable = np.isfinite([start, end]).all() and end >= start and abs(end - start) >= EPSILON
        if options.granularity == "video":
            usable = k == 0
        label = label.astype(np.float32)
        if options.clean == "seed":
            label = np.nan_to_num(label, nan=0, posinf=0, neginf=0)
            label[0] = np.clip(label[0], -3, 3)
        if usable and np.isfinite(label).all():
            planned.append((k, (start, end), label))
    return planned


# ---- align, clean -----------------------------------------------------------------------------


def valid_rows(sequence):
    """Without rows whose interval is not finite or runs backwards, sorted stably by start."""
    start, end = sequence.intervals.T
    rows = np.flatnonzero(np.isfinite(start) & np.isfinite(end) & (end >= start))
    rows = rows[np.argsort(start[rows], kind="stable")]
    return Sequence(
        sequence.features[rows],
        sequence.intervals[rows],
        sequence.words and [sequence.words[i] for i in rows],
        None if sequence.has_vector is None else sequence.has_vector[rows],
    )


def overlap(intervals, start, end):
    """Rows that overlap [start, end] by the SDK's rule, and their clipped intervals."""
    clipped = np.stack([np.maximum(intervals[:, 0], start), np.minimum(intervals[:, 1], end)], 1)
    touches = (end - intervals[:, 0] > -EPSILON) & (intervals[:, 1] - start > -EPSILON)
    kept = touches & (np.abs(clipped[:, 1] - clipped[:, 0]) > EPSILON)
    return np.flatnonzero(kept), clipped[kept]


def mean_of_rows(rows, clean):
    """Plain mean in float64, rounded once; NaN where no cell is valid (mask)."""
    rows = rows.astype(np.float64)
    finite = np.isfinite(rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        if clean == "seed":
            return rows.mean(0).astype(np.float32)
        count = finite.sum(0) if clean == "mask" else len(rows)
        return (np.where(finite, rows, 0).sum(0) / count).astype(np.float32)


def clean_rows(rows, clean):
    """Cleaning after the mean; a row with mask 0 becomes NaN (mask) or zeros."""
    values = rows.values.copy()
    values[rows.mask == 0] = np.nan if clean == "mask" else 0
    if clean == "seed":
        values = np.clip(np.nan_to_num(values, nan=0, posinf=1, neginf=-1), -1000, 1000)
    elif clean == "zero":
        values[~np.isfinite(values)] = 0
    else:
        values[~np.isfinite(values)] = np.nan
    return dataclasses.replace(rows, values=values.astype(np.float32))


def hull_of(intervals):
    return intervals[:, 0].min(), intervals[:, 1].max()


def empty_rows(intervals, width):
    return Rows(
        np.zeros((len(intervals), width), np.float32),
        np.zeros(len(intervals), np.uint8),
        np.array(intervals, np.float64).reshape(-1, 2),
    )


def own_rows(sequence, rows, intervals):
    """Rows as they stand in the file: the words themselves, or frames that are not averaged."""
    has_vector = (
        np.ones(len(rows), bool) if sequence.has_vector is None else sequence.has_vector[rows]
    )
    return Rows(sequence.features[rows], has_vector.astype(np.uint8), intervals.copy())


def rows_of_words(sequence, words, clean):
    """One row per word: the mean of the frames kept inside the word's interval."""
    rows = empty_rows(words, sequence.features.shape[1])
    for i, (start, end) in enumerate(words):
        frames, clipped = overlap(sequence.intervals, start, end)
        if len(frames):
            rows.values[i] = mean_of_rows(sequence.features[frames], clean)
            rows.intervals[i] = hull_of(clipped)
            rows.mask[i] = 1
    return rows


def mean_row(rows, clean):
    """One row for all rows of a sample; a missing row counts as zeros except under mask."""
    present = rows.mask == 1
    if not present.any():
        return empty_rows([hull_of(rows.intervals)], rows.values.shape[1])
    values = rows.values[present] if clean == "mask" else np.where(present[:, None], rows.values, 0)
    hull = np.array([hull_of(rows.intervals[present])])
    return Rows(mean_of_rows(values, clean)[None], np.ones(1, np.uint8), hull)


def samples_of_segments(recording, labels, sequences, widths, options):
    """Samples of one recording at granularity word, utterance or frame."""
    sequences = {m: valid_rows(s) for m, s in sequences.items()}
    if options.granularity != "frame":
        text = sequences.get("text")
        if text is None:
            return
        long = np.flatnonzero(np.abs(text.intervals[:, 1] - text.intervals[:, 0]) >= EPSILON)
        words = text.intervals[long]
        by_word = {}
        for m, width in widths.items():
            if m == "text":
                by_word[m] = own_rows(text, long, words)
            elif m in sequences:
                by_word[m] = rows_of_words(sequences[m], words, options.clean)
            else:
                by_word[m] = empty_rows(words, width)
    for k, (start, end), label in labels:
        spoken = None
        if options.granularity == "frame":
            rows = {}
            for m, width in widths.items():
                kept, clipped = (
                    overlap(sequences[m].intervals, start, end) if m in sequences else ([], None)
                )
                rows[m] = (
                    own_rows(sequences[m], kept, clipped) if len(kept) else empty_rows([], width)
                )
            if not any(len(r.mask) for r in rows.values()):
                continue
            if "text" in sequences and sequences["text"].words:
                spoken = [
                    sequences["text"].words[i]
                    for i in overlap(sequences["text"].intervals, start, end)[0]
                ]
        else:
            kept, _ = overlap(words, start, end)
            if not len(kept):
                continue
            if text.words:
                spoken = [text.words[i] for i in long[kept]]
            rows = {
                m: Rows(r.values[kept], r.mask[kept], r.intervals[kept]) for m, r in by_word.items()
            }
            if options.granularity == "utterance":
                rows = {m: mean_row(r, options.clean) for m, r in rows.items()}
        yield (
            f"{recording}[{k}]",
            (start, end),
            label,
            rows,
            None if spoken is None else " ".join(spoken),
        )


def samples_of_video(recording, labels, sequences, widths, options):
    """The original project's path: all rows of a video averaged, label of its first segment."""
    for _, _, label in labels:
        rows, valid = {}, {m: valid_rows(s).intervals for m, s in sequences.items() if m in widths}
        spans = [intervals for intervals in valid.values() if len(intervals)]
        if not spans:
            continue
        whole = hull_of(np.concatenate(spans))
        for m, width in widths.items():
            rows[m] = empty_rows([hull_of(valid[m]) if len(valid.get(m, ())) else whole], width)
            if m not in sequences:
                continue
            features = sequences[m].features
            if sequences[m].has_vector is not None:
                features = features[sequences[m].has_vector]
            if len(features):
                rows[m].values[0] = mean_of_rows(features, options.clean)
                rows[m].mask[0] = 1
        cleaned = [clean_rows(r, "seed").values for r in rows.values()]
        if options.clean == "seed" and not np.concatenate(cleaned, axis=1).any():
            continue
        yield recording, whole, label, rows, None


def prepare(files, folds, options):
    """Samples in plan order, cleaned, not scaled; `folds` maps videos to splits (None: train)."""
    sequences = {
        m: read_sequences(files[m], options.glove, options.keep_pauses)
        for m in MODALITIES
        if m in files
    }
    labels = read_csd(files["labels"])
    widths = {m: next(iter(sequences[m].values())).features.shape[1] for m in options.modalities}
    build = samples_of_video if options.granularity == "video" else samples_of_segments
    samples = []
    for recording in plan_recordings(sequences, labels, options):
        split = folds.get(recording) if folds is not None else "train"
        if split is None:
            continue
        here = {m: s[recording] for m, s in sequences.items() if recording in s}
        planned = plan_labels(labels[recording], options)
        for name, interval, label, rows, words in build(recording, planned, here, widths, options):
            rows = {m: clean_rows(r, options.clean) for m, r in rows.items()}
            samples.append(Sample(name, recording, split, label, interval, rows, words))
    return samples


# ---- fit, scale, write ------------------------------------------------------------------------


def fit_scaler(samples, modality):
    """scikit-learn's RobustScaler on the train rows; an empty column is left alone."""
    rows = np.concatenate([s.rows[modality].values for s in samples if s.split == "train"])
    scaler = RobustScaler()
    with warnings.catch_warnings(action="ignore"):
        scaler.fit(rows)
    void = np.isnan(rows).all(0)
    scaler.center_[void], scaler.scale_[void] = 0, 1
    return scaler


def scale_rows(scaler, values):
    """Scaled float32 rows; a cell to impute is the train median, which is 0 after scaling."""
    return np.nan_to_num(scaler.transform(values), nan=0) if len(values) else values


def stored(values, dtype):
    """float32 → the values a shard of this type can hold, as float32."""
    if dtype == "f16":
        return np.clip(values, -65504, 65504).astype(np.float16).astype(np.float32)
    if dtype == "bf16":
        bits = np.ascontiguousarray(values).view(np.uint32).astype(np.uint64)
        return (
            (((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) << 16).astype(np.uint32).view(np.float32)
        )
    return values

"""Writes made-up arrays in the layouts of other projects, by any version of NumPy and every protocol.

make_arrays.py FOLDER

Each pickle has a .json beside it: the bounds of the rows of each sample that are not padding.
"""

import json
import pathlib
import pickle
import sys

import numpy as np

WIDTHS = {"text": 5, "audio": 3, "vision": 4}
SIZES = {"train": 30, "valid": 9, "test": 12}
PROTOCOLS = (2, 3, 4, 5)


def rows(rng, counts, kind):
    """Rows of each modality; some cells are not finite, some rows are zero though they are no padding."""
    own = {}
    for name, width in WIDTHS.items():
        values = rng.normal(0, 3, (counts[name], width)).astype(kind)
        if name != "text" and counts[name] > 2 and rng.random() < 0.3:
            values[1] = 0
        if rng.random() < 0.2:
            values[-1, 0] = rng.choice([np.nan, np.inf, -np.inf])
        own[name] = values
    return own


def samples(rng, aligned, kind):
    """Samples of each split, three segments of a video."""
    number = 0
    for split, size in SIZES.items():
        members = []
        for _ in range(size):
            lengths = rng.integers(2, 12, 3)
            counts = dict(zip(WIDTHS, np.repeat(lengths[:1], 3) if aligned else lengths))
            members.append(
                {
                    "video": f"clip{number // 3:03d}x", "segment": number % 3, "label": float(rng.integers(-12, 13)) / 4,
                    "words": f"wort {number} \u00e4\u4e2d", "classes": rng.integers(0, 2, 4).tolist(), "rows": rows(rng, counts, kind),
                }
            )
            number += 1
        yield split, members


def padded(members, name, side):
    length = 14
    array = np.zeros((len(members), length, WIDTHS[name]), members[0]["rows"][name].dtype)
    for index, one in enumerate(members):
        own = one["rows"][name]
        start = length - len(own) if side == "left" else 0
        array[index, start : start + len(own)] = own
    return array


def bounds(members, side):
    length = 14
    return {
        name: [
            [length - len(one["rows"][name]), length] if side == "left" else [0, len(one["rows"][name])]
            for one in members
        ]
        for name in WIDTHS
    }


def mmsa(members, side, aligned):
    labels = np.array([one["label"] for one in members], "f4")
    split = {
        "raw_text": np.array([one["words"] for one in members]),
        "id": np.array([f"{one['video']}$_${one['segment']}" for one in members]),
        "annotations": np.array(["Positive" for _ in members]),
        "text_bert": np.zeros((len(members), 3, 14), "f4"),
        "regression_labels": labels,
        "classification_labels": np.sign(labels).astype(int) + 1,
    }
    if not aligned:
        split |= {f"{m}_lengths": [len(one["rows"][m]) for one in members] for m in ("audio", "vision")}
    return split | {name: padded(members, name, side) for name in WIDTHS}


def sims(members, side, aligned):
    labels = {f"regression_labels_{m}": np.array([one["label"] / 2 for one in members]) for m in "TAV"}
    return mmsa(members, side, aligned) | labels


def mult(members, side, aligned, form="bytes"):
    names = [
        [one["video"], f"{one['segment'] * 4.25}", f"{one['segment'] * 4.25 + 3.5}"] for one in members
    ]
    ids = np.array(names).astype("S") if form == "bytes" else np.array(names, dtype=object)
    labels = np.array([one["label"] for one in members], "f8").reshape(-1, 1, 1)
    return {"labels": labels, "id": ids} | {name: padded(members, name, side) for name in WIDTHS}


def objects(members, side, aligned):
    return mult(members, side, aligned, "objects")


def ragged(members, side, aligned):
    return {
        "labels": [[one["label"]] for one in members],
        "id": [f"{one['video']}$_${one['segment']}" for one in members],
    } | {name: [one["rows"][name] for one in members] for name in WIDTHS}


def classes(members, side, aligned):
    """MulT's IEMOCAP: for each of four classes whether it is not, or is; no ids."""
    labels = np.array([[[1 - flag, flag] for flag in one["classes"]] for one in members], "f4")
    return {"labels": labels} | {name: padded(members, name, side) for name in WIDTHS}


def conversations(splits):
    """declare-lab's tuple: ids, speakers, labels, features and sentences by dialog, then the dialogs of train and test."""
    parts = [{} for _ in range(7)]
    dialogs = {split: [] for split in ("train", "test")}
    for split, members in splits.items():
        for one in members:
            if one["video"] not in dialogs["test" if split == "test" else "train"]:
                dialogs["test" if split == "test" else "train"].append(one["video"])
            row = {name: one["rows"][name][0] for name in WIDTHS}
            entries = (utterance(one), "MF"[one["segment"] % 2], one["segment"], row["text"], row["audio"], row["vision"], one["words"])
            for part, entry in zip(parts, entries):
                part.setdefault(one["video"], []).append(entry)
    return *parts, dialogs["train"], dialogs["test"]


def utterance(one):
    return f"{one['video']}_{one['segment']}"


LAYOUTS = {"mmsa": mmsa, "sims": sims, "mult": mult, "objects": objects, "ragged": ragged, "classes": classes}


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    cases = [
        (layout, side, aligned)
        for layout in LAYOUTS
        for side in (("none",) if layout == "ragged" else ("left", "right"))
        for aligned in ((False,) if layout in ("ragged", "sims") else (True, False))
    ]
    for number, (layout, side, aligned) in enumerate(cases):
        kind = ("f4", "f8", ">f4", "f2")[number % 4]
        splits = dict(samples(np.random.default_rng(number), aligned, kind))
        value = {split: LAYOUTS[layout](members, side, aligned) for split, members in splits.items()}
        whole = "none" if side == "none" else side
        truth = {
            split: {
                "names": [
                    f"{split}[{index}]" if layout == "classes" else f"{one['video']}[{one['segment']}]"
                    for index, one in enumerate(members)
                ],
                "labels": [one["classes"] if layout == "classes" else [one["label"]] for one in members],
                "words": [one["words"] if layout in ("mmsa", "sims") else None for one in members],
                "bounds": bounds(members, whole) if side != "none" else None,
            }
            for split, members in splits.items()
        }
        write(folder, f"{layout}-{side}-{'aligned' if aligned else 'own'}", value, truth)
        if layout != "ragged":
            name = f"{layout}-{side}-{'aligned' if aligned else 'own'}-npz"
            save = np.savez_compressed if number % 2 else np.savez
            save(folder / f"{name}.npz", **flat(value))
            (folder / f"{name}.json").write_text(json.dumps(truth))


    splits = dict(samples(np.random.default_rng(99), True, "f4"))
    everyone = [one for members in splits.values() for one in members]
    truth = {
        "names": [utterance(one) for one in everyone], "labels": [[one["segment"]] for one in everyone],
        "words": [one["words"] for one in everyone], "bounds": None,
    }
    write(folder, "conversations-none-own", conversations(splits), {"all": truth})


def write(folder, stem, value, truth):
    for protocol in PROTOCOLS:
        (folder / f"{stem}-{protocol}.pkl").write_bytes(pickle.dumps(value, protocol))
        (folder / f"{stem}-{protocol}.json").write_text(json.dumps(truth))


def flat(value):
    """Arrays of an .npz file: of texts without objects, of numbers in the byte order that such files have."""
    arrays = {f"{split}/{key}": np.asarray(own) for split, keys in value.items() for key, own in keys.items()}
    arrays = {key: own.astype(str) if own.dtype == object else own for key, own in arrays.items()}
    return {key: own.astype(own.dtype.newbyteorder("<")) if own.dtype.kind == "f" else own for key, own in arrays.items()}


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

"""Compares the oracle with what the CMU SDK itself makes of a corpus.

golden.py FOLDER        FOLDER holds corpus/*.csd, folds.json and golden.npz
"""

import pathlib
import sys

import numpy as np

import oracle
import sources
from checks import Checks


def relative_error(found, wanted):
    return np.abs(found - wanted) / np.maximum(np.abs(wanted), 1e-3)


def uneven_segments(golden):
    """Segments whose modalities have different row counts in the SDK's own output."""
    counts = np.stack([golden[f"{m}_n"] for m in oracle.MODALITIES], 1)
    uneven = {
        str(name): dict(zip(oracle.MODALITIES, rows.tolist(), strict=True))
        for name, rows in zip(golden["ids"], counts, strict=True)
        if len(set(rows)) > 1
    }
    uneven.update({str(name): "left out of golden.npz" for name in golden["uneven"]})
    return uneven


def check_rows(golden, modality, ours, uneven, checks):
    """Every row before scaling, 1e-5 relative."""
    wrong, total, worst, end = [], 0, 0.0, 0
    for name, count in zip(golden["ids"].tolist(), golden[f"{modality}_n"], strict=True):
        end += count
        if name in uneven or name not in ours:
            continue
        found = ours[name].rows[modality].values
        if len(found) != count:
            wrong.append(f"{name} has {len(found)} rows, the SDK {count}")
            continue
        error = relative_error(found, golden[modality][end - count : end])
        total, worst = total + count, max(worst, error.max())
        if error.max() > 1e-5:
            wrong.append(f"{name} row {error.max(1).argmax()}: relative error {error.max():.3g}")
    name = f"{modality}: {total} rows, worst relative error {worst:.2g}"
    checks.check(name, total and not wrong, "; ".join(wrong[:5]))


def check_golden(folder, checks):
    folder = pathlib.Path(folder)
    golden = np.load(folder / "golden.npz")
    options = oracle.Options(granularity="word", clean="zero")
    files = sources.find_files(folder / "corpus", {}, oracle.MODALITIES)
    ours = {sample.id: sample for sample in oracle.prepare(files, None, options)}
    uneven = uneven_segments(golden)
    for name, rows in uneven.items():
        print(f"note {name}: the SDK gives its modalities different row counts: {rows}")

    theirs = golden["ids"].tolist()
    only_ours = sorted(set(ours) - set(theirs) - set(uneven))
    only_theirs = sorted(set(theirs) - set(ours) - set(uneven))
    checks.check(
        f"{len(theirs)} ids",
        not only_ours and not only_theirs,
        f"only ours {only_ours}, only the SDK's {only_theirs}",
    )
    wrong = [
        name
        for name, label in zip(theirs, golden["labels"], strict=True)
        if name in ours and not np.array_equal(ours[name].label, label.astype(np.float32))
    ]
    checks.check("labels", not wrong, wrong[:5])
    for m in oracle.MODALITIES:
        check_rows(golden, m, ours, uneven, checks)

    samples = oracle.prepare(files, sources.read_folds(str(folder / "folds.json")), options)
    for m in oracle.MODALITIES:
        scaler = oracle.fit_scaler(samples, m)
        for name, values in (("center", scaler.center_), ("scale", scaler.scale_)):
            error = relative_error(values, golden[f"{m}_{name}"])
            checks.check(
                f"{m}.{name}: worst relative error {error.max():.2g}",
                error.max() <= 1e-6,
                f"column {error.argmax()}",
            )


def main():
    checks = Checks()
    checks.subject = "golden"
    check_golden(sys.argv[1], checks)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())

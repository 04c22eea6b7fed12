"""Compares a prepared folder with the oracle.

check_folder.py PREPARED --root CORPUS [the options msa-prep was given]
"""

import argparse
import os
import sys

import numpy as np

import oracle
import sources
from check_report import check_report
from checks import Checks
from prepared import SPLITS, PreparedFolder, check_folder_agrees


def parser():
    """The options of `msa-prep mosei` that decide what is written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prepared")
    for name in ("root", "visual", "audio", "text", "labels", "folds", "ratios", "glove"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--granularity", default="word")
    parser.add_argument("--clean", default="mask")
    parser.add_argument("--dtype", default="f16")
    parser.add_argument("--missing", default="drop")
    parser.add_argument("--modalities", default=",".join(oracle.MODALITIES))
    parser.add_argument("--keep-pauses", action="store_true")
    parser.add_argument("--limit", type=int)
    return parser


def check_against_oracle(folder, given, checks):
    """Every id, row, mask, interval, label and scaler of the folder, computed again."""
    asked = given.modalities.split(",")
    modalities = tuple(m for m in oracle.MODALITIES if m in asked)
    overrides = {role: getattr(given, role) for role in (*oracle.MODALITIES, "labels")}
    wanted = modalities if given.granularity in ("frame", "video") else {*modalities, "text"}
    files = sources.find_files(given.root, overrides, wanted)
    check_description(folder, given, modalities, files, checks)
    if given.folds:
        folds = sources.read_folds(given.folds)
    else:
        folds = {group: s for s in SPLITS for group in folder.splits[s]["groups"]}
    options = oracle.Options(
        given.granularity,
        given.clean,
        modalities,
        given.missing,
        given.keep_pauses,
        given.glove,
        given.limit,
    )
    expected = oracle.prepare(files, folds, options)
    if given.ratios:
        check_ratios(folder, given.ratios, checks)
    check_samples(folder, expected, checks)
    for m in modalities:
        check_modality(folder, expected, m, given.dtype, checks)
    checks.attempt("report.json", check_report, folder, files, folds, expected, options, checks)


def check_description(folder, given, modalities, files, checks):
    manifest = folder.manifest
    found = (
        manifest["granularity"],
        tuple(m for m in oracle.MODALITIES if m in manifest["modalities"]),
    )
    wanted = given.granularity, modalities
    types = {m["dtype"] for m in manifest["modalities"].values()}
    checks.check(
        "granularity, modalities, dtype",
        found == wanted and types == {given.dtype},
        f"{found} {types}, expected {wanted} {given.dtype}",
    )
    sizes = sorted((os.path.basename(path), os.path.getsize(path)) for path in files.values())
    listed = sorted((os.path.basename(s["name"]), s["bytes"]) for s in manifest["sources"])
    extra = [s for s in listed if s not in sizes]
    lacking = [s for s in sizes if s not in listed]
    checks.check("sources", not lacking, f"not in the manifest: {lacking}, unknown there: {extra}")


def check_ratios(folder, ratios, checks):
    """Group counts: ⌊r n⌋ train, ⌊r n⌋ valid, the rest test."""
    counts = [len(folder.splits[split]["groups"]) for split in SPLITS]
    n = sum(counts)
    train, valid, _ = (float(r) for r in ratios.split(","))
    wanted = [int(train * n + 1e-9), int(valid * n + 1e-9)]
    wanted.append(n - sum(wanted))
    checks.check(f"ratios {ratios}", counts == wanted, f"groups {counts}, expected {wanted}")


def check_samples(folder, expected, checks):
    by_id = {sample.id: sample for sample in expected}
    for split in SPLITS:
        found = folder.splits[split]["samples"]
        wanted = [s.id for s in expected if s.split == split]
        checks.check(
            f"{split} ids",
            sorted(found) == sorted(wanted),
            f"missing {sorted(set(wanted) - set(found))[:8]}, "
            f"unexpected {sorted(set(found) - set(wanted))[:8]}",
        )
    labels = folder.sample_labels()
    shared = [name for name in labels if name in by_id]
    wrong = [n for n in shared if not np.array_equal(labels[n], by_id[n].label)]
    checks.check(
        "labels",
        not wrong,
        "; ".join(
            f"{n} {labels[n].tolist()}, expected {by_id[n].label.tolist()}" for n in wrong[:3]
        ),
    )
    wrong = []
    for line in folder.samples:
        sample = by_id.get(line["id"])
        if sample is None:
            continue
        wanted = {"group": sample.group, "interval": list(sample.interval), "words": sample.words}
        wrong += [
            f"{sample.id} {key} {line[key]!r}, expected {value!r}"
            for key, value in wanted.items()
            if line[key] != value
        ]
    checks.check("samples.jsonl group, interval, words", not wrong, "; ".join(wrong[:3]))


def check_modality(folder, expected, modality, dtype, checks):
    """Rows, masks and intervals of the samples that both sides have, then the scaler."""
    found = folder.sample_rows(modality)
    shared = [s for s in expected if s.id in found]
    uneven = [s for s in shared if len(found[s.id][0]) != len(s.rows[modality].values)]
    checks.check(
        f"{modality} row counts",
        not uneven,
        "; ".join(
            f"{s.id} has {len(found[s.id][0])}, expected {len(s.rows[modality].values)}"
            for s in uneven[:5]
        ),
    )
    shared = [s for s in shared if s not in uneven]
    if not shared:
        return
    names = [(s.id, row) for s in shared for row in range(len(s.rows[modality].values))]
    values, mask, intervals = (np.concatenate([found[s.id][i] for s in shared]) for i in range(3))
    rows = [s.rows[modality] for s in shared]
    masks = np.concatenate([r.mask for r in rows])
    report_rows(f"{modality}_mask", mask != masks, mask, masks, names, checks)
    spans = np.concatenate([r.intervals for r in rows])
    report_rows(
        f"{modality}_intervals", (intervals != spans).any(1), intervals, spans, names, checks
    )

    scaler = oracle.fit_scaler(expected, modality)
    check_scaler(folder, modality, scaler, checks)
    unscaled = np.concatenate([r.values for r in rows])
    scaled = oracle.scale_rows(scaler, unscaled)
    wanted = oracle.stored(scaled, dtype)
    values = values.astype(np.float32)
    check_values(modality, values, wanted, unscaled, scaler, dtype, names, checks)


def report_rows(name, wrong, found, wanted, names, checks):
    shown = "; ".join(
        f"{names[i][0]} row {names[i][1]}: {found[i].tolist()}, expected {wanted[i].tolist()}"
        for i in np.flatnonzero(wrong)[:3]
    )
    checks.check(name, not wrong.any(), f"{wrong.sum()} of {len(wrong)} rows differ: {shown}")


def check_scaler(folder, modality, scaler, checks):
    """Within 1e-6 relative; differing bits are reported."""
    for name, wanted in (("center", scaler.center_), ("scale", scaler.scale_)):
        found = folder.scalers[f"{modality}.{name}"]
        wanted = wanted.astype(np.float64)
        error = np.abs(found - wanted) / np.maximum(np.abs(wanted), 1e-12)
        column = int(error.argmax())
        bits = int((found != wanted).sum())
        checks.check(
            f"{modality}.{name}"
            + (f" ({bits} of {len(wanted)} columns not to the bit)" if bits else ""),
            error.max() <= 1e-6,
            f"column {column}: {found[column]!r}, expected {wanted[column]!r}",
        )


def check_values(modality, values, wanted, unscaled, scaler, dtype, names, checks):
    """The same bits, except for the last bit of a mean in one of ten thousand cells."""
    step = {"f32": 2.0**-23, "f16": 2.0**-10, "bf16": 2.0**-7}[dtype]
    size = np.maximum(np.abs(np.nan_to_num(unscaled)), np.abs(scaler.center_))
    allowed = 2 * 2.0**-23 * size / scaler.scale_ + step * np.abs(wanted) + 1e-7
    error = np.abs(values - wanted)
    wrong = error > allowed
    rounding = int((values != wanted).sum() - wrong.sum())
    rows, columns = np.nonzero(wrong)
    shown = "; ".join(
        f"{names[r][0]} row {names[r][1]} column {c}: {values[r, c]!r}, expected {wanted[r, c]!r}"
        for r, c in list(zip(rows, columns, strict=True))[:3]
    )
    checks.check(
        f"{modality}: {wanted.size} cells"
        + (f", {rounding} rounded otherwise" if rounding else ""),
        not wrong.any() and rounding <= 1 + wanted.size // 10_000,
        f"{wrong.sum()} cells differ in {len(set(rows))} rows: {shown}",
    )


def check(prepared, given, checks):
    """Everything about one folder."""
    folder = checks.attempt("folder opens", PreparedFolder, prepared)
    if folder:
        checks.attempt("folder agrees with itself", check_folder_agrees, folder, checks)
        checks.attempt("folder agrees with the oracle", check_against_oracle, folder, given, checks)


def main():
    given = parser().parse_args()
    checks = Checks()
    check(given.prepared, given, checks)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())

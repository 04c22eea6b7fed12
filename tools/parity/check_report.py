"""Checks the counts of report.json against the oracle and the shards."""

import json

import numpy as np

import oracle
from prepared import SPLITS
from sources import read_csd

QUANTILES = np.array([0, 0.25, 0.5, 0.75, 1])
SAMPLED = 0.05  # of the rows: how far quantiles of a sample may be off


def check_report(folder, files, folds, expected, options, checks):
    """Samples and recordings accounted for, rows missing, imputed, saturated, and quantiles."""
    report = json.loads((folder.path / "report.json").read_text())
    problems = []
    check_accounts(report, files, folds, expected, options, problems)
    for m in options.modalities:
        check_rows(report["modalities"][m], m, folder, expected, options.clean, problems)
    checks.check("report.json", not problems, "; ".join(problems[:6]))


def check_accounts(report, files, folds, expected, options, problems):
    """Every label row of the recordings used is written or dropped for a reason."""
    labels = read_csd(files["labels"])
    ids = {sample.id for sample in expected}
    dropped = [name for drop in report["samples"]["dropped"] for name in drop["ids"]]
    counts = {
        drop["reason"]: (drop["count"], len(drop["ids"])) for drop in report["samples"]["dropped"]
    }
    wrong = {reason: n for reason, n in counts.items() if n[0] != n[1]}
    if wrong:
        problems.append(f"dropped samples: count and ids differ: {wrong}")
    if len(set(dropped)) != len(dropped) or ids & set(dropped):
        problems.append("a sample is dropped twice, or dropped and written")
    if report["samples"]["written"] != len(ids):
        problems.append(f"{report['samples']['written']} samples written, expected {len(ids)}")
    left_out = [name for drop in report["recordings"]["dropped"] for name in drop["ids"]]
    used = [r for r in labels if r not in left_out and folds.get(r)]
    if options.granularity != "video" and not options.limit:
        rows = {f"{r}[{k}]" for r in used for k in range(len(labels[r][0]))}
        lost, made_up = rows - ids - set(dropped), set(dropped) - rows
        if lost or made_up:
            problems.append(
                f"label rows unaccounted for {sorted(lost)[:5]}, made up {sorted(made_up)[:5]}"
            )
    totals = {s: sum(report["labels"]["histogram"][s]) for s in SPLITS}
    wanted = {s: sum(sample.split == s for sample in expected) for s in SPLITS}
    if totals != wanted:
        problems.append(f"labels.histogram counts {totals}, expected {wanted}")
    above = sum(abs(sample.label[0]) > 3 for sample in expected)
    if report["labels"].get("above_range", 0) < above:
        problems.append(f"labels.above_range {report['labels']['above_range']}, expected {above}")


def check_rows(found, modality, folder, expected, clean, problems):
    rows = {s: [x.rows[modality] for x in expected if x.split == s] for s in SPLITS}
    wanted = {
        "rows": {s: sum(len(r.mask) for r in rows[s]) for s in SPLITS},
        "missing_rows": {s: sum(int((r.mask == 0).sum()) for r in rows[s]) for s in SPLITS},
    }
    everything = [r for s in SPLITS for r in rows[s]]
    if clean == "mask":
        wanted["imputed_cells"] = sum(int(np.isnan(r.values).sum()) for r in everything)
    if folder.manifest["modalities"][modality]["dtype"] == "f16":
        scaler = oracle.fit_scaler(expected, modality)
        scaled = [oracle.scale_rows(scaler, r.values) for r in everything]
        wanted["saturated"] = sum(int((np.abs(v) > 65504).sum()) for v in scaled)
    for name, value in wanted.items():
        told = found.get(name, 0)
        if told != value and sum_of(told) + sum_of(value) > 0:
            problems.append(f"{modality}.{name} {told}, expected {value}")
    train = np.concatenate([r.values for r in rows["train"]])
    for column, told in zip(found["before"]["columns"], found["before"]["quantiles"], strict=True):
        values = np.sort(train[~np.isnan(train[:, column]), column])
        if told is None or not len(values):
            if told is not None or len(values):
                problems.append(f"{modality}.before column {column}: {told}")
            continue
        low = np.searchsorted(values, told, "left") / len(values)
        high = np.searchsorted(values, told, "right") / len(values)
        slack = SAMPLED if found["before"]["rows"] < len(train) else 1.001 / len(values)
        if (low - slack > QUANTILES).any() or (high + slack < QUANTILES).any():
            wanted = np.quantile(values, QUANTILES)
            problems.append(
                f"{modality}.before column {column}: {told}, expected {wanted.tolist()}"
            )


def sum_of(value):
    return sum(value.values()) if isinstance(value, dict) else value

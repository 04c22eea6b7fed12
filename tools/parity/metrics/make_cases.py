#!/usr/bin/env python3
"""Random cases for the metrics with what scikit-learn, NumPy and SciPy make of them.

    python tools/parity/metrics/make_cases.py --cases 1000 --out cases.json
    MSA_METRICS_CASES=cases.json swift test --filter MetricsTests
    python tools/parity/metrics/make_cases.py --cases 24 --largest 12 --out fixtures/metrics/cases.json   # the committed ones

Needs numpy, scipy and scikit-learn. The first cases are the odd ones: one sample, constant predictions, no positive
label, every label 0, ties everywhere. A score that the reference cannot give (a NaN, or a refusal) is null.
"""
import argparse
import json
import math
import warnings

import numpy as np
from scipy import special, stats
from sklearn import metrics


def or_none(function):
    """The value, or None where the reference refuses or gives NaN."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = float(function())
        except ValueError:
            return None
    return None if math.isnan(value) else value


def binary(name, predictions, labels):
    return {
        "acc2_" + name: or_none(lambda: metrics.accuracy_score(labels, predictions)) if len(labels) else None,
        "f1_" + name: or_none(lambda: metrics.f1_score(labels, predictions, average="weighted", zero_division=0)) if len(labels) else None,
    }


def rounded(values, limit):
    return np.round(np.clip(values, -limit, limit))


def sentiment(predictions, labels):
    keep = labels != 0
    return {
        "mae": or_none(lambda: metrics.mean_absolute_error(labels, predictions)),
        "mse": or_none(lambda: metrics.mean_squared_error(labels, predictions)),
        "correlation": or_none(lambda: stats.pearsonr(predictions, labels).statistic),
        **binary("has0", predictions >= 0, labels >= 0),
        **binary("non0", predictions[keep] > 0, labels[keep] > 0),
        "acc5": or_none(lambda: np.mean(rounded(predictions, 2) == rounded(labels, 2))),
        "acc7": or_none(lambda: np.mean(rounded(predictions, 3) == rounded(labels, 3))),
    }


def classes(count, predictions, labels):
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predictions, labels=range(count), zero_division=0)
    return {
        "confusion": metrics.confusion_matrix(labels, predictions, labels=range(count)).tolist(),
        "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(), "support": support.tolist(),
        "accuracy": or_none(lambda: metrics.accuracy_score(labels, predictions)),
        "unweighted_accuracy": or_none(lambda: metrics.balanced_accuracy_score(labels, predictions)),
        "weighted_f1": or_none(lambda: metrics.f1_score(labels, predictions, average="weighted", zero_division=0)),
    }


def psi(expected, actual, bins):
    """The documented definition in NumPy: quantile borders, each once; shares floored at 0.0001."""
    borders = np.unique(np.quantile(expected, [k / bins for k in range(1, bins)])) if bins > 1 else np.array([])

    def shares(values):
        counts = np.bincount(np.searchsorted(borders, values, side="right"), minlength=len(borders) + 1)
        return np.maximum(counts / len(values), 1e-4)
    e, a = shares(expected), shares(actual)
    return float(np.sum((a - e) * np.log(a / e)))


def drift(first, second, bins):
    statistic = stats.ks_2samp(first, second).statistic
    n, m = len(first), len(second)
    return {"ks": float(statistic), "ks_p": float(special.kolmogorov(statistic * math.sqrt(n * m / (n + m)))),
            "psi": psi(first, second, bins)}


def numbers(rng, count):
    """Scores as they occur: smooth, on a grid with ties and halves, constant, huge."""
    kind = rng.integers(5)
    if kind == 0:
        return rng.normal(0, 1.5, count)
    if kind == 1:
        return rng.integers(-6, 7, count) / 2
    if kind == 2:
        return np.full(count, rng.choice([0.1, 0.0, -1.5, 2.5]))
    if kind == 3:
        return rng.normal(0, 1, count).astype(np.float32).astype(float)
    return rng.normal(0, 1, count) * 10.0 ** rng.integers(-6, 7)


def odd(index):
    """Predictions and labels that a random draw seldom gives."""
    one = np.array([0.4])
    return [
        (one, np.array([0.5])), (one, np.array([0.0])), (np.full(7, 0.1), np.linspace(-3, 3, 7)),
        (np.linspace(-3, 3, 7), np.full(7, -1.0)), (np.full(3, 0.3), np.full(3, 0.3)),
        (np.array([-1.0, 2.0, 0.5]), np.zeros(3)), (np.array([0.5, 1.5, 2.5, -0.5, -1.5, -2.5]), np.array([0, 2, 2, 0, -2, -2.0])),
        (np.array([-0.0, 0.0]), np.array([0.0, -0.0])),
    ][index]


def case(rng, index, largest):
    count = int(rng.integers(1, largest))
    predictions, labels = odd(index) if index < 8 else (numbers(rng, count), numbers(rng, count))
    count = len(labels)
    class_count = int(rng.integers(2, 8))
    used = int(rng.integers(1, class_count + 1))
    class_labels, class_predictions = rng.integers(0, used, count), rng.integers(0, class_count, count)
    other = numbers(rng, int(rng.integers(1, largest)))
    bins = int(rng.integers(1, 13))
    return {
        "predictions": predictions.tolist(), "labels": labels.tolist(), "sentiment": sentiment(predictions, labels),
        "class_count": class_count, "class_predictions": class_predictions.tolist(),
        "class_labels": class_labels.tolist(), "classes": classes(class_count, class_predictions, class_labels),
        "other": other.tolist(), "bins": bins, "drift": drift(predictions, other, bins),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--largest", type=int, default=200, help="samples in a case, below this")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(options.seed)
    cases = [case(rng, index, options.largest) for index in range(options.cases)]
    with open(options.out, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compares the scaler with scikit-learn bit for bit, over thousands of random and awkward columns.

    swift build --package-path tools -c release --product bench-scaler
    python tools/parity/scaler/check.py [--program tools/.build/release/bench-scaler] [--rounds 40] [--seed 1]

Needs numpy and scikit-learn. Leaves nothing behind; exit status 1 if a bit differs.
"""
import argparse
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from sklearn.preprocessing import RobustScaler

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fixtures"))
from scaler import columns  # the awkward columns of the golden fixtures

ROWS = [1, 2, 3, 4, 5, 8, 9, 37, 100, 599, 600, 601, 1000, 4096, 5003]
LARGE = [150_001, 300_000]  # above the first sample's size: brackets, one pass, selection


def matrix(rng, rows):
    """Random columns beside the awkward ones, in random order: [rows, columns]."""
    width = int(rng.integers(3, 90))
    spread = 10.0 ** rng.integers(-12, 12, width)
    x = rng.standard_normal((rows, width)) * spread + rng.integers(-3, 4, width) * spread
    step = 10.0 ** rng.integers(-3, 1, width)
    coarse = rng.random(width) < 0.3
    x[:, coarse] = np.round(x[:, coarse] / spread[coarse] / step[coarse]) * step[coarse]
    x = np.concatenate([x.astype(np.float32), columns(rows, int(rng.integers(1 << 30)))], axis=1)
    holes = rng.random(x.shape) < rng.choice([0, 0, 0, 0.001, 0.3], x.shape[1])
    x[holes] = np.nan
    return np.ascontiguousarray(x[:, rng.permutation(x.shape[1])])


def same(ours, theirs):
    """Whether two arrays have the same bits; the sign of a zero is left to chance by numpy's partition."""
    ours, theirs = ours + ours.dtype.type(0), theirs + theirs.dtype.type(0)
    return ours.tobytes() == theirs.tobytes()


def expected(x):
    """scikit-learn's centre, scale, scaled rows and their float16, with our rules for empty columns and cells."""
    scaler = RobustScaler().fit(x)
    center = np.where(np.isnan(scaler.center_), np.float32(0), scaler.center_)
    scale = np.where(np.isnan(scaler.scale_), 1.0, scaler.scale_)
    scaled = scaler.transform(x)
    scaled[np.isnan(scaled)] = 0
    half = scaled.astype(np.float16)
    half[np.isinf(half) & np.isfinite(scaled)] = 65504
    half = np.copysign(half, scaled.astype(np.float16))
    return center, scale, scaled, half


def check(program, x, threads, folder):
    """The names of what differs."""
    rows, width = x.shape
    x.astype("<f4").tofile(folder / "rows.f32")
    subprocess.run([program, "dump", folder / "rows.f32", str(rows), str(width), str(threads), folder / "out"], check=True)
    raw = (folder / "out").read_bytes()
    fitted = np.frombuffer(raw, "<f8", 2 * width)
    scaled = np.frombuffer(raw, "<f4", rows * width, 16 * width).reshape(rows, width)
    half = np.frombuffer(raw, "<f2", rows * width, 16 * width + 4 * rows * width).reshape(rows, width)
    center, scale, want, want_half = expected(x)
    differ = []
    if not same(fitted[:width].astype(np.float32), center):
        differ.append("center")
    if not same(fitted[width:], scale):
        differ.append("scale")
    if not same(scaled, want):
        differ.append("scaled")
    if not same(half, want_half):
        differ.append("float16")
    return differ


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--program", default="tools/.build/release/bench-scaler")
    p.add_argument("--rounds", type=int, default=40)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(a.seed)
    checked = failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = [ROWS[i % len(ROWS)] for i in range(a.rounds)] + LARGE
        for number, rows in enumerate(plan):
            x = matrix(rng, rows)
            for threads in (1, 2) if rows in LARGE else (1 + number % 3,):
                differ = check(a.program, x, threads, folder)
                if differ:
                    failed += 1
                    print(f"{rows} rows, {x.shape[1]} columns, {threads} threads, round {number}: {', '.join(differ)} differ")
            checked += x.shape[1]
    print(f"{checked} columns compared with scikit-learn, {failed} matrices differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Times RobustScaler.fit against scikit-learn on the same rows, alternately, and checks that the bits are the same.

    swift build --package-path tools -c release --product bench-scaler
    python tools/bench/scaler.py [--rows 500000] [--columns 713] [--threads 2] [--runs 3]

Needs numpy and scikit-learn, memory for two copies of the rows, and space for one in the temporary folder.
"""
import argparse
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from sklearn.preprocessing import RobustScaler


def ours(a, path):
    """Seconds of a first and a second fit in one process, and the digest of centres and scales."""
    text = subprocess.run(
        [a.program, "fit", path, str(a.rows), str(a.columns), str(a.threads), "2"],
        check=True, capture_output=True, text=True).stdout
    lines = dict(line.split(maxsplit=1) for line in text.splitlines())
    return [float(s) for s in lines["seconds"].split()], lines["digest"]


def theirs(x):
    """Seconds of one fit, and the digest of centres and scales."""
    start = time.perf_counter()
    scaler = RobustScaler().fit(x)
    seconds = time.perf_counter() - start
    digest = hashlib.sha256(scaler.center_.astype("<f8").tobytes() + scaler.scale_.astype("<f8").tobytes())
    return seconds, digest.hexdigest()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--program", default="tools/.build/release/bench-scaler")
    p.add_argument("--rows", type=int, default=500_000)
    p.add_argument("--columns", type=int, default=713)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--runs", type=int, default=3)
    a = p.parse_args()
    seconds = {"first fit": [], "second fit": [], "scikit-learn": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.f32"
        subprocess.run([a.program, "data", path, str(a.rows), str(a.columns)], check=True)
        x = np.fromfile(path, np.float32).reshape(a.rows, a.columns)
        for _ in range(a.runs):
            (first, second), digest = ours(a, path)
            seconds["first fit"].append(first)
            seconds["second fit"].append(second)
            slow, other = theirs(x)
            seconds["scikit-learn"].append(slow)
            if digest != other:
                print("the bits differ from scikit-learn's")
                return 1
    print(f"{a.rows} × {a.columns} float32, {a.threads} threads, {a.runs} alternating runs; seconds")
    peer = seconds["scikit-learn"]
    print(f"{'':14}{'median':>9}{'minimum':>9}{'ratio of medians':>18}{'of minima':>11}")
    for name, values in seconds.items():
        median, least = statistics.median(values), min(values)
        print(f"{name:14}{median:9.3f}{least:9.3f}{statistics.median(peer) / median:17.1f}×{min(peer) / least:10.1f}×")
    return 0


if __name__ == "__main__":
    sys.exit(main())

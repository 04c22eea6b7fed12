#!/usr/bin/env python3
"""Times the acoustic features against librosa computing the same set, pyin included, on the same sounds, alternately.

    swift build --package-path tools -c release --product bench-sound
    python tools/bench/sound.py [--threads 2] [--runs 3]

Needs what tools/parity/sound/requirements.txt lists. librosa gets as many processes as we get threads, each warmed up before the
clock starts; both sides start from decoded samples.
"""
import os

for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"]:
    # One process per core: threads inside a process would only get in each other's way.
    os.environ[name] = "1"

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing import Pool
from pathlib import Path

import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "parity" / "sound"))
import reference
import sounds


def ours(program, threads, paths):
    """Median seconds of ten runs in one process, after a warm-up run."""
    text = subprocess.run(
        [program, "time", str(threads), "11", *paths], check=True, capture_output=True, text=True).stdout
    lines = dict(line.split(maxsplit=1) for line in text.splitlines())
    return statistics.median(float(s) for s in lines["seconds"].split())


def theirs(pool, samples):
    """Seconds for all sounds, the longest first so that no process waits long at the end."""
    start = time.perf_counter()
    for _ in pool.imap_unordered(reference.features, sorted(samples, key=len, reverse=True)):
        pass
    return time.perf_counter() - start


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--program", default="tools/.build/release/bench-sound")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--runs", type=int, default=3)
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as folder, Pool(a.threads) as pool:
        paths = [path for _, _, path in sounds.write_all(folder)]
        samples = [soundfile.read(path, dtype="float32")[0] for path in paths]
        # Compiles numba's functions and imports everything in each process.
        pool.map(reference.features, samples[:1] * (2 * a.threads), chunksize=1)
        quick, slow = [], []
        for _ in range(a.runs):
            quick.append(ours(a.program, a.threads, paths))
            slow.append(theirs(pool, samples))
    seconds = sum(len(s) for s in samples) / sounds.RATE
    print(f"{seconds:.1f} s of sound, {a.threads} cores, {a.runs} alternating runs")
    print(f"{'':10}{'median s':>10}{'minimum s':>11}{'× real time':>13}")
    for name, values in [("bench", quick), ("librosa", slow)]:
        median = statistics.median(values)
        print(f"{name:10}{median:10.4f}{min(values):11.4f}{seconds / median:13.0f}")
    print(f"{statistics.median(slow) / statistics.median(quick):.0f} × librosa's speed by medians")
    return 0


if __name__ == "__main__":
    sys.exit(main())

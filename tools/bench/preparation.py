#!/usr/bin/env python3
"""Times msa-prep against `cat` of the same files and the NumPy peer, alternately, and prints a table.

A ratio is the median over the rounds; every contestant runs once per round.

    python tools/bench/preparation.py [--peers ../shared/bench] [--work .build/bench] [--runs 5] [--videos 100] [--large 1000]

Needs numpy, h5py and isal. The peer aligns, cleans and averages and keeps the rows in memory (`numpy`), or writes them as
raw float32 (`numpy +write`). The whole process of every command is timed; the peer's own clock is quoted too, which leaves
out the interpreter's start-up and the imports. msa-prep also fits the scalers, scales, converts, hashes and writes the shards with
their reports.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def measured(command, keeps_output=False):
    """Wall seconds, peak resident MiB and, where it is kept, standard output of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE if keeps_output else subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    output = process.stdout.read() if keeps_output else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit("%s exited with %d" % (" ".join(command), process.returncode))
    return seconds, usage.ru_maxrss / 1024, output.decode()


def corpus(arguments, videos, compression):
    """Makes a corpus once and returns its folder."""
    folder = os.path.join(arguments.work, "c%d_%s" % (videos, compression))
    if not os.path.exists(os.path.join(folder, "folds.json")):
        maker = os.path.join(arguments.peers, "make_corpus.py")
        subprocess.run(
            [sys.executable, maker, folder, "--videos", str(videos), "--seconds", "60", "--seed", "2", "--nan-rate", "0.001",
             "--compress", compression], check=True, stdout=subprocess.DEVNULL)
    return folder


def files(folder):
    return sorted(os.path.join(path, name) for path, _, names in os.walk(folder) for name in names if name.endswith(".csd"))


def contestants(arguments, folder, compression):
    """Name → function that runs it once and returns (seconds, seconds by its own clock, peak MiB)."""
    out = os.path.join(arguments.work, "out")
    peer = [sys.executable, os.path.join(arguments.peers, "peer_numpy.py"), folder, "--procs", "2", "--sum", "loop",
            "--read", "raw" if compression == "gzip" else "h5py"]

    def ours():
        shutil.rmtree(out, ignore_errors=True)
        return measured([arguments.program, "mosei", "--root", folder, "--folds", os.path.join(folder, "folds.json"),
                         "--out", out, "--threads", "2", "-q"])

    def numpy(*extra):
        seconds, _, output = measured(peer + list(extra), keeps_output=True)
        line = json.loads(output.strip().splitlines()[-1])
        return seconds, line["total_s"], line["peak_rss_mb"]

    def whole(run):
        seconds, peak, _ = run
        return seconds, seconds, peak

    return {
        "msa-prep": lambda: whole(ours()),
        "cat": lambda: whole(measured(["cat"] + files(folder))),
        "numpy": lambda: numpy(),
        "numpy +write": lambda: numpy("--out", os.path.join(arguments.work, "peer")),
    }


def compare(arguments, compression):
    folder = corpus(arguments, arguments.videos, compression)
    runs = contestants(arguments, folder, compression)
    results = {name: [] for name in runs}
    for name in runs:
        runs[name]()  # warm
    for _ in range(arguments.runs):
        for name in runs:
            results[name].append(runs[name]())
    print("\n%d videos x 60 s, %s\n" % (arguments.videos, "gzip 9" if compression == "gzip" else "contiguous"))
    print("| what | process: median s | min s | to msa-prep's | own clock: median s | min s | to msa-prep's | peak MiB |\n"
          "|---|---|---|---|---|---|---|---|")
    ours = [seconds for seconds, _, _ in results["msa-prep"]]
    for name, rows in results.items():
        process, clock, peaks = zip(*rows)
        # Round by round: the machine's speed drifts between rounds, but is the same for both contestants within one.
        figures = [f for s in (process, clock)
                   for f in (statistics.median(s), min(s), statistics.median(a / b for a, b in zip(s, ours)))]
        print("| %s | %.3f | %.3f | %.2f x | %.3f | %.3f | %.2f x | %.0f |" % (name, *figures, max(peaks)))
    return max(peak for _, _, peak in results["msa-prep"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=os.path.join(ROOT, "..", "shared", "bench"))
    parser.add_argument("--work", default=os.path.join(ROOT, ".build", "bench"))
    parser.add_argument("--program", default=os.path.join(ROOT, ".build", "release", "msa-prep"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--videos", type=int, default=100)
    parser.add_argument("--large", type=int, default=0, help="videos of a large corpus, for its peak memory")
    arguments = parser.parse_args()
    peak = compare(arguments, "none")
    compare(arguments, "gzip")
    if arguments.large:
        folder = corpus(arguments, arguments.large, "none")
        seconds, _, large = contestants(arguments, folder, "none")["msa-prep"]()
        print("\n%d videos: %.1f s, peak %.0f MiB, %.2f x that of %d videos" % (
            arguments.large, seconds, large, large / peak, arguments.videos))


if __name__ == "__main__":
    main()

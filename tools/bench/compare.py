#!/usr/bin/env python3
"""Times two builds alternately, to see whether a change made anything slower: preparation, an audit, and training steps.

    python tools/bench/compare.py OLD NEW [--rounds 20] [--peers ../shared/bench] [--work .build/bench] [--only TEXT]

OLD and NEW are folders with the three programs. A round runs each build once, taking turns at going first. Prints the medians,
the ratio of the medians, and its 95 % interval by a bootstrap over rounds. Exit 1 if an interval lies wholly above 1.02.
"""
import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys

import preparation

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 1.02


def jobs(a):
    """Name → function that runs a job once with the programs of a folder and returns its seconds."""
    corpus = preparation.corpus(argparse.Namespace(work=a.work, peers=a.peers), 100, "none")
    shards = os.path.join(a.work, "steps")
    if not os.path.exists(os.path.join(shards, "manifest.json")):
        subprocess.run([sys.executable, os.path.join(HERE, "training", "make_folder.py"), shards,
                        "--train", "8192", "--valid", "64", "--test", "64"], check=True)
    audited = os.path.join(a.work, "audited")
    shutil.rmtree(audited, ignore_errors=True)
    out = os.path.join(a.work, "out")
    folds = os.path.join(corpus, "folds.json")

    def prepare(programs, folder=out):
        shutil.rmtree(folder, ignore_errors=True)
        return preparation.measured([os.path.join(programs, "msa-prep"), "mosei", "--root", corpus, "--folds", folds,
                                     "--out", folder, "--threads", "2", "-q"])[0]

    def audit(programs):
        shutil.rmtree(out, ignore_errors=True)
        return preparation.measured([os.path.join(programs, "msa-audit"), "--shards", audited, "--out", out, "--threads", "2", "-q"])[0]

    def train(model, preset, threads):
        def run(programs):
            shutil.rmtree(out, ignore_errors=True)
            preparation.measured([os.path.join(programs, "msa-train"), "--shards", shards, "--out", out, "--model", model, "--preset",
                                  preset, "--epochs", "5", "--threads", threads, "-q"])
            with open(os.path.join(out, "metrics_history.json")) as file:
                return sum(json.load(file)["seconds"][1:])
        return run

    prepare(a.old, audited)
    return {
        "msa-prep, 100 videos": prepare,
        "msa-audit of them": audit,
        "training, crossmodal seed-192, 2 threads": train("crossmodal", "seed-192", "2"),
        "training, crossmodal seed-256, 1 thread": train("crossmodal", "seed-256", "1"),
        "training, lf-dnn, 2 threads": train("lf-dnn", "seed-192", "2"),
    }


def interval(old, new, rng, draws=10_000):
    """The 95 % interval of the ratio of medians, resampling rounds (an old and a new time together)."""
    pairs = list(zip(old, new))
    ratios = sorted(
        statistics.median(n for _, n in drawn) / statistics.median(o for o, _ in drawn)
        for drawn in (rng.choices(pairs, k=len(pairs)) for _ in range(draws)))
    return ratios[int(0.025 * draws)], ratios[int(0.975 * draws)]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("old")
    p.add_argument("new")
    p.add_argument("--rounds", type=int, default=20)
    p.add_argument("--peers", default=os.path.join(preparation.ROOT, "..", "shared", "bench"))
    p.add_argument("--work", default=os.path.join(preparation.ROOT, ".build", "bench"))
    p.add_argument("--only", default="", help="only jobs whose name holds this")
    a = p.parse_args()
    os.makedirs(a.work, exist_ok=True)
    slower = []
    print("| job | old: median s | new: median s | new / old | 95 % interval |\n|---|---|---|---|---|")
    for name, run in ((n, r) for n, r in jobs(a).items() if a.only in n):
        run(a.old), run(a.new)  # warm caches
        times = {"old": [], "new": []}
        for number in range(a.rounds):
            for build in ("old", "new") if number % 2 == 0 else ("new", "old"):
                times[build].append(run(getattr(a, build)))
        old, new = (statistics.median(times[build]) for build in ("old", "new"))
        low, high = interval(times["old"], times["new"], random.Random(1))
        print("| %s | %.3f | %.3f | %.3f | %.3f to %.3f |" % (name, old, new, new / old, low, high), flush=True)
        if low > LIMIT:
            slower.append(name)
    if slower:
        sys.exit("slower: " + ", ".join(slower))


if __name__ == "__main__":
    main()

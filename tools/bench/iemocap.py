#!/usr/bin/env python3
"""Prepares a full-size synthetic IEMOCAP as a folder and as a tar.gz, checks the counts, times it, and prints tables.

    python tools/bench/iemocap.py [--work .build/bench-iemocap] [--runs 1] [--short]

Full size takes about 9 GB of disk; `--short` makes a small release to try the script out. The tar.gz is compared with `gzip -dc`
piped into `tar -t` on the same file: no reader is faster than unpacking. The acoustic features alone are timed against librosa
by tools/bench/sound.py.
"""
import argparse
import collections
import glob
import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The real release.
DIALOGS = [28, 30, 32, 30, 31]
TURNS = [1819, 1811, 2136, 2103, 2170]
CATEGORIES = {"xxx": 2507, "fru": 1849, "neu": 1708, "ang": 1103, "sad": 1084, "exc": 1041, "hap": 595, "sur": 107, "fea": 40,
              "oth": 3, "dis": 2}
FOUR_CLASS = [1085, 1023, 1151, 1031, 1241]
SIX_CLASS = 7380
ON_MARKER = 5088
OVERLAPPING = 8941
OFF_SCALE = 7
HOURS = 12.4


def measured(command, shell=False):
    """Wall seconds and peak resident MiB of a command, which must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, shell=shell, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit("%s exited with %d: %s" % (command, process.returncode, errors.decode()[-400:]))
    return seconds, usage.ru_maxrss / 1024


def sample(arguments, form):
    """Makes the release once and returns what --root takes."""
    folder = os.path.join(arguments.work, ("short-" if arguments.short else "") + form)
    if not os.path.exists(os.path.join(folder, "sample.json")):
        size = ["--dialogs", "2", "--turns", "12"] if arguments.short else ["--full"]
        seconds, peak = measured([arguments.program, "sample", "iemocap", "--out", folder, "--" + form, "--overwrite", "-q"] + size)
        print("made %s in %.0f s, peak %.0f MiB" % (folder, seconds, peak))
    return folder if form == "folder" else os.path.join(folder, "IEMOCAP_full_release.tar.gz")


def prepared(arguments, root, name, *flags):
    """Prepares a release; returns the folder, seconds and peak MiB."""
    out = os.path.join(arguments.work, "out-" + name)
    shutil.rmtree(out, ignore_errors=True)
    seconds, peak = measured(
        [arguments.program, "iemocap", "--root", root, "--out", out, "--threads", "2", "-q"] + list(flags))
    return out, seconds, peak


def digests(out):
    """The shards, scalers, samples and splits of a prepared folder by their SHA-256."""
    files = sorted(glob.glob(out + "/shards/*")) + [
        os.path.join(out, name) for name in ("scalers.safetensors", "samples.jsonl", "splits.json")]
    found = {}
    for path in files:
        with open(path, "rb") as file:
            found[os.path.relpath(path, out)] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def speakers_by_split(out):
    """How many speakers, and how many dialogs, are in more than one split."""
    splits = collections.defaultdict(set)
    for line in open(os.path.join(out, "samples.jsonl")):
        line = json.loads(line)
        splits["speaker", line["speaker"]].add(line["split"])
        splits["dialog", line["dialog"]].add(line["split"])
    return sum(len(found) > 1 for found in splits.values())


def wordless(root):
    """Turns of a folder whose transcript has no word."""
    count = 0
    for path in glob.glob(root + "/Session?/dialog/transcriptions/*.txt"):
        if os.path.basename(path).startswith("."):
            continue
        for line in open(path, encoding="latin-1"):
            turn = re.match(r"Ses\S+_[FM]\d{3} \[[\d.]+-[\d.]+\]: (.*)", line)
            count += bool(turn) and not re.sub(r"\[[A-Z]+\]|\W", "", turn.group(1))
    return count


def check_counts(arguments, folder, root):
    """Compares report.json with the counts of the real release; returns whether all agree."""
    report = json.load(open(os.path.join(folder, "report.json")))
    release = report["release"]
    made = json.load(open(os.path.join(root, "sample.json")))
    sessions = [release["sessions"]["Ses0%d" % number] for number in range(1, 6)]
    facts = [
        ("dialogs a session", [session["dialogs"] for session in sessions], DIALOGS),
        ("turns a session", [session["turns"] for session in sessions], TURNS),
        ("categories", release["categories"], CATEGORIES),
        ("turns of the wearer of the markers", sum(session["marker_turns"] for session in sessions), ON_MARKER),
        ("turns that overlap the partner's", release["overlapping_turns"], OVERLAPPING),
        ("turns off the scale", release["off_scale"], OFF_SCALE),
        ("hours of sound", round(sum(session["seconds"] for session in sessions) / 3600, 2), HOURS),
        ("samples written", report["samples"]["written"], sum(made["turns"]) - wordless(root)),
        ("turns without alignment", release["counts"]["words.spread_missing"], 2),
        ("bad lines", len(release["bad_lines"]), 0),
        ("speakers and dialogs in two splits", speakers_by_split(folder), 0),
    ]
    if arguments.short:
        facts = facts[-4:]
    print("\n| count | found | expected |\n|---|---|---|")
    for name, found, expected in facts:
        print("| %s | %s | %s%s |" % (name, found, expected, "" if found == expected else " **differs**"))
    return all(found == expected for _, found, expected in facts)


def check_classes(arguments, root):
    """Counts the samples that emotion4 and emotion6 keep, including wordless ones, by session."""
    right = True
    for labels, expected in (("emotion4", FOUR_CLASS), ("emotion6", [SIX_CLASS])):
        out, _, _ = prepared(arguments, root, labels, "--labels", labels, "--modalities", "text")
        report = json.load(open(os.path.join(out, "report.json")))
        missed = [id for reason in report["samples"]["dropped"] if "word" in reason["reason"] for id in reason["ids"]]
        ids = [json.loads(line)["id"] for line in open(os.path.join(out, "samples.jsonl"))] + missed
        found = [sum(id.startswith("Ses0%d" % number) for id in ids) for number in range(1, 6)]
        found = found if len(expected) == 5 else [sum(found)]
        right = right and found == expected
        print("| %s turns | %s | %s%s |" % (labels, found, expected, "" if found == expected else " **differs**"))
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.join(ROOT, ".build", "bench-iemocap"))
    parser.add_argument("--program", default=os.path.join(ROOT, ".build", "release", "msa-prep"))
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="a small release")
    arguments = parser.parse_args()
    os.makedirs(arguments.work, exist_ok=True)
    roots = {form: sample(arguments, form) for form in ("folder", "tar")}
    inflation = "gzip -dc %s | tar -t" % roots["tar"]
    rows = collections.defaultdict(list)
    outs = {}
    for _ in range(arguments.runs):
        for form, root in roots.items():
            outs[form], seconds, peak = prepared(arguments, root, form)
            rows["msa-prep, " + ("folder" if form == "folder" else "tar.gz")].append((seconds, peak))
        rows["gzip -dc and tar -t"].append(measured(inflation, shell=True))
    print("\n| what | median s | peak MiB |\n|---|---|---|")
    for name, results in rows.items():
        print("| %s | %.1f | %.0f |" % (
            name, statistics.median(seconds for seconds, _ in results), max(peak for _, peak in results)))
    same = digests(outs["folder"]) == digests(outs["tar"])
    print("\nfolder and tar.gz give %s" % ("the same bytes" if same else "DIFFERENT bytes"))
    right = check_counts(arguments, outs["folder"], roots["folder"])
    if not arguments.short:
        right = check_classes(arguments, roots["folder"]) and right
    if not (same and right):
        sys.exit(1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Are prepared folders and trained weights the same on every processor?

    python tools/parity/check_processors.py BUILD-DIR [--short] [--emulator QEMU] [--keep FOLDER]

Called by tools/parity/processors, whose header says what is compared. Needs only the standard library. Exit status 1 if
bytes differ, a check of the audit fails, or a processor that is too old gets anything but one line.
"""
import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

WIDTHS = ("128", "256", "512")
VARIABLE = "MSA_VECTOR_WIDTH"
CORE_TYPES = ("Prescott", "Sandybridge", "Haswell", "SkylakeX", "Zen")
# The short ones are 40 turns and 10 videos: an emulated processor takes half a minute.
SHORT = {"iemocap": ["--dialogs", "1", "--turns", "8", "--seconds", "0.8"], "mosei": ["--videos", "10", "--seconds", "4"]}
LONG = {"iemocap": ["--dialogs", "2", "--turns", "8", "--seconds", "1"], "mosei": ["--videos", "24", "--seconds", "12"]}
TOO_OLD = 71


class Check:
    """Programs to run, and what went wrong so far."""

    def __init__(self, build, work):
        self.build, self.work, self.problems = build, work, []

    def command(self, program, *arguments, under=()):
        return [*under, str(self.build / program), *map(str, arguments)]

    def run(self, program, *arguments, under=(), environment=None):
        done = subprocess.run(self.command(program, *arguments, under=under), capture_output=True, text=True,
                              env={**os.environ, **(environment or {})})
        if done.returncode != 0:
            sys.exit(f"{program} {' '.join(map(str, arguments))}: exit status {done.returncode}: {done.stderr.strip()}")

    def tell(self, holds, what, problem=""):
        print(f"  {'ok  ' if holds else 'FAIL'} {what}{'' if holds else ': ' + problem}", flush=True)
        if not holds:
            self.problems.append(what)

    def samples(self, sizes):
        self.run("msa-prep", "sample", "iemocap", "--out", self.work / "release", *sizes["iemocap"], "-q")
        self.run("msa-prep", "sample", "mosei", "--out", self.work / "corpus", *sizes["mosei"], "--compress", "none", "-q")

    def digests(self, name, under=(), environment=None):
        """Prepares both samples, trains on them, and returns the digest of every file that is compared."""
        home, release, corpus = self.work / name, self.work / "release", self.work / "corpus"
        home.mkdir()
        options = {"under": under, "environment": environment}
        preparations = [
            ("iemocap", "--root", release, "--glove", release / "word-vectors.txt", "--out", home / "iemocap", "-q"),
            ("mosei", "--root", corpus, "--folds", corpus / "folds.json", "--out", home / "mosei", "-q"),
        ]
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(self.run, "msa-prep", *a, **options) for a in preparations]:
                done.result()
        self.run("msa-train", "--shards", home / "iemocap", "--shards", home / "mosei", "--out", home / "run", "--epochs", "5", "-q", **options)
        files = [p for f in ("iemocap", "mosei") for p in [*sorted((home / f / "shards").iterdir()), home / f / "scalers.safetensors", home / f / "manifest.json"]]
        files += [home / "run" / n for n in ("best.safetensors", "predictions.csv")]
        digests = {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
        curves = json.loads((home / "run" / "metrics_history.json").read_text())
        curves.pop("seconds")
        digests["run/metrics_history.json"] = hashlib.sha256(json.dumps(curves, sort_keys=True).encode()).hexdigest()
        return digests


def compare(check, reference, name, **options):
    start = time.monotonic()
    found = check.digests(name.replace(" ", "-"), **options)
    differing = [file for file in {**reference, **found} if reference.get(file) != found.get(file)]
    check.tell(not differing, f"{name}: {len(found)} files ({time.monotonic() - start:.0f} s)", ", ".join(differing) + " differ")


def widths(check):
    """The widths that this processor can run."""
    return [w for w in WIDTHS if subprocess.run(check.command("msa-prep", "--version"), capture_output=True, env={**os.environ, VARIABLE: w}).returncode == 0]


def audit(check, prepared, width):
    """Audits what one width prepared and trained under another."""
    out, home = check.work / "audit", check.work / prepared
    arguments = ["--shards", home / "iemocap", "--shards", home / "mosei", "--sources", check.work, "--run", home / "run", "--out", out]
    done = subprocess.run(check.command("msa-audit", *arguments), capture_output=True, text=True, env={**os.environ, VARIABLE: width})
    checks = {c["id"]: c["verdict"] for c in json.loads((out / "audit.json").read_text())["checks"]} if (out / "audit.json").exists() else {}
    failed = [name for name, verdict in checks.items() if verdict == "fail"]
    again = [name for name in ("reproducible", "held-out-influence", "scaler-train-only") if checks.get(name) != "pass"]
    check.tell(done.returncode == 0 and checks and not failed and not again, f"audited with {width} bits, prepared with {prepared}",
               f"exit status {done.returncode}; fail: {failed}; not passed: {again}; {done.stderr.strip()}")


def too_old(check, emulator):
    for program in ("msa-prep", "msa-train", "msa-audit"):
        for argument in ("--version", "--help"):
            done = subprocess.run(check.command(program, argument, under=[emulator, "-cpu", "Nehalem"]), capture_output=True, text=True)
            lines = [line for line in done.stderr.splitlines() if not line.startswith("qemu-x86_64")]
            check.tell(done.returncode == TOO_OLD and len(lines) == 1 and "x86-64-v3" in lines[0] and not done.stdout, f"{program} {argument} on a Nehalem: one line",
                       f"exit status {done.returncode}, {lines}")


def core_types(check, reference):
    fixed = [v for v in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if os.environ.get(v)]
    if fixed:
        print(f"  skipped: {' and '.join(fixed)} set here, for a reason: OpenBLAS's kernels stay as they are")
        return
    for kernel in CORE_TYPES:
        compare(check, reference, f"OPENBLAS_CORETYPE {kernel}", environment={"OPENBLAS_CORETYPE": kernel})


def main():
    p = argparse.ArgumentParser()
    p.add_argument("build", type=Path)
    p.add_argument("--short", action="store_true")
    p.add_argument("--emulator")
    p.add_argument("--keep")
    a = p.parse_args()
    work = Path(a.keep or tempfile.mkdtemp(prefix="msa-processors-"))
    work.mkdir(parents=True, exist_ok=True)
    check = Check(a.build.resolve(), work)
    try:
        check.samples(SHORT if a.short else LONG)
        print("== the same bytes as with the widest vectors", flush=True)
        reference = check.digests("widest")
        available = widths(check)
        for width in available:
            compare(check, reference, f"{width} bits", environment={VARIABLE: width})
        for processor in (["Haswell"] if a.short else ["Haswell", "Skylake-Server"]) if a.emulator else []:
            compare(check, reference, f"emulated {processor}", under=[a.emulator, "-cpu", processor])
        if not a.short:
            core_types(check, reference)
        print("== the audit", flush=True)
        audit(check, f"{available[0]}-bits", available[-1])
        if a.emulator:
            print("== a processor without AVX2", flush=True)
            too_old(check, a.emulator)
        else:
            print("skipped: qemu-x86_64-static is missing; no other processor was emulated", file=sys.stderr)
    finally:
        if not a.keep:
            shutil.rmtree(work)
    if check.problems:
        sys.exit(f"{len(check.problems)} of the comparisons failed")


if __name__ == "__main__":
    main()

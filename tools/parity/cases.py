"""Runs msa-prep over every kind of corpus and option and checks each folder it makes.

cases.py MSA-PREP [--short] [--shared FOLDER] [--only WORD]
"""

import argparse
import hashlib
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import awkward
import check_arrays
import check_exports
import check_features
import check_folder
import check_masks
import golden
from checks import Checks

GRANULARITIES = ("word", "utterance", "frame", "video")
CLEANINGS = ("mask", "zero", "seed")
DTYPES = ("f16", "f32", "bf16")
PIPELINES = pathlib.Path(__file__).resolve().parents[2] / "pipelines"


class Driver:
    def __init__(self, program, scratch, only, checks):
        self.program, self.scratch, self.only, self.checks = program, scratch, only, checks
        self.made = 0

    def run(self, *arguments):
        command = [self.program, *map(str, arguments)]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return subprocess.CompletedProcess(command, -1, "", str(error))

    def prepare(self, subject, subcommand, *arguments):
        """Runs msa-prep once; returns the folder, or nothing and a failed check."""
        if self.only and self.only not in subject:
            return None
        self.made += 1
        out = self.scratch / f"prepared-{self.made}"
        self.checks.subject = subject
        place = ("--set", f"out={out}") if subcommand == "run" else ("--out", out)
        done = self.run(subcommand, *arguments, *place, "-q")
        if done.returncode:
            message = done.stderr.strip().splitlines() or ["(nothing on stderr)"]
            self.checks.check("prepares", False, f"exit code {done.returncode}: {message[-1]}")
            return None
        return out

    def case(self, subject, subcommand, *arguments, checked=None):
        """Prepares a corpus; compares the folder with the oracle, given the same options."""
        out = self.prepare(subject, subcommand, *arguments)
        if out:
            options = map(str, (out, *(arguments if checked is None else checked)))
            given, _ = check_folder.parser().parse_known_args(list(options))
            check_folder.check(out, given, self.checks)


def matrix(driver, name, subcommand, *arguments, short):
    """Every granularity × cleaning × type; with --short, each type once per granularity."""
    kinds = itertools.product(GRANULARITIES, CLEANINGS, DTYPES)
    for number, (granularity, clean, dtype) in enumerate(kinds):
        if short and number % 3 != (number // 3 + number // 9) % 3:
            continue
        options = ("--granularity", granularity, "--clean", clean, "--dtype", dtype)
        driver.case(f"{name} {granularity} {clean} {dtype}:", subcommand, *arguments, *options)


def digests(folder):
    # .state.json holds times of the input files and is left out of comparisons.
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != ".state.json")
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def check_same_bytes(driver, root):
    """Threads, memory and the form of the folds must not change a byte."""
    subject = "same bytes:"
    first = driver.prepare(subject, "mosei", "--root", root, "--folds", root / "folds.json")
    others = {
        "one thread": ("--folds", root / "folds.json", "--threads", 1),
        "five threads": ("--folds", root / "folds.json", "--threads", 5, "--memory", "256MiB"),
        "folds.py": ("--folds", root / "folds.py"),
    }
    for name, options in others.items():
        other = driver.prepare(subject, "mosei", "--root", root, *options)
        if first and other:
            a, b = digests(first), digests(other)
            odd = sorted(f for f in a.keys() | b.keys() if a.get(f) != b.get(f))
            driver.checks.check(name, not odd, f"differ: {odd}")


def check_verify(driver, folder):
    """`verify` accepts the folder and notices one changed byte in each shard."""
    driver.checks.subject = "verify:"
    driver.checks.check("accepts", driver.run("verify", folder).returncode == 0)
    for shard in sorted((folder / "shards").iterdir()):
        whole = shard.read_bytes()
        middle = len(whole) // 2
        shard.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        code = driver.run("verify", folder).returncode
        driver.checks.check(f"notices damage in {shard.name}", code == 1, f"exit code {code}")
        shard.write_bytes(whole)


def same_value(found, wanted):
    """Whether mlcroissant gives a value of samples.jsonl; it parses fractions with less care than json does."""
    if isinstance(found, bytes):
        found = found.decode()
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same_value, found, wanted))
    if isinstance(wanted, float):
        return found is not None and abs(found - wanted) <= 1e-12 * abs(wanted)
    return found == wanted or wanted is None and found is None


def check_croissant(driver, folder):
    """mlcroissant accepts it, and its records are the samples."""
    import mlcroissant  # slow to import

    path = folder / "croissant.json"
    dataset = mlcroissant.Dataset(str(path))
    issues = dataset.metadata.issues
    found = [*issues.errors, *issues.warnings]
    driver.checks.check("accepted by mlcroissant", not found, "; ".join(map(str, found)))
    lines = (folder / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    samples = [json.loads(line) for line in lines]
    (records,) = dataset.metadata.record_sets
    found = list(dataset.records(records.uuid))
    driver.checks.check("records", len(found) == len(samples), f"{len(found)} records, {len(samples)} samples")
    wrong = [
        f"{sample['id']} {field}: {record[f'{records.uuid}/{field}']}"
        for sample, record in zip(samples, found)
        for field in ("id", "group", "speaker", "split", "interval", "label", "words", "shard", "index")
        if not same_value(record[f"{records.uuid}/{field}"], sample[field])
    ]
    driver.checks.check("fields of records", not wrong, "; ".join(wrong[:5]))
    wrong = []
    listed = {f["contentUrl"]: f for f in json.loads(path.read_text())["distribution"]}
    for file, description in listed.items():
        data = (folder / file).read_bytes()
        if hashlib.sha256(data).hexdigest() != description["sha256"]:
            wrong.append(file)
        if description["contentSize"] != f"{len(data)} B":
            wrong.append(f"{file} size {description['contentSize']}")
    lacking = {str(p.relative_to(folder)) for p in (folder / "shards").iterdir()} - listed.keys()
    driver.checks.check("files", not wrong and not lacking, f"wrong {wrong}, lacking {lacking}")


def check_folder_services(driver, root):
    """Checks that need only one folder: verify, croissant.json, exports."""
    options = "--root", root, "--folds", root / "folds.json", "--dtype", "f32"
    extra = "--license", "CC-BY-4.0", "--date-published", "2018-07-15"
    folder = driver.prepare("one folder:", "mosei", *options, *extra)
    if folder:
        check_verify(driver, folder)
        driver.checks.subject = "croissant.json:"
        driver.checks.attempt("opens", check_croissant, driver, folder)
        check_exports.check(driver, folder)
        check_masks.check(driver, folder)


def check_sample_corpora(driver, short):
    """The built-in corpora, by their own folds, by ratios and by the pipeline files."""
    roots = {}
    for corpus in ("mosei", "mosi"):
        roots[corpus] = root = driver.scratch / f"sample-{corpus}"
        driver.checks.subject = f"sample {corpus}:"
        done = driver.run("sample", corpus, "--out", root)
        driver.checks.check("is made", done.returncode == 0, done.stderr.strip())
        if done.returncode:
            return
    for corpus, root in roots.items():
        options = ["--root", root]
        if corpus == "mosi":
            options += ["--glove", root / "word-vectors.txt"]
        folds = *options, "--folds", root / "folds.json"
        if not short:
            matrix(driver, f"sample {corpus}", corpus, *folds, short=True)
        driver.case(f"sample {corpus} folds:", corpus, *folds)
        split = *options, "--ratios", "0.5,0.25,0.25", "--seed", 7, "--granularity", "video"
        driver.case(f"sample {corpus} ratios:", corpus, *split)
        check_pipeline(driver, f"{corpus}.yaml", *options)
    seed = "--granularity", "video", "--clean", "seed", "--dtype", "f32"
    check_pipeline(driver, "original.yaml", "--root", roots["mosei"], *seed)


def check_pipeline(driver, name, *options):
    """`msa-prep run` on a file in pipelines/, as if its flags had been given."""
    file = PIPELINES / name
    if not file.exists():
        print(f"note {name} is missing from {PIPELINES.name}")
        return
    places = dict(zip(options[::2], options[1::2], strict=True))
    sets = []
    for key in ("--root", "--glove"):
        if key in places:
            sets += ["--set", f"{key[2:]}={places[key]}"]
    options = *options, "--ratios", "0.7,0.15,0.15"
    driver.case(f"pipeline {name}:", "run", file, *sets, checked=options)


def check_awkward_corpus(driver, seed, short):
    """Corpora with everything that real files hold, and the options that matter there."""
    root = driver.scratch / f"awkward-{seed}"
    awkward.make(root, seed)
    name = f"awkward-{seed}"
    folds = "--root", root, "--folds", root / "folds.json"
    matrix(driver, name, "mosei", *folds, short=short)
    driver.case(f"{name} limit 7:", "mosei", *folds, "--limit", 7)
    for granularity in GRANULARITIES:
        driver.case(
            f"{name} {granularity} missing keep:",
            *("mosei", *folds, "--missing", "keep", "--granularity", granularity),
        )
        driver.case(
            f"{name} {granularity} visual,text:",
            *("mosei", *folds, "--modalities", "visual,text", "--granularity", granularity),
        )
        driver.case(
            f"{name} {granularity} audio:",
            *("mosei", *folds, "--modalities", "audio", "--granularity", granularity),
        )
    words = ("--modalities", "text", "--text", root / "words.csd", "--glove", root / "vectors.txt")
    for granularity, clean in itertools.product(GRANULARITIES, CLEANINGS):
        options = ("--granularity", granularity, "--clean", clean, "--dtype", "f32")
        driver.case(f"{name} words {granularity} {clean}:", "mosei", *folds, *words, *options)
    options = *words, "--keep-pauses"
    driver.case(f"{name} words keep pauses:", "mosei", *folds, *options)


def check_shared_corpora(driver, shared, short):
    """Corpora beside the repository that are not part of it."""
    golden_folder, tiny, mosi = (shared / name for name in ("sdk-golden", "mosei-tiny", "mosi"))
    if golden_folder.is_dir():
        driver.checks.subject = "golden:"
        driver.checks.attempt("compares", golden.check_golden, golden_folder, driver.checks)
        root = "--root", golden_folder / "corpus", "--folds", golden_folder / "folds.json"
        matrix(driver, "sdk-golden", "mosei", *root, short=short)
    if tiny.is_dir():
        folds = tiny / ("folds.json" if short else "folds.py")
        if short:
            driver.case("mosei-tiny:", "mosei", "--root", tiny, "--folds", folds)
        else:
            matrix(driver, "mosei-tiny", "mosei", "--root", tiny, "--folds", folds, short=True)
    if mosi.is_dir():
        check_mosi(driver, mosi, short)


def check_mosi(driver, mosi, short):
    """Real word strings against a synthetic word-vector file that lacks every fifth word."""
    import h5py
    import numpy as np

    path = mosi / "CMU_MOSI_ModifiedTimestampedWords.csd"
    with h5py.File(path) as file:
        (root,) = file
        entries = file[root]["data"].values()
        words = {w.decode().lower() for e in entries for w in e["features"][:, 0]}
    rng = np.random.default_rng(0)
    vectors = driver.scratch / "vectors.txt"
    with open(vectors, "w", encoding="utf-8") as out:
        for i, word in enumerate(sorted(words - {""})):
            if i % 5:
                out.write(f"{word} {' '.join(f'{x:.5f}' for x in rng.normal(0, 0.4, 25))}\n")
    options = ("--modalities", "text", "--root", mosi, "--text", path, "--glove", vectors)
    for granularity in GRANULARITIES[: 1 if short else 4]:
        for folds in ("folds.json", "folds.py")[: 1 if short else 2]:
            driver.case(
                f"mosi {granularity} {folds}:",
                *("mosi", *options, "--folds", mosi / folds, "--granularity", granularity),
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--short", action="store_true", help="fewer combinations, under a minute")
    parser.add_argument("--shared", help="folder with corpora that are not in the repository")
    parser.add_argument("--only", help="cases whose name holds this word")
    parser.add_argument("--keep", help="write the folders here and leave them")
    given = parser.parse_args()
    checks = Checks()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = pathlib.Path(given.keep or temporary)
        scratch.mkdir(parents=True, exist_ok=True)
        driver = Driver(given.program, scratch, given.only, checks)
        check_sample_corpora(driver, given.short)
        for seed in range(1 if given.short else 3):
            check_awkward_corpus(driver, seed, given.short)
        check_same_bytes(driver, scratch / "awkward-0")
        check_folder_services(driver, scratch / "awkward-0")
        check_arrays.check(driver, given.short)
        check_features.check(driver, scratch / "sample-mosei", given.short)
        if given.shared:
            check_shared_corpora(driver, pathlib.Path(given.shared), given.short)
        checks.subject = ""
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())

"""Runs whose input, or whose output, changes under them."""
import os
import shutil
import signal
import time
from collections import Counter

# The files of a corpus that are changed.
FILES = {
    "mosei": ["visuals/CMU_MOSEI_VisualOpenFace2.csd", "acoustics/CMU_MOSEI_COVAREP.csd",
              "languages/CMU_MOSEI_TimestampedWordVectors.csd", "labels/CMU_MOSEI_Labels.csd"],
    "mosi": ["word-vectors.txt"],
    "iemocap": None,
}


def run(bench, count):
    rows = {}
    kinds = [renamed, rewritten, grown, same_size_and_time, copied_over, same_contents, touched, between_runs,
             output_gone, shards_gone]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        corpus = bench.rng.choice(["mosei", "mosei", "mosei", "mosi", "iemocap"])
        name = kind.__name__.replace("_", " ")
        row = rows.setdefault(name, [0, Counter()])
        row[0] += 1
        row[1][change(bench, kind, corpus, f"change {number} ({name}, {corpus})")] += 1
    return rows


def other_contents(bench, corpus, root, grows):
    """A file of a corpus, its bytes, and others that change a run's output: a longer file, or one of the same length."""
    before = bench.reference(corpus, root, "", [])
    while True:
        if corpus == "iemocap":
            # A label: every turn counts.
            folder = os.path.join(root, "Session1/dialog/EmoEvaluation")
            path = os.path.join(folder, bench.rng.choice(sorted(n for n in os.listdir(folder) if n.startswith("Ses"))))
        else:
            path = os.path.join(root, bench.rng.choice(FILES[corpus]))
        with open(path, "rb") as file:
            old = file.read()
        new = bytearray(old)
        if grows:
            new += b"\0" * 64 if path.endswith(".csd") else b"\n"
        elif path.endswith(".csd"):
            new[bench.rng.randrange(len(old) // 3, len(old) * 2 // 3)] ^= 0x04
        else:
            digits = [k for k, b in enumerate(old) if b in b"234"]
            new[bench.rng.choice(digits)] += 1
        state = (os.path.relpath(path, root), hash(bytes(new)))
        with open(path, "wb") as file:
            file.write(new)
        after = bench.reference(corpus, root, state, [])
        with open(path, "wb") as file:
            file.write(old)
        if after is not None and after["manifest.json"] != before["manifest.json"]:
            return path, old, bytes(new), state
        del bench.references[corpus, state, ()]


def change(bench, kind, corpus, context):
    root, out = bench.copy(corpus), bench.new("out")
    before = bench.reference(corpus, root, "", [])
    path, old, new, state = other_contents(bench, corpus, root, kind is grown)
    after = bench.references[corpus, state, ()]
    stamp = os.stat(path)
    arguments = bench.preparation(corpus, root, out)
    moment = bench.rng.random() * bench.seconds[corpus] * 1.1
    running = bench.start("msa-prep", *arguments)
    time.sleep(moment)
    changes_contents = kind not in (same_contents, touched, output_gone, shards_gone)
    if kind is between_runs:
        running.kill()
        bench.check_outcome(running.end(), (0, -signal.SIGKILL), context)
        was_sealed = bench.is_sealed(out)
        replace(path, new, stamp)
        running = bench.start("msa-prep", *arguments)
    elif changes_contents or kind in (same_contents, touched):
        kind(path, old, new, stamp)
    else:
        kind(out, bench.new("gone"))
    # Files taken from a folder that was already finished are damage that the run did not see.
    was_finished = kind in (output_gone, shards_gone) and bench.is_sealed(out)
    ended = running.end()
    allowed = {0}
    if changes_contents:
        # A file that is cut short, or written in place, when it is opened is bad data.
        allowed |= {65, 75} if kind in (rewritten, copied_over) else {75}
    if kind is between_runs:
        allowed = {73} if was_sealed else {0}
    if kind in (output_gone, shards_gone):
        allowed |= {73}
    bench.check_outcome(ended, allowed, context)
    if ended.status == 75 and root not in ended.errors:
        bench.find("outcomes outside of the contract", context + ": no file is named", ended)
    wanted = [after] if kind is between_runs and not was_sealed else [before, after]
    if not was_finished:
        bench.check_sealed(out, wanted, context, ended)
    if ended.status not in (0, 73) and bench.is_sealed(out):
        bench.find("sealed mixtures", context + ": sealed although it ended so", ended)
    sealed = bench.is_sealed(out)
    now = after if changes_contents else before
    if was_finished:
        shutil.rmtree(out)
    bench.check_last(corpus, root, out, [], now, context)
    for folder in (os.path.dirname(root), out):
        shutil.rmtree(folder, ignore_errors=True)
    return f"{ended.status}" + (" sealed" if sealed else "")


def replace(path, bytes_, stamp):
    with open(path + ".new", "wb") as file:
        file.write(bytes_)
    if stamp:
        os.utime(path + ".new", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    os.rename(path + ".new", path)


def renamed(path, old, new, stamp):
    replace(path, new, None)


def rewritten(path, old, new, stamp):
    with open(path, "wb") as file:
        file.write(new)


def grown(path, old, new, stamp):
    with open(path, "ab") as file:
        file.write(new[len(old):])


def same_size_and_time(path, old, new, stamp):
    replace(path, new, stamp)


def copied_over(path, old, new, stamp):
    """What `cp -p` does: in place, with the previous size and time."""
    rewritten(path, old, new, stamp)
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def same_contents(path, old, new, stamp):
    replace(path, old, None)


def touched(path, old, new, stamp):
    os.utime(path)


def between_runs():
    raise NotImplementedError("done by its caller")


def output_gone(out, target):
    try:
        os.rename(out, target)
    except FileNotFoundError:
        pass  # the run has not made it yet


def shards_gone(out, target):
    output_gone(os.path.join(out, "shards"), target)

"""Pairs of runs at the same time."""
import os
import shutil
import signal
import time
from collections import Counter

from bench import digests

UNLOCKED = {"MSA_LOCKS": "refused"}


# The files that a training run is judged by.
TRAINED = ["best.safetensors", "predictions.csv", "model.onnx"]


def run(bench, count):
    rows = {}
    kinds = [same, different, overwriting, killed, killed_at_shard, killed_overwriting, training, exporting]
    for number in range(count):
        kind = kinds[number // 2 % len(kinds)]
        environment = UNLOCKED if number % 2 else {}
        name = kind.__name__.replace("_", " ") + (", no locks" if environment else "")
        outcomes = rows.setdefault(name, [0, Counter()])
        outcomes[0] += 1
        work = other_pair if kind in (training, exporting) else pair
        outcomes[1][work(bench, kind, environment, f"pair {number} ({name})")] += 1
    return rows


def other_pair(bench, kind, environment, context):
    """Two runs, of a program that reads prepared folders, that replace existing output."""
    out = bench.new("out")
    commands, names, seal = kind(bench)
    wanted, seconds = zip(*(alone(bench, command, names) for command in commands))
    one = bench.start(*commands[0], "--out", out, environment=environment)
    time.sleep(bench.rng.random() * seconds[0] * 1.1)
    two = bench.start(*commands[1], "--out", out, environment=environment)
    if bench.rng.random() < 0.5:
        time.sleep(bench.rng.random() * seconds[1])
        bench.rng.choice([one, two]).kill()
    ended = [one.end(), two.end()]
    for run_ in ended:
        bench.check_outcome(run_, (0, 73, 74, -signal.SIGKILL), context, *ended)
    found = digests(out)
    if seal and os.path.exists(os.path.join(out, seal)):
        if not any(all(found.get(name) == digest for name, digest in one_.items()) for one_ in wanted):
            bench.find("sealed mixtures", context, *ended)
    # Nothing seals an export: a run that fails leaves none of its files among another's, but one that is killed may.
    if not seal and all(e.status >= 0 for e in ended):
        if not any(found.items() <= one_.items() for one_ in wanted):
            bench.find("sealed mixtures", context, *ended)
    anew = bench.run(*commands[1], "--out", out)
    if anew.status != 0 or any(digests(out).get(name) != digest for name, digest in wanted[1].items()):
        bench.find("outcomes outside of the contract", context + ", run with --overwrite", anew)
    shutil.rmtree(out, ignore_errors=True)
    return " and ".join(sorted(str(e.status) for e in ended))


def alone(bench, command, names):
    key = tuple(command)
    if key not in bench.references:
        out, start = bench.new("alone"), time.time()
        ended = bench.run(*command, "--out", out)
        found = digests(out)
        if ended.status != 0:
            raise SystemExit(f"a lone run fails: {ended}")
        bench.references[key] = ({n: d for n, d in found.items() if not names or n in names}, time.time() - start)
        shutil.rmtree(out, ignore_errors=True)
    return bench.references[key]


def prepared(bench, configuration):
    """A finished folder of a configuration."""
    key = ("prepared", tuple(configuration))
    if key not in bench.references:
        out = bench.new("prepared")
        ended = bench.run("msa-prep", *bench.preparation("mosei", bench.corpora["mosei"], out, *configuration))
        if ended.status != 0:
            raise SystemExit(f"a lone run fails: {ended}")
        bench.references[key] = out
    return bench.references[key]


def training(bench):
    shards = prepared(bench, bench.CONFIGURATIONS[0])
    commands = [["msa-train", "--shards", shards, "--epochs", str(n), "--seed", str(n), "--overwrite", "-q"]
                for n in bench.rng.sample([2, 3, 4], 2)]
    return commands, TRAINED, "results.json"


def exporting(bench):
    form = bench.rng.choice(["npz", "webdataset"])
    commands = [["msa-prep", "export", prepared(bench, c), "--to", form, "--overwrite", "-q"]
                for c in (bench.CONFIGURATIONS[0], bench.CONFIGURATIONS[3])]
    bench.rng.shuffle(commands)
    return commands, None, None


def pair(bench, kind, environment, context):
    root, out = bench.corpora["mosei"], bench.new("out")
    first, second, overwrites = kind(bench)
    references = [bench.reference("mosei", root, "", c) for c in (first, second)]
    flag = ["--overwrite"] if overwrites else []
    if overwrites and bench.rng.random() < 0.5:
        bench.run("msa-prep", *bench.preparation("mosei", root, out, *bench.rng.choice([first, second])))

    def start(configuration):
        return bench.start("msa-prep", *bench.preparation("mosei", root, out, *configuration, *flag),
                           environment=environment)

    one = start(first)
    reach = 0.1 if kind is killed_at_shard else bench.rng.choice([0.3, 1.1])
    time.sleep(bench.rng.random() * bench.seconds["mosei"] * reach)
    two = start(second)
    if kind is killed_at_shard:
        wait_for_shard(two, out)
        two.kill()
    elif kind in (killed, killed_overwriting):
        time.sleep(bench.rng.random() * bench.seconds["mosei"])
        bench.rng.choice([one, two]).kill()
    ended = [one.end(), two.end()]
    for run_ in ended:
        bench.check_outcome(run_, (0, 73, 74, -signal.SIGKILL), context, *ended)
    bench.check_sealed(out, references, context, *ended)
    sealed = bench.is_sealed(out)
    bench.check_last("mosei", root, out, second, references[1], context)
    shutil.rmtree(out, ignore_errors=True)
    return " and ".join(sorted(str(e.status) for e in ended)) + (" sealed" if sealed else "")


def wait_for_shard(run_, out):
    """Waits until a run writes a shard that another run has already written."""
    end = time.time() + 5
    while run_.is_alive() and time.time() < end:
        try:
            names = os.listdir(os.path.join(out, "shards"))
        except FileNotFoundError:
            names = []
        shards = {n for n in names if not n.startswith(".")}
        if any(n.startswith("." + shard + ".") for n in names for shard in shards):
            return
        time.sleep(0.0005)


def same(bench):
    configuration = bench.rng.choice(bench.CONFIGURATIONS)
    return configuration, configuration, False


def different(bench):
    return (*bench.rng.sample(bench.CONFIGURATIONS, 2), False)


def overwriting(bench):
    return (*bench.rng.sample(bench.CONFIGURATIONS, 2), True)


def killed(bench):
    return (*(bench.rng.choice(bench.CONFIGURATIONS) for _ in range(2)), False)


def killed_at_shard(bench):
    return (*bench.rng.sample(bench.CONFIGURATIONS, 2), bench.rng.random() < 0.7)


def killed_overwriting(bench):
    return (*bench.rng.sample(bench.CONFIGURATIONS, 2), True)

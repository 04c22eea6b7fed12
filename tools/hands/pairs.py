"""Pairs of runs at the same time."""
import os
import shutil
import signal
import time
from collections import Counter

UNLOCKED = {"MSA_LOCKS": "refused"}


def run(bench, count):
    rows = {}
    kinds = [same, different, overwriting, killed, killed_at_shard, killed_overwriting]
    for number in range(count):
        kind = kinds[number // 2 % len(kinds)]
        environment = UNLOCKED if number % 2 else {}
        name = kind.__name__.replace("_", " ") + (", no locks" if environment else "")
        outcomes = rows.setdefault(name, [0, Counter()])
        outcomes[0] += 1
        outcomes[1][pair(bench, kind, environment, f"pair {number} ({name})")] += 1
    return rows


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
    time.sleep(bench.rng.random() * bench.seconds["mosei"] * (0.3 if bench.rng.random() < 0.5 else 1.1))
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
    """Until a run writes a shard of which another one stands already."""
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

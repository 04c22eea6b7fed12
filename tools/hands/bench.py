"""What both parts share: programs, corpora, and what lone runs make of them."""
import hashlib
import os
import shutil
import signal
import subprocess
import time

# Sizes and times of the input, and the file that only says that a folder is being written.
BESIDES = {".state.json", ".msa.lock"}


def digests(folder):
    """The SHA-256 of every file below a folder that counts, by its path."""
    found = {}
    for base, folders, names in os.walk(folder):
        # What a run that was killed after sealing could not remove is not part of it.
        folders[:] = [name for name in folders if name != ".staging"]
        for name in names:
            # Nobody reads files with temporary names; the next run removes them.
            if name in BESIDES or name.endswith(".partial"):
                continue
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


class Ended:
    """A finished run."""

    def __init__(self, command, status, output, errors):
        self.command, self.status, self.output, self.errors = command, status, output, errors
        # A warning that others cannot be kept out must be there; other warnings may.
        self.lines = [line for line in errors.splitlines() if ": warning: " not in line]

    def __str__(self):
        return f"{' '.join(self.command)}: {self.status}: {' / '.join(self.lines)}"


class Started:
    """A run in progress."""

    def __init__(self, command, environment, folder):
        self.command, self.begun = command, time.time()
        self.out, self.err = (open(os.path.join(folder, f"std-{time.time_ns()}-{n}"), "w+") for n in "oe")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.out, stderr=self.err,
                                        env={**os.environ, **environment})

    def is_alive(self):
        return self.process.poll() is None

    def kill(self, number=signal.SIGKILL):
        if self.is_alive():
            self.process.send_signal(number)

    def end(self):
        try:
            self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            self.process.returncode = "hangs"
        texts = []
        for file in (self.out, self.err):
            file.seek(0)
            texts.append(file.read())
            file.close()
            os.unlink(file.name)
        return Ended(self.command, self.process.returncode, *texts)


class Bench:
    CONFIGURATIONS = ([], ["--clean", "zero"], ["--granularity", "utterance"], ["--dtype", "f32"])

    def __init__(self, programs, folder, rng):
        self.programs, self.folder, self.rng = programs, folder, rng
        self.findings, self.references, self.seconds = [], {}, {}
        self.number = 0
        self.corpora = {
            "mosei": self.sample("mosei", "--videos", "8", "--seconds", "12", "--compress", "none"),
            "mosi": self.sample("mosi", "--videos", "8", "--seconds", "12", "--compress", "none"),
            "iemocap": self.sample("iemocap", "--dialogs", "1", "--turns", "8", "--seconds", "0.8"),
        }

    def sample(self, kind, *options):
        out = os.path.join(self.new(kind), "corpus")
        ended = self.run("msa-prep", "sample", kind, *options, "--out", out, "-q")
        if ended.status != 0:
            raise SystemExit(f"the sample cannot be made: {ended}")
        return out

    def new(self, name):
        """An unused path."""
        self.number += 1
        return os.path.join(self.folder, f"{name}-{self.number}")

    def copy(self, kind):
        """A separate corpus; a release's name is in its manifest, so all have the same."""
        path = os.path.join(self.new(kind), "corpus")
        shutil.copytree(self.corpora[kind], path)
        return path

    def start(self, program, *arguments, environment=None):
        return Started([os.path.join(self.programs, program), *arguments], environment or {}, self.folder)

    def run(self, program, *arguments, environment=None):
        return self.start(program, *arguments, environment=environment).end()

    @staticmethod
    def preparation(kind, root, out, *more):
        """The arguments of a preparation, with so little memory that some blocks are spilled."""
        folds = ["--folds", f"{root}/folds.json"] if kind == "mosei" else []
        glove = ["--glove", f"{root}/word-vectors.txt"] if kind == "mosi" else []
        memory = [] if kind == "iemocap" else ["--memory", "8MiB"]
        return [kind, "--root", root, *folds, *glove, *memory, "--threads", "2", "--out", out, "-q", *more]

    def reference(self, kind, root, state, configuration):
        """The digests that a lone run makes of a state of a corpus, and how long it takes; None where it is refused."""
        key = (kind, state, tuple(configuration))
        if key not in self.references:
            out = self.new("alone")
            start = time.time()
            ended = self.run("msa-prep", *self.preparation(kind, root, out, *configuration))
            self.seconds[kind] = time.time() - start
            self.references[key] = digests(out) if ended.status == 0 else None
            shutil.rmtree(out, ignore_errors=True)
        return self.references[key]

    def is_sealed(self, out):
        return os.path.exists(os.path.join(out, "manifest.json"))

    def find(self, what, context, *runs):
        self.findings.append(f"{what}: {context}\n" + "\n".join(f"    {run}" for run in runs))

    def check_sealed(self, out, wanted, context, *runs):
        """Whether a folder with a manifest is, byte for byte, one that a lone run makes."""
        if not self.is_sealed(out):
            return
        verified = self.run("msa-prep", "verify", out)
        if verified.status != 0 or digests(out) not in wanted:
            self.find("sealed mixtures", context, *runs, verified)

    def check_outcome(self, ended, allowed, context, *others):
        if ended.status not in allowed:
            self.find("outcomes outside of the contract", context, ended, *others)
        elif ended.status not in (0, -signal.SIGKILL) and len(ended.lines) != 1:
            self.find("outcomes outside of the contract", context + ": not one line", ended, *others)

    def check_last(self, kind, root, out, configuration, wanted, context):
        """A rerun may call the folder up to date only where it is; a run with --overwrite always gives the right bytes."""
        again = self.run("msa-prep", *self.preparation(kind, root, out, *configuration))
        self.check_outcome(again, (0, 1, 73), context + ", run again")
        if again.status == 1:
            self.find("sealed mixtures", context + ", run again", again)
        if again.status == 0 and digests(out) != wanted:
            self.find("false \"up to date\"", context, again)
        anew = self.run("msa-prep", *self.preparation(kind, root, out, *configuration, "--overwrite"))
        if anew.status != 0 or digests(out) != wanted:
            self.find("outcomes outside of the contract", context + ", run with --overwrite", anew)
        left = [n for _, _, names in os.walk(out) for n in names if n.endswith(".partial") or n == ".msa.lock"]
        if left:
            self.find("outcomes outside of the contract", f"{context}: left behind: {left}")

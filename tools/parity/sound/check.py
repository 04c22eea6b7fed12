"""Compares bench-sound's features with librosa's, column by column; see run."""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

import reference
import sounds

# For each column that librosa defines: the norm of the difference over the norm of librosa's, and Pearson's correlation.
ERROR_LIMIT, CORRELATION_LIMIT = 1e-3, 0.999
# F0: how near to librosa.pyin, on what share of the frames that it calls voiced, in all sounds of a kind and in each.
PITCH_TOLERANCE, PITCH_SHARE, PITCH_SHARE_EACH = 0.02, 0.99, 0.95
# On what share of each sound's frames our voiced and unvoiced decisions agree with librosa's.
DECISION_SHARE = 0.99
# Voicing: how near to librosa's probability, on what share of each sound's frames. A dip that equals one of librosa's hundred
# thresholds up to rounding moves it further than any tolerance.
VOICING_TOLERANCE, VOICING_SHARE = 1e-3, 0.99
GROUPS = {"mfcc": range(0, 25), "delta": range(25, 50), "chroma": range(50, 62)} | {
    name: [column] for column, name in reference.SPECTRAL.items()
}


def ours(program, path):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "features.npy"
        subprocess.run([program, "features", path, out], check=True)
        return np.load(out).astype(float)


def compare(a, b):
    """The relative error and the correlation of a column; a constant column has none, so its correlation is 1."""
    error = np.linalg.norm(a - b) / max(np.linalg.norm(b), 1e-12)
    if b.std() < 1e-9:
        return error, 1.0
    return error, np.corrcoef(a, b)[0, 1]


class Pitch:
    """What was counted of F0 and voicing, in one sound or in many."""

    def __init__(self, a=None, b=None):
        self.frames = self.voiced = self.near = self.decided = self.likely = 0
        if a is not None:
            ours, theirs = a[:, reference.F0], b[:, reference.F0]
            voiced = theirs > 0
            self.frames, self.voiced = len(a), voiced.sum()
            self.near = (np.abs(ours[voiced] / theirs[voiced] - 1) < PITCH_TOLERANCE).sum()
            self.decided = ((ours > 0) == voiced).sum()
            self.likely = (np.abs(a[:, reference.VOICING] - b[:, reference.VOICING]) < VOICING_TOLERANCE).sum()

    def add(self, other):
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def failures(self, share):
        if self.near < share * self.voiced:
            yield f"F0: within {PITCH_TOLERANCE:.0%} on {self.near} of {self.voiced} voiced frames"
        if self.decided < DECISION_SHARE * self.frames:
            yield f"voiced or not: as librosa on {self.decided} of {self.frames} frames"
        if self.likely < VOICING_SHARE * self.frames:
            yield f"voicing: within {VOICING_TOLERANCE} on {self.likely} of {self.frames} frames"

    def __str__(self):
        near = f"{self.near / self.voiced:8.2%} of {self.voiced:4}" if self.voiced else f"{'':8} of    0"
        return f"{self.frames:6}   {near}   {self.decided / self.frames:10.2%}   {self.likely / self.frames:10.2%}"


def main(program):
    failures = []
    worst = {group: (0.0, 1.0) for group in GROUPS}
    kinds = {"generated": Pitch(), "speech-like": Pitch()}
    print(f"{'':31}frames  F0 of voiced ones  voiced or not   voicing")
    with tempfile.TemporaryDirectory() as folder:
        for kind, name, path in sounds.write_all(folder):
            y, _ = soundfile.read(path, dtype="float32")
            a, b = ours(program, path), reference.features(y)
            if a.shape != b.shape or not np.isfinite(a).all():
                failures.append(f"{name}: {a.shape}, expected {b.shape} finite values")
                continue
            for group, columns in GROUPS.items():
                results = [compare(a[:, column], b[:, column]) for column in columns]
                error, correlation = max(e for e, _ in results), min(c for _, c in results)
                worst[group] = max(worst[group][0], error), min(worst[group][1], correlation)
                if not (error < ERROR_LIMIT and correlation > CORRELATION_LIMIT):
                    failures.append(f"{name}: {group}: relative error {error:.2g}, correlation {correlation:.6f}")
            counts = Pitch(a, b)
            kinds[kind].add(counts)
            failures += [f"{name}: {failure}" for failure in counts.failures(PITCH_SHARE_EACH)]
            print(f"{kind:12}{name:18} {counts}")
    print(f"\n{'worst of all sounds':24}{'relative error':>16}{'correlation':>14}")
    for group, (error, correlation) in worst.items():
        print(f"{group:24}{error:16.1e}{correlation:14.7f}")
    print()
    for kind, counts in kinds.items():
        failures += [f"{kind}: {failure}" for failure in counts.failures(PITCH_SHARE)]
        print(
            f"{kind}: F0 within {PITCH_TOLERANCE:.0%} on {counts.near / counts.voiced:.2%} of {counts.voiced} voiced frames; "
            f"voiced or not as librosa on {counts.decided / counts.frames:.2%}, "
            f"voicing within {VOICING_TOLERANCE} on {counts.likely / counts.frames:.2%} of {counts.frames} frames")
    for failure in failures:
        print("FAILED", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

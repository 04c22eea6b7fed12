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
# F0: so near to librosa.pyin, on so many of the frames that it calls voiced, all sounds with a pitch together.
PITCH_TOLERANCE, PITCH_SHARE = 0.02, 0.95
# Noise, clicks ten times a second and a sweep up to 7 kHz have no pitch between 62.5 and 640 Hz that both could find.
WITHOUT_PITCH = {"sweep", "white-noise", "brown-noise", "clicks"}
# Where librosa's pyin is biased by a constant offset, the frequency that was generated counts.
TRUE_PITCH = {"offset-and-noise": 120}
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


def pitch(name, a, b):
    """Frames that count as voiced, and how many of them are near; nothing for a sound without a pitch."""
    if name in WITHOUT_PITCH:
        return 0, 0
    # The first and last window hang over the ends of the sound.
    wanted = np.where(b > 0, b, 0) if name not in TRUE_PITCH else np.r_[0, np.full(len(b) - 2, TRUE_PITCH[name]), 0]
    voiced = wanted > 0
    near = np.abs(a[voiced] / wanted[voiced] - 1) < PITCH_TOLERANCE
    return voiced.sum(), near.sum()


def main(program):
    failures = []
    worst = {group: (0.0, 1.0) for group in GROUPS}
    shares = {"generated": np.zeros(2, int), "speech-like": np.zeros(2, int)}
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
            counts = pitch(name, a[:, reference.F0], b[:, reference.F0])
            shares[kind] += counts
            note = f"F0 within 2 % on {counts[1]} of {counts[0]} voiced frames" if counts[0] else "no pitch"
            print(f"{kind:12}{name:18}{len(a):5} frames   {note}")
    print(f"\n{'worst of all sounds':24}{'relative error':>16}{'correlation':>14}")
    for group, (error, correlation) in worst.items():
        print(f"{group:24}{error:16.1e}{correlation:14.7f}")
    for kind, (voiced, near) in shares.items():
        print(f"F0, {kind}: within 2 % on {near / voiced:.1%} of {voiced} voiced frames")
        if near < PITCH_SHARE * voiced:
            failures.append(f"F0, {kind}: {near} of {voiced} voiced frames")
    for failure in failures:
        print("FAILED", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

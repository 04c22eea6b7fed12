"""Sounds to compare features on: ten generated and ten speech-like ones. 16 kHz, mono, the same on every run."""
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import lfilter

RATE = 16_000


def time(seconds):
    return np.arange(int(seconds * RATE)) / RATE


def harmonics(f0, count, level=0.3):
    """A stack of harmonics below 7.5 kHz, falling by 1/k; f0 is a number or one per sample."""
    f0 = np.broadcast_to(f0, (len(f0),))
    phase = 2 * np.pi * np.cumsum(f0) / RATE
    parts = [np.where(k * f0 < 7500, np.cos(k * phase + 0.7 * k) / k, 0) for k in range(1, count + 1)]
    return level * np.sum(parts, axis=0)


def generated():
    """Name → samples."""
    random = np.random.default_rng(7)
    t = time(2)
    noise = random.standard_normal(len(t))
    steady = np.ones(len(t))
    edges = ((t > 0.5) & (t < 1.5)).astype(float)
    clicks = np.zeros(len(t))
    clicks[800::1600] = 0.8
    vibrato = 220 * 2 ** (0.5 / 12 * np.sin(2 * np.pi * 5 * t))
    tremolo = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * t)
    brown = lfilter([1], [1, -0.98], noise)
    return {
        "tone-440": 0.5 * np.sin(2 * np.pi * 440 * t),
        "sweep": 0.4 * np.sin(2 * np.pi * (80 * t + (7000 - 80) / 4 * t**2)),
        "white-noise": 0.1 * noise,
        "brown-noise": 0.02 * brown,
        "harmonics-150": harmonics(150 * steady, 20),
        "harmonics-glide": harmonics(100 * 3 ** (t / 2), 15),
        "silence-edges": edges * harmonics(200 * steady, 10),
        "clicks": clicks + 0.001 * noise,
        "vibrato-tremolo": tremolo * harmonics(vibrato, 12),
        "offset-and-noise": 0.3 + 0.1 * np.sin(2 * np.pi * 120 * t) + 0.01 * noise,
    }


# Formants of vowels in Hz (Peterson and Barney, 1952, men).
VOWELS = {
    "i": (270, 2290, 3010), "e": (530, 1840, 2480), "a": (730, 1090, 2440), "o": (570, 840, 2410), "u": (300, 870, 2240),
}


def voiced(f0, vowel, scale, random):
    """Glottal pulses with jitter and some breath through three formants."""
    phase = np.cumsum(f0 * (1 + 0.004 * random.standard_normal(len(f0)))) / RATE
    # Differentiated, a sawtooth rich in harmonics but without energy near 8 kHz.
    source = lfilter([1], [1, -0.9], np.diff(np.floor(phase), prepend=0.0))
    source = source - source.mean() + 0.02 * random.standard_normal(len(f0))
    for formant, width in zip(VOWELS[vowel], (80, 100, 120)):
        radius = np.exp(-np.pi * width / RATE)
        angle = 2 * np.pi * formant * scale / RATE
        source = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], source)
    return source / np.max(np.abs(source))


def hiss(count, random):
    """A fricative: noise above 3 kHz."""
    noise = random.standard_normal(count)
    return 0.2 * lfilter([1, -1.6, 0.8], [1, 0.3, 0.4], noise) / 3


def fade(part, count=320):
    ramp = np.minimum(1, np.arange(len(part)) / count)
    return part * ramp * ramp[::-1]


def utterance(number):
    """Syllables of a hiss and a vowel, with pauses, each sound by its own speaker."""
    random = np.random.default_rng(100 + number)
    pitch = 95 + 20 * number
    scale = 1 + 0.02 * number
    parts = [np.zeros(1600)]
    for syllable in range(6):
        seconds = random.uniform(0.18, 0.35)
        t = np.linspace(0, 1, int(seconds * RATE))
        start, end = pitch * random.uniform(0.85, 1.2, 2)
        vowel = random.choice(list(VOWELS))
        if random.random() < 0.6:
            parts.append(fade(hiss(int(random.uniform(0.05, 0.12) * RATE), random)))
        parts.append(0.5 * random.uniform(0.4, 1) * fade(voiced(start * (end / start) ** t, vowel, scale, random)))
        if random.random() < 0.3:
            parts.append(np.zeros(int(random.uniform(0.05, 0.2) * RATE)))
    sound = np.concatenate(parts)
    return sound + 3e-4 * random.standard_normal(len(sound))


TEXTS = [
    "Excuse me.", "Do you have your forms?", "Yeah. Is there a problem?", "Who told you to get in this line?",
    "Are you sure? This is the third time I am asking.", "I just got married! Can you believe it?",
    "No, nothing. I am not all right.", "What do you mean, you lost my baggage?", "Okay. Well, that is a relief.",
    "I don't understand why this is so complicated.",
]


def spoken(number, program):
    """A sentence of espeak-ng at 16 kHz."""
    from scipy.signal import resample_poly

    voice = ["en-us+m3", "en-us+f2", "en-gb+m1", "en-us+f4", "en-gb+f1"][number % 5]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.wav"
        subprocess.run([program, "-v", voice, "-w", path, TEXTS[number]], check=True)
        samples, rate = soundfile.read(path)
    return resample_poly(samples, 320, round(320 * rate / RATE))


def speech_like():
    """Name → samples: from espeak-ng where it is installed, otherwise from a source-filter model."""
    program = shutil.which("espeak-ng")
    if program:
        return {f"espeak-{n}": spoken(n, program) for n in range(10)}
    return {f"syllables-{n}": utterance(n) for n in range(10)}


def write_all(folder):
    """Writes every sound as 16-bit WAV; gives (kind, name, path)."""
    rows = []
    for kind, sounds in [("generated", generated()), ("speech-like", speech_like())]:
        for name, samples in sounds.items():
            path = Path(folder) / f"{name}.wav"
            soundfile.write(path, np.clip(samples, -1, 1), RATE, subtype="PCM_16")
            rows.append((kind, name, path))
    return rows

"""The acoustic features as librosa computes them, in our order of columns; NaN where librosa has no such feature."""
import librosa
import numpy as np

RATE = 16_000
FRAMES = dict(n_fft=512, win_length=400, hop_length=160)
# Columns that librosa defines: MFCC and deltas, chroma, then one by one.
SPECTRAL = {65: "log_energy", 66: "zero_crossing_rate", 67: "centroid", 68: "bandwidth", 69: "rolloff", 70: "flatness"}
F0, VOICING = 62, 63


def features(y, pitch=True):
    """[frames, 74] float64 of a sound; the type of `y` is the type that librosa computes in."""
    magnitude = np.abs(librosa.stft(y, **FRAMES))
    power = magnitude**2
    # What mfcc(y=y, n_mels=40, **FRAMES) does, from the spectrum that all features share.
    mel = librosa.feature.melspectrogram(S=power, sr=RATE, n_mels=40)
    mfcc = librosa.feature.mfcc(S=librosa.power_to_db(mel), sr=RATE, n_mfcc=25)
    out = np.full((mfcc.shape[1], 74), np.nan)
    out[:, 0:25] = mfcc.T
    if len(out) >= 9:
        out[:, 25:50] = librosa.feature.delta(mfcc).T
    out[:, 50:62] = librosa.feature.chroma_stft(S=power, sr=RATE, tuning=0).T
    rms = librosa.feature.rms(y=y, frame_length=400, hop_length=160)
    out[:, 65] = librosa.power_to_db(rms[0] ** 2, top_db=None)
    out[:, 66] = librosa.feature.zero_crossing_rate(y, frame_length=400, hop_length=160)[0]
    out[:, 67] = librosa.feature.spectral_centroid(S=magnitude, sr=RATE)[0]
    out[:, 68] = librosa.feature.spectral_bandwidth(S=magnitude, sr=RATE)[0]
    out[:, 69] = librosa.feature.spectral_rolloff(S=magnitude, sr=RATE)[0]
    out[:, 70] = librosa.feature.spectral_flatness(S=magnitude)[0]
    if pitch:
        out[:, F0], out[:, VOICING] = pyin(y)
    return out


def pyin(y):
    """F0, 0 where unvoiced, and voicing, [frames] each; everything else is at librosa's defaults."""
    f0, voiced, probability = librosa.pyin(y, fmin=62.5, fmax=640, sr=RATE, hop_length=160)
    return np.where(voiced, f0, 0), probability

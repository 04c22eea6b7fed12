"""Samples to batches of torch tensors. Both functions are for `DataLoader(..., collate_fn=...)`."""
import numpy as np

from .dataset import MODALITIES


def _modalities(samples):
    return [m for m in MODALITIES if m in samples[0]]


def collate_padded(samples):
    """Rows padded with zeros after each sample's end.

    For each modality m: `m` float32 [samples, longest, width], `m_mask` bool [samples, longest], False in the padding and
    where the modality has no frame, `m_lengths` int64 [samples]. `labels` float32 [samples, labels], `ids` a list.
    """
    import torch
    batch = {"ids": [s["id"] for s in samples], "labels": torch.from_numpy(np.stack([s["labels"] for s in samples]))}
    for m in _modalities(samples):
        lengths = [len(s[m]) for s in samples]
        rows = np.zeros((len(samples), max(lengths), samples[0][m].shape[1]), np.float32)
        mask = np.zeros(rows.shape[:2], bool)
        for index, sample in enumerate(samples):
            rows[index, :lengths[index]] = sample[m]
            mask[index, :lengths[index]] = sample[m + "_mask"]
        batch[m] = torch.from_numpy(rows)
        batch[m + "_mask"] = torch.from_numpy(mask)
        batch[m + "_lengths"] = torch.tensor(lengths, dtype=torch.int64)
    return batch


def collate_ragged(samples):
    """Rows end to end, as shards hold them.

    For each modality m: `m` float32 [rows, width], `m_mask` bool [rows], `m_offsets` int64 [samples + 1]: sample i has
    the rows offsets[i] ..< offsets[i + 1]. `labels` float32 [samples, labels], `ids` a list.
    """
    import torch
    batch = {"ids": [s["id"] for s in samples], "labels": torch.from_numpy(np.stack([s["labels"] for s in samples]))}
    for m in _modalities(samples):
        batch[m] = torch.from_numpy(np.concatenate([s[m] for s in samples]))
        batch[m + "_mask"] = torch.from_numpy(np.concatenate([s[m + "_mask"] for s in samples]))
        batch[m + "_offsets"] = torch.from_numpy(np.cumsum([0] + [len(s[m]) for s in samples], dtype=np.int64))
    return batch

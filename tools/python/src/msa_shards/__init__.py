"""Prepared shards and trained models of msa, for Python.

ShardDataset    the samples of a split
collate_padded  samples to a padded batch of torch tensors
collate_ragged  samples to one of rows end to end, with offsets
pool            rows to one vector
model_inputs    samples to the inputs of a trained model
load_model      a trained model as a torch module (needs torch)
"""
from .collate import collate_padded, collate_ragged
from .dataset import ShardDataset, model_inputs, pool
from .errors import ShardError

__all__ = ["ShardDataset", "ShardError", "collate_padded", "collate_ragged", "load_model", "model_inputs", "pool"]


def load_model(run):
    """A trained model as a torch module that predicts what `msa-train` wrote into predictions.csv.

    `run` is a run folder or its best.safetensors. The module's state dict has PyTorch's names (`visual_encoder.0.weight`),
    so it loads into the original project's class with `strict=True`.
    """
    from .model import load
    return load(run)

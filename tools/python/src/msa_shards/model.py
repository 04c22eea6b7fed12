"""A trained model as a torch module: its operations come from the graph that msa-train keeps beside the weights."""
import json
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .dataset import MODALITIES, ShardDataset, model_inputs
from .errors import ShardError
from .tensors import TensorFile

MODEL_FORMAT = "msa-model/2"
# Files without a digest.
UNSEALED_FORMAT = "msa-model/1"
WEIGHTS = "best.safetensors"


def load(run):
    path = os.path.join(run, WEIGHTS) if os.path.isdir(run) else os.fspath(run)
    if not os.path.exists(path):
        raise ShardError(f"{path}: does not exist; give a run folder of msa-train")
    file = TensorFile(path)
    if "msa" not in file.metadata:
        raise ShardError(f"{path}: its metadata say nothing of a model; give weights that msa-train wrote")
    description = json.loads(file.metadata["msa"])
    if description.get("format") == MODEL_FORMAT and "sha256" not in file.metadata:
        raise ShardError(f"{path}: sha256: is missing: the file is damaged, take a copy of it")
    file.check_seal()
    if description.get("format") not in (MODEL_FORMAT, UNSEALED_FORMAT):
        raise ShardError(f"{path}: format: found {description.get('format')!r}, expected {MODEL_FORMAT!r}")
    return Model(description, {name: torch.from_numpy(np.array(file.stored(name))) for name in file.names()}).eval()


def scope_for(root, name):
    """The submodule that holds a tensor of this name, created if it is missing."""
    *parts, leaf = name.split(".")
    for part in parts:
        if part not in root._modules:
            root.add_module(part, nn.Module())
        root = root._modules[part]
    return root, leaf


class Model(nn.Module):
    """The module; in training mode batch norm uses and updates batch statistics, dropout is not part of the graph.

    `config` is how it was trained, `label_names` what it predicts, `corpora` what it was trained on (name and digest of the
    scalers), `graph` its operations in ONNX's terms (opset 17).
    """

    BUFFERS = ("running_mean", "running_var", "num_batches_tracked", "pe")

    def __init__(self, description, tensors):
        super().__init__()
        self.config = description["config"]
        self.label_names = description["label_names"]
        self.corpora = description["corpora"]
        self.graph = description["graph"]
        for name, tensor in tensors.items():
            scope, leaf = scope_for(self, name)
            if leaf in self.BUFFERS:
                scope.register_buffer(leaf, tensor)
            else:
                scope.register_parameter(leaf, nn.Parameter(tensor))
        unknown = {n["operation"] for n in self.graph["nodes"]} - set(OPERATIONS)
        if unknown:
            raise ShardError(f"the model uses {', '.join(sorted(unknown))}, which this version does not know")

    def forward(self, **inputs):
        """`model(visual=…, audio=…, text=…)`, float32 [batch, width] each → predictions [batch, outputs].

        Models that read sequences (mult) take [batch, rows, width], at most `config["max-rows"]` rows, and
        `visual_mask=…` and so on, [batch, rows]: 1 or True where a row exists and has a frame, as `collate_padded` makes
        them; without a mask all rows count. Modalities that the model was not shown are fed zeros; narrower inputs are
        padded with zeros, as in training.
        """
        values = dict(self.named_parameters())
        values.update(self.named_buffers())
        values.update({name: torch.tensor(c, dtype=torch.int64) for name, c in self.graph["constants"].items()})
        given = next(v for v in inputs.values() if v is not None)
        for value in self.graph["inputs"]:
            name = value["name"]
            known = inputs.get(name)
            if known is None and name.endswith("_mask") and inputs.get(name[:-5]) is not None:
                known = given.new_ones(inputs[name[:-5]].shape[:2])
            values[name] = self._input(value, known, given)
        for node in self.graph["nodes"]:
            arguments = [values[name] if name else None for name in node["inputs"]]
            outputs = OPERATIONS[node["operation"]](self, node["attributes"], *arguments)
            outputs = outputs if isinstance(outputs, (tuple, list)) else [outputs]
            values.update(zip(node["outputs"], outputs))
        return values[self.graph["output"]["name"]]

    def _input(self, value, given, other):
        name, shape = value["name"], value["shape"]
        dtype = next(t.dtype for t in (*self.parameters(), *self.buffers()) if t.is_floating_point())
        if given is None:
            return other.new_zeros([other.shape[k] if size is None else size for k, size in enumerate(shape)], dtype=dtype)
        if name.removesuffix("_mask") in MODALITIES and name.removesuffix("_mask") not in self.config["modalities"]:
            return given.new_zeros([given.shape[k] if size is None else size for k, size in enumerate(shape)], dtype=dtype)
        given = given.to(dtype)
        if shape[-1] and given.shape[-1] > shape[-1]:
            raise ShardError(f"{name}: has {given.shape[-1]} columns, expected {shape[-1]} at most, as the model was trained with")
        return functional.pad(given, (0, shape[-1] - given.shape[-1])) if shape[-1] else given

    def check(self, dataset, allow_other_scalers=False):
        """Raises `ShardError` where `msa-train predict` refuses: a `ShardDataset` (or a torch `Subset` of one) whose bytes
        differ from its manifest, or whose values were not scaled with scalers that this model was trained with, since its
        answers would mean nothing. `allow_other_scalers` accepts the latter, and data whose scalers are not known."""
        while not isinstance(dataset, ShardDataset) and hasattr(dataset, "dataset"):
            dataset = dataset.dataset
        if not isinstance(dataset, ShardDataset):
            if allow_other_scalers:
                return
            raise ShardError(f"{type(dataset).__name__}: does not tell its scalers, expected a ShardDataset; "
                             "give one, or allow_other_scalers=True")
        dataset.verify()
        known = {c["scalers_sha256"]: c["dataset"] for c in self.corpora}
        found = dataset.scalers_sha256
        if found not in known and not allow_other_scalers:
            expected = " or ".join(f"{sha[:16]}… ({name})" for sha, name in known.items())
            raise ShardError(f"{dataset.folder}/{dataset.manifest['scalers']['file']}: these are not the scalers that the model was "
                             f"trained with (SHA-256 {found[:16]}…), expected {expected}; predict for a folder that was scaled like "
                             "the training data, or accept it by allow_other_scalers=True")

    @torch.no_grad()
    def predict(self, dataset, batch=256, allow_other_scalers=False):
        """Ids, labels [samples, labels] and predictions of a `ShardDataset`: numbers [samples] for regression, class
        probabilities [samples, classes] for classification, one an emotion for multilabel. Rows are pooled for models that
        take one vector. What `check` refuses is a `ShardError`."""
        self.check(dataset, allow_other_scalers)
        names = [v["name"] for v in self.graph["inputs"]]
        widths = {v["name"]: v["shape"][-1] for v in self.graph["inputs"]}
        ids, labels, outputs = [], [], []
        was_training = self.training
        self.eval()
        for start in range(0, len(dataset), batch):
            samples = [dataset[k] for k in range(start, min(start + batch, len(dataset)))]
            inputs = model_inputs(samples, names, widths, self.config.get("max-rows"))
            output = self(**{name: torch.from_numpy(value) for name, value in inputs.items()})
            ids += [s["id"] for s in samples]
            labels += [s["labels"] for s in samples]
            finish = {"classification": lambda y: y.softmax(1), "multilabel": torch.sigmoid}
            outputs.append(finish.get(self.config["task"], lambda y: y[:, 0])(output))
        self.train(was_training)
        predictions = torch.cat(outputs).numpy() if outputs else np.zeros(0, np.float32)
        if not np.isfinite(predictions).all():
            bad = int(np.flatnonzero(~np.isfinite(predictions).reshape(len(ids), -1).all(1))[0])
            raise ShardError(f"{ids[bad]}: the model answers {predictions[bad]}, expected finite numbers; the weights are damaged")
        return ids, np.array(labels, np.float32), predictions


# Operations of ONNX, opset 17, as far as msa-train's graphs use them: (model, attributes, inputs…) → outputs.

def gemm(_, attributes, a, b, c=None):
    product = (a.T if attributes.get("transA") else a) @ (b.T if attributes.get("transB") else b)
    product = product * attributes.get("alpha", 1.0)
    return product if c is None else product + attributes.get("beta", 1.0) * c


def batch_norm(model, attributes, x, weight, bias, mean, variance):
    epsilon, momentum = attributes.get("epsilon", 1e-5), 1 - attributes.get("momentum", 0.9)
    return functional.batch_norm(x, mean, variance, weight, bias, model.training, momentum, epsilon)


def reshape(_, attributes, x, shape):
    return x.reshape([x.shape[k] if size == 0 else size for k, size in enumerate(shape.tolist())])


def unsqueeze(_, attributes, x, axes):
    for axis in sorted(axes.tolist()):
        x = x.unsqueeze(axis)
    return x


def squeeze(_, attributes, x, axes):
    for axis in sorted(axes.tolist(), reverse=True):
        x = x.squeeze(axis)
    return x


def reduce(function):
    def apply(_, attributes, x, axes=None):
        dims = attributes.get("axes") if axes is None else axes.tolist()
        return function(x, dim=dims, keepdim=bool(attributes.get("keepdims", 1)))
    return apply


def constant(model, attributes):
    device = next(model.parameters()).device
    for key, kind in (("value_float", torch.float32), ("value_int", torch.int64), ("value_ints", torch.int64)):
        if key in attributes:
            return torch.tensor(attributes[key], dtype=kind, device=device)
    raise ShardError("a constant without a value")


def layer_norm(_, attributes, x, scale, bias=None):
    axis = attributes.get("axis", -1)
    return functional.layer_norm(x, x.shape[axis:], scale, bias, attributes.get("epsilon", 1e-5))


def slice_(_, attributes, x, starts, ends, axes=None, steps=None):
    index = [slice(None)] * x.ndim
    axes = range(len(starts)) if axes is None else axes.tolist()
    for k, axis in enumerate(axes):
        end = ends[k].item()
        index[axis] = slice(starts[k].item(), None if end >= 2**31 - 1 else end, 1 if steps is None else steps[k].item())
    return x[tuple(index)]


def pad(_, attributes, x, pads, value=None):
    ends = pads.tolist()
    pairs = [size for axis in reversed(range(x.ndim)) for size in (ends[axis], ends[x.ndim + axis])]
    return functional.pad(x, pairs, value=0.0 if value is None else float(value))


OPERATIONS = {
    "Gemm": gemm,
    "BatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "Reshape": reshape,
    "Unsqueeze": unsqueeze,
    "Squeeze": squeeze,
    "Constant": constant,
    "Slice": slice_,
    "Pad": pad,
    "ReduceMean": reduce(torch.mean),
    "ReduceSum": reduce(torch.sum),
    "Relu": lambda _, a, x: functional.relu(x),
    "Sigmoid": lambda _, a, x: torch.sigmoid(x),
    "Tanh": lambda _, a, x: torch.tanh(x),
    "Softmax": lambda _, a, x: x.softmax(a.get("axis", -1)),
    "MatMul": lambda _, a, x, y: x @ y,
    "Add": lambda _, a, x, y: x + y,
    "Sub": lambda _, a, x, y: x - y,
    "Mul": lambda _, a, x, y: x * y,
    "Div": lambda _, a, x, y: x / y,
    "Max": lambda _, a, x, y: torch.maximum(x, y),
    "Sum": lambda _, a, *xs: sum(xs[1:], xs[0]),
    "Where": lambda _, a, condition, x, y: torch.where(condition.bool(), x, y),
    "Concat": lambda _, a, *xs: torch.cat(xs, a["axis"]),
    "Shape": lambda _, a, x: torch.tensor(x.shape[a.get("start", 0):a.get("end")]),
    "Transpose": lambda _, a, x: x.permute(a["perm"]),
    "Split": lambda _, a, x, sizes: x.split(sizes.tolist(), a.get("axis", 0)),
    "Gather": lambda _, a, x, index: x.index_select(a.get("axis", 0), index.reshape(-1)),
    "Flatten": lambda _, a, x: x.flatten(a.get("axis", 1)),
    "Expand": lambda _, a, x, shape: x.expand(torch.broadcast_shapes(x.shape, tuple(shape.tolist()))),
    "Identity": lambda _, a, x: x,
}

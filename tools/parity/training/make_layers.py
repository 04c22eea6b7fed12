#!/usr/bin/env python3
"""Writes fixtures/training/layers.safetensors: small inputs for each layer, loss and optimiser, with PyTorch's results,
forward and backward.

    python tools/parity/training/make_layers.py fixtures/training
"""
import sys

import torch
from safetensors.torch import save_file
from torch import nn

import models

out = {}


def keep(prefix, **tensors):
    for name, tensor in tensors.items():
        out[f"{prefix}.{name}"] = tensor.detach().clone().contiguous()


def module(prefix, net, x, call=None):
    """Keeps weights, input, output, and the gradients for a random gradient of the output."""
    x = x.requires_grad_()
    keep(prefix, **{"init." + k: v for k, v in net.state_dict().items()})
    y = call(x) if call else net(x)
    slope = torch.randn_like(y)
    y.backward(slope)
    keep(prefix, input=x, output=y, slope=slope, input_gradient=x.grad)
    keep(prefix, **{"gradient." + k: v.grad for k, v in net.named_parameters()})
    keep(prefix, **{"after." + k: v for k, v in net.state_dict().items()})
    net.eval()
    with torch.no_grad():
        keep(prefix, evaluated=call(x) if call else net(x))


def pooled(prefix, x, offsets, mask, f):
    """Keeps each sample's pooled rows, and the gradient for a random gradient of the output."""
    x = x.requires_grad_()
    rows = [(x[a:b], mask[a:b]) for a, b in zip(offsets, offsets[1:])]
    y = torch.stack([f(r[m == 1]) for r, m in rows])
    slope = torch.randn_like(y)
    y.backward(slope)
    keep(prefix, input=x, output=y, slope=slope, input_gradient=x.grad)


def pooling():
    offsets, mask = [0, 3, 4, 9, 11], torch.tensor([1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 0])
    keep("pooling", offsets=torch.tensor(offsets, dtype=torch.int64), mask=mask.float())
    pooled("mean", torch.randn(11, 6), offsets, mask, lambda r: r.sum(0) / max(len(r), 1))


def cross_attention():
    """Attention from the first half of the columns to the second over ragged rows, some of which are not keys."""
    offsets, mask = [0, 3, 4, 9, 11], torch.tensor([1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 0])
    net = nn.MultiheadAttention(12, 4, batch_first=True)
    nn.init.normal_(net.in_proj_bias)
    nn.init.normal_(net.out_proj.bias)

    def call(x):
        return torch.cat([models.attend(net, x[None, a:b, :12], x[None, a:b, 12:], mask[None, a:b])[0]
                          for a, b in zip(offsets, offsets[1:])])
    module("cross_attention", net, torch.randn(11, 24), call)


def losses():
    p, y = torch.randn(9, requires_grad=True), torch.randn(9)
    y = y.clone()
    y[3] = p[3].detach()
    keep("loss", predictions=p, labels=y)
    for name, f in {"mse": nn.functional.mse_loss, "l1": nn.functional.l1_loss, "pearson": models.pearson_loss,
                    "sentiment": models.sentiment_loss}.items():
        p.grad = None
        value = f(p, y)
        value.backward()
        keep("loss." + name, value=value.reshape(1), gradient=p.grad)
    scores, classes = torch.randn(6, 4, requires_grad=True), torch.tensor([0, 3, 1, 1, 2, 0])
    value = nn.functional.cross_entropy(scores, classes)
    value.backward()
    keep("loss.cross_entropy", scores=scores, labels=classes.float(), value=value.reshape(1), gradient=scores.grad)
    scores, targets = (torch.randn(6, 4) * 5).requires_grad_(), torch.rand(6, 4).round()
    value = nn.functional.binary_cross_entropy_with_logits(scores, targets)
    value.backward()
    keep("loss.bce", scores=scores, labels=targets, value=value.reshape(1), gradient=scores.grad)


def optimisers():
    kinds = {"adamw": lambda p: torch.optim.AdamW(p, lr=1e-2, weight_decay=0.05),
             "adam": lambda p: torch.optim.Adam(p, lr=1e-2, weight_decay=0.05),
             "sgd": lambda p: torch.optim.SGD(p, lr=1e-2, weight_decay=0.05, momentum=0.9)}
    start, slopes = torch.randn(37), torch.randn(10, 37)
    slopes[:, 5] = 0
    keep("optimizer", start=start, gradients=slopes)
    for name, make in kinds.items():
        p = nn.Parameter(start.clone())
        optimiser, path = make([p]), []
        for slope in slopes:
            p.grad = slope.clone()
            nn.utils.clip_grad_norm_([p], 0.5)
            optimiser.step()
            path.append(p.detach().clone())
        keep("optimizer", **{name: torch.stack(path)})


def schedules():
    figures = [0.1, 0.2, 0.2, 0.20001, 0.1, float("nan")] + [0.15] * 12 + [0.3] + [0.25] * 20
    p = nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.SGD([p], lr=1e-3)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, mode="max", factor=0.7, patience=7)
    rates = []
    for figure in figures:
        plateau.step(figure)
        rates.append(optimiser.param_groups[0]["lr"])
    keep("schedule", figures=torch.tensor(figures, dtype=torch.float64), plateau=torch.tensor(rates, dtype=torch.float64))
    optimiser = torch.optim.SGD([p], lr=1e-3)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=20)
    rates = []
    for _ in range(20):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        cosine.step()
    keep("schedule", cosine=torch.tensor(rates, dtype=torch.float64))


def main(folder):
    torch.set_num_threads(1)
    torch.manual_seed(7)
    module("linear", nn.Linear(6, 5), torch.randn(7, 6))
    module("block", nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU()), torch.randn(7, 6))
    module("norm", nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8)), torch.randn(7, 6))
    attention = nn.MultiheadAttention(12, 4, batch_first=True)
    nn.init.normal_(attention.in_proj_bias)
    nn.init.normal_(attention.out_proj.bias)
    module("attention", attention, torch.randn(5, 3, 12), lambda x: attention(x, x, x, need_weights=False)[0])
    module("layer_norm", nn.LayerNorm(6), torch.randn(7, 6))
    pooling()
    losses()
    optimisers()
    schedules()
    cross_attention()
    save_file(out, f"{folder}/layers.safetensors")


if __name__ == "__main__":
    main(sys.argv[1])

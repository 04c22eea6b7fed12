#!/usr/bin/env python3
"""PyTorch's training step on the same model, batch and thread count: microseconds per step, one JSON line.

    python peer.py --shards DIR --hidden 192 --embed 96 --threads 2 --model crossmodal [--compile] [--fused] [--steps 256]
"""
import argparse
import json
import os
import statistics
import sys
import time

import torch
from safetensors.torch import load_file

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../parity/training"))
import models  # noqa: E402


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--shards")
    p.add_argument("--hidden", type=int, default=192)
    p.add_argument("--embed", type=int, default=96)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--model", default="crossmodal")
    p.add_argument("--compile", action="store_true")
    p.add_argument("--fused", action="store_true")
    p.add_argument("--steps", type=int, default=256)
    p.add_argument("--blocks", type=int, default=3)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(42)
    data = load_file(a.shards + "/shards/train-00000.safetensors")
    xs, y = models.inputs(data), data["labels"][:, 0].contiguous()
    widths = [xs[m].shape[-1] for m in ("visual", "audio", "text")]
    net = models.make(a.model, widths, a.hidden, a.embed, 0.1 if a.model == "mult" else 0.7).train()
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05, fused=True if a.fused else None)

    def f(batch, labels):
        return models.sentiment_loss(net(**batch), labels)
    g = torch.compile(f) if a.compile else f

    def step(i):
        optimiser.zero_grad()
        loss = g({k: x[i] for k, x in xs.items()}, y[i])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        optimiser.step()
        return loss.item()
    n = len(y)
    order = torch.randperm(n)
    for k in range(20):
        step(order[k * a.batch:(k + 1) * a.batch])
    us = []
    for _ in range(a.blocks):
        order = torch.randperm(n)
        start = time.perf_counter()
        for k in range(a.steps):
            o = k * a.batch % (n - a.batch + 1)
            step(order[o:o + a.batch])
        us.append((time.perf_counter() - start) / a.steps * 1e6)
    print(json.dumps({"us": us, "median": statistics.median(us), "min": min(us)}))


if __name__ == "__main__":
    main()

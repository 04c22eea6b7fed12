#!/usr/bin/env python3
"""Writes fixtures/training/<model>.safetensors: inputs, initial weights, the losses of 50 steps in batch order, and
eval outputs with the final weights, all by PyTorch on one thread.

    python tools/parity/training/make_models.py fixtures/training
"""
import sys

import torch
from safetensors.torch import save_file

import models

WIDTHS, HIDDEN, EMBED, SAMPLES, BATCH, STEPS = (11, 7, 9), 16, 8, 40, 8, 50


def main(folder):
    torch.set_num_threads(1)
    for number, name in enumerate(["crossmodal", "seed", "lf-dnn", "tfn", "lmf"]):
        torch.manual_seed(number)
        data = [torch.randn(SAMPLES, w) for w in WIDTHS]
        labels = (data[0][:, 0] + data[2][:, 1] + 0.3 * torch.randn(SAMPLES)).clamp(-3, 3)
        net = models.make(name, WIDTHS, HIDDEN, EMBED)
        out = {"visual": data[0], "audio": data[1], "text": data[2], "labels": labels}
        out.update({"init." + k: v.clone() for k, v in net.state_dict().items()})
        optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
        losses, net = [], net.train()
        for step in range(STEPS):
            i = step * BATCH % SAMPLES
            optimiser.zero_grad()
            loss = models.sentiment_loss(net(*[x[i:i + BATCH] for x in data]), labels[i:i + BATCH])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            optimiser.step()
            losses.append(loss.item())
        out["losses"] = torch.tensor(losses)
        out.update({"final." + k: v.clone() for k, v in net.state_dict().items()})
        net.eval()
        with torch.no_grad():
            out["predictions"] = net(*data)
        save_file({k: v.contiguous() for k, v in out.items()}, f"{folder}/{name}.safetensors")


if __name__ == "__main__":
    main(sys.argv[1])

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


MODALITIES = ("visual", "audio", "text")
# Rows per sample of mult: visual and text are aligned, audio is not, and some samples have none.
LONGEST = 6


def vectors():
    """Inputs by name, and the numbers that the labels depend on, [samples, width] per modality."""
    data = [torch.randn(SAMPLES, w) for w in WIDTHS]
    return dict(zip(MODALITIES, data)), data


def sequences():
    """The same as padded sequences [samples, rows, width] with masks and numbers of rows."""
    inputs, lengths, means = {}, {}, []
    words = torch.randint(1, LONGEST + 1, (SAMPLES,))
    for m, width in zip(MODALITIES, WIDTHS):
        lengths[m] = torch.randint(0, LONGEST + 1, (SAMPLES,)) if m == "audio" else words.clone()
        exists = torch.arange(LONGEST) < lengths[m][:, None]
        mask = exists & (torch.rand(SAMPLES, LONGEST) < 0.8)
        inputs[m] = torch.randn(SAMPLES, LONGEST, width) * exists[:, :, None]
        inputs[m + "_mask"] = mask.float()
        means.append((inputs[m] * mask[:, :, None]).sum(1))
    return inputs, means, {m + "_rows": v for m, v in lengths.items()}


def main(folder):
    torch.set_num_threads(1)
    for number, name in enumerate(["crossmodal", "seed", "lf-dnn", "tfn", "lmf", "mult"]):
        torch.manual_seed(number)
        inputs, signal, *more = sequences() if name == "mult" else vectors()
        labels = (signal[0][:, 0] + signal[2][:, 1] + 0.3 * torch.randn(SAMPLES)).clamp(-3, 3)
        net = models.make(name, WIDTHS, HIDDEN, EMBED)
        out = {**inputs, "labels": labels, **(more[0] if more else {})}
        out.update({"init." + k: v.clone() for k, v in net.state_dict().items()})
        optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
        losses, net = [], net.train()
        for step in range(STEPS):
            i = step * BATCH % SAMPLES
            optimiser.zero_grad()
            loss = models.sentiment_loss(net(**{k: x[i:i + BATCH] for k, x in inputs.items()}), labels[i:i + BATCH])
            loss.backward()
            if step == 0 and name == "mult":
                out.update({"gradient." + k: p.grad.clone() for k, p in net.named_parameters()})
            torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            optimiser.step()
            losses.append(loss.item())
        out["losses"] = torch.tensor(losses)
        out.update({"final." + k: v.clone() for k, v in net.state_dict().items()})
        net.eval()
        with torch.no_grad():
            out["predictions"] = net(**inputs)
        save_file({k: v.contiguous() for k, v in out.items()}, f"{folder}/{name}.safetensors")


if __name__ == "__main__":
    main(sys.argv[1])

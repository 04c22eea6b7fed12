"""The models as PyTorch modules, with the state-dict names that msa-train writes."""
import torch
from torch import nn


def encoder(inputs, hidden, embed, p):
    def block(a, b):
        return [nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU(), nn.Dropout(p)]
    return nn.Sequential(*block(inputs, hidden), *block(hidden, hidden), nn.Linear(hidden, embed), nn.BatchNorm1d(embed))


class Crossmodal(nn.Module):
    """`uses_attention=False` is the original project's model: attention is computed and thrown away."""

    def __init__(self, widths, hidden, embed, p=0.0, uses_attention=True):
        super().__init__()
        self.visual_encoder = encoder(widths[0], hidden, embed, p)
        self.audio_encoder = encoder(widths[1], hidden, embed, p)
        self.text_encoder = encoder(widths[2], hidden, embed, p)
        self.cross_attention = nn.MultiheadAttention(embed, 4, dropout=min(p + 0.1, 0.8) if p else 0.0, batch_first=True)
        self.fusion_layers = nn.Sequential(
            nn.Linear(3 * embed, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(p),
            nn.Linear(hidden, hidden // 2), nn.BatchNorm1d(hidden // 2), nn.ReLU(), nn.Dropout(p),
            nn.Linear(hidden // 2, 1))
        self.uses_attention = uses_attention

    def forward(self, visual, audio, text):
        z = [self.visual_encoder(visual), self.audio_encoder(audio), self.text_encoder(text)]
        tokens = torch.stack(z, 1)
        attended, _ = self.cross_attention(tokens, tokens, tokens)
        if self.uses_attention:
            tokens = tokens + attended
        return self.fusion_layers(tokens.flatten(1)).squeeze(-1)


def fusion(inputs, hidden, p):
    return nn.Sequential(
        nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(p),
        nn.Linear(hidden, hidden // 2), nn.BatchNorm1d(hidden // 2), nn.ReLU(), nn.Dropout(p),
        nn.Linear(hidden // 2, 1))


def ones_before(z):
    return torch.cat([torch.ones(len(z), 1), z], 1)


class Encoders(nn.Module):
    def __init__(self, widths, hidden, embed, p):
        super().__init__()
        self.visual_encoder = encoder(widths[0], hidden, embed, p)
        self.audio_encoder = encoder(widths[1], hidden, embed, p)
        self.text_encoder = encoder(widths[2], hidden, embed, p)

    def encode(self, visual, audio, text):
        return self.visual_encoder(visual), self.audio_encoder(audio), self.text_encoder(text)


class LateFusion(Encoders):
    def __init__(self, widths, hidden, embed, p=0.0):
        super().__init__(widths, hidden, 1, p)
        for net in (self.visual_encoder, self.audio_encoder, self.text_encoder):
            del net[9]
        self.fusion_layers = nn.Sequential(nn.Linear(3, 1))

    def forward(self, visual, audio, text):
        return self.fusion_layers(torch.cat(self.encode(visual, audio, text), 1)).squeeze(-1)


class TensorFusion(Encoders):
    def __init__(self, widths, hidden, embed, p=0.0):
        embed = min(16, embed)
        super().__init__(widths, hidden, embed, p)
        self.fusion_layers = fusion((embed + 1) ** 3, hidden, p)

    def forward(self, visual, audio, text):
        v, a, t = map(ones_before, self.encode(visual, audio, text))
        return self.fusion_layers(torch.einsum("bi,bj,bk->bijk", v, a, t).flatten(1)).squeeze(-1)


class LowRankProduct(nn.Module):
    def __init__(self, width, outputs, ranks=4):
        super().__init__()
        for m in ("visual", "audio", "text"):
            self.register_parameter(m + "_factor", nn.Parameter(nn.init.xavier_uniform_(torch.empty(ranks, width + 1, outputs))))
        self.weights = nn.Parameter(torch.full((ranks,), ranks ** -0.5))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, v, a, t):
        v, a, t = (torch.matmul(ones_before(z), w) for z, w in
                   ((v, self.visual_factor), (a, self.audio_factor), (t, self.text_factor)))
        return (v * a * t * self.weights[:, None, None]).sum(0) + self.bias


class LowRankFusion(Encoders):
    def __init__(self, widths, hidden, embed, p=0.0):
        super().__init__(widths, hidden, embed, p)
        self.low_rank_fusion = LowRankProduct(embed, embed)
        self.fusion_layers = fusion(embed, hidden, p)

    def forward(self, visual, audio, text):
        return self.fusion_layers(self.low_rank_fusion(*self.encode(visual, audio, text))).squeeze(-1)


def make(name, widths, hidden, embed, p=0.0):
    if name in ("crossmodal", "seed"):
        return Crossmodal(widths, hidden, embed, p, uses_attention=name == "crossmodal")
    return {"lf-dnn": LateFusion, "tfn": TensorFusion, "lmf": LowRankFusion}[name](widths, hidden, embed, p)


def pearson_loss(p, y):
    pc, yc = p - p.mean(), y - y.mean()
    r = (pc * yc).mean() / (torch.sqrt((pc * pc).mean() + 1e-8) * torch.sqrt((yc * yc).mean() + 1e-8))
    return 1 - r


def sentiment_loss(p, y):
    f = nn.functional
    return 0.4 * (f.mse_loss(p, y) + f.l1_loss(p, y)) / 2 + 0.6 * pearson_loss(p, y)

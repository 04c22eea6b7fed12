"""The models as PyTorch modules, with the state-dict names that msa-train writes."""
import math

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
    return torch.cat([torch.ones(len(z), 1, dtype=z.dtype), z], 1)


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


class PositionalEncoding(nn.Module):
    """Vaswani et al., 2017, 3.5: sqrt(width) · x plus sines and cosines of the position, dropout."""

    def __init__(self, rows, width):
        super().__init__()
        position = torch.arange(rows, dtype=torch.float64)[:, None]
        angle = position * torch.exp(-math.log(10000) * torch.arange(0, width, 2, dtype=torch.float64) / width)
        self.register_buffer("pe", torch.stack([angle.sin(), angle.cos()], 2).flatten(1).float())

    def forward(self, x):
        return x * math.sqrt(x.shape[2]) + self.pe[:x.shape[1]]


def attend(attention, queries, keys, mask):
    """`attention` without the rows whose mask is 0; where none is left, zeros before the last projection (PyTorch: NaN)."""
    empty = ~mask.bool().any(1)
    hidden = ~mask.bool() & ~empty[:, None]
    y, _ = attention(queries, keys, keys, key_padding_mask=hidden, need_weights=False)
    return torch.where(empty[:, None, None], attention.out_proj.bias, y)


class CrossmodalLayer(nn.Module):
    """A pre-norm layer whose keys are another sequence, normalised by the same `norm1`."""

    def __init__(self, width, heads, hidden, p):
        super().__init__()
        self.multihead_attn = nn.MultiheadAttention(width, heads, dropout=p, batch_first=True)
        self.linear1, self.linear2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.p = p

    def drop(self, x):
        return nn.functional.dropout(x, self.p, self.training)

    def forward(self, x, keys, mask):
        x = x + self.drop(attend(self.multihead_attn, self.norm1(x), self.norm1(keys), mask))
        return x + self.drop(self.linear2(self.drop(torch.relu(self.linear1(self.norm2(x))))))


class CrossmodalStack(nn.Module):
    def __init__(self, width, heads, hidden, layers, p):
        super().__init__()
        self.layers = nn.ModuleList(CrossmodalLayer(width, heads, hidden, p) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, x, keys, mask):
        for layer in self.layers:
            x = layer(x, keys, mask)
        return self.norm(x)


class ResidualHead(nn.Module):
    def __init__(self, width, outputs, p):
        super().__init__()
        self.linear1, self.linear2, self.output = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, outputs)
        self.p = p

    def forward(self, x):
        def drop(y):
            return nn.functional.dropout(y, self.p, self.training)
        return self.output(x + drop(self.linear2(drop(torch.relu(self.linear1(x))))))


class CrossmodalTransformer(nn.Module):
    """Inputs are padded sequences [batch, rows, width] and their masks [batch, rows], 0 where a row does not count."""

    MODALITIES = ("visual", "audio", "text")

    def __init__(self, widths, hidden, embed, p=0.0, rows=50, heads=4, crossmodal_layers=3, memory_layers=2,
                 outputs=1):
        super().__init__()
        self.p = p
        for m, width in zip(self.MODALITIES, widths):
            self.add_module(m + "_projection", nn.Linear(width, embed))
        self.positions = PositionalEncoding(rows, embed)
        self.memory_positions = PositionalEncoding(rows, 2 * embed)
        for target in self.MODALITIES:
            for source in self.MODALITIES:
                if source != target:
                    self.add_module(f"{target}_with_{source}", CrossmodalStack(embed, heads, hidden, crossmodal_layers, p))
        for m in self.MODALITIES:
            layer = nn.TransformerEncoderLayer(2 * embed, heads, 2 * hidden, p, batch_first=True, norm_first=True)
            self.add_module(m + "_memory", nn.TransformerEncoder(
                layer, memory_layers, nn.LayerNorm(2 * embed), enable_nested_tensor=False))
        self.fusion_layers = ResidualHead(6 * embed, outputs, p)

    def drop(self, x):
        return nn.functional.dropout(x, self.p, self.training)

    def forward(self, visual, audio, text, visual_mask, audio_mask, text_mask):
        masks = dict(zip(self.MODALITIES, (visual_mask, audio_mask, text_mask)))
        rows = {m: self.get_submodule(m + "_projection")(x) for m, x in zip(self.MODALITIES, (visual, audio, text))}
        means = []
        for target, mask in masks.items():
            crossed = [self.get_submodule(f"{target}_with_{source}")(
                self.drop(self.positions(rows[target])), self.drop(self.positions(rows[source])), masks[source])
                for source in self.MODALITIES if source != target]
            x = self.drop(self.memory_positions(torch.cat(crossed, 2)))
            # A sample without a valid row has no keys, and its mean is zero whatever its rows are.
            hidden = ~mask.bool() & mask.bool().any(1)[:, None]
            x = self.get_submodule(target + "_memory")(x, src_key_padding_mask=hidden)
            means.append((x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1))
        return self.fusion_layers(torch.cat(means, 1)).squeeze(-1)


def make(name, widths, hidden, embed, p=0.0):
    if name in ("crossmodal", "seed"):
        return Crossmodal(widths, hidden, embed, p, uses_attention=name == "crossmodal")
    return {"lf-dnn": LateFusion, "tfn": TensorFusion, "lmf": LowRankFusion, "mult": CrossmodalTransformer}[name](widths, hidden, embed, p)


def inputs(shard):
    """A shard's tensors as a model's inputs by name: vectors where each sample has one row, else padded sequences and masks."""
    result = {}
    for m in CrossmodalTransformer.MODALITIES:
        counts = shard[m + "_offsets"].diff()
        result[m] = shard[m]
        if counts.max() > 1:
            result[m] = nn.utils.rnn.pad_sequence(shard[m].split(counts.tolist()), batch_first=True)
            result[m + "_mask"] = (torch.arange(result[m].shape[1]) < counts[:, None]).to(shard[m].dtype)
    return result


def pearson_loss(p, y):
    pc, yc = p - p.mean(), y - y.mean()
    r = (pc * yc).mean() / (torch.sqrt((pc * pc).mean() + 1e-8) * torch.sqrt((yc * yc).mean() + 1e-8))
    return 1 - r


def sentiment_loss(p, y):
    f = nn.functional
    return 0.4 * (f.mse_loss(p, y) + f.l1_loss(p, y)) / 2 + 0.6 * pearson_loss(p, y)

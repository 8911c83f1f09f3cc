"""A training step of the 15 M Llama in PyTorch eager: prints one JSON line with the seconds of each timed step."""

import argparse
import inspect
import json
import time

import torch
from torch import nn
from torch.nn import functional as F

VOCAB, HIDDEN, INNER, LAYERS, HEADS, KV_HEADS = 32000, 288, 768, 6, 6, 2
HEAD_DIM = HIDDEN // HEADS
BATCH, LENGTH = 8, 256
PARAMETERS = VOCAB * HIDDEN + HIDDEN + LAYERS * (
    2 * HIDDEN * (HIDDEN + KV_HEADS * HEAD_DIM) + 3 * HIDDEN * INNER + 2 * HIDDEN)


class RmsNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(HIDDEN))

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


def turn(x, cosine, sine):
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat((-second, first), dim=-1) * sine


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(HIDDEN, HEADS * HEAD_DIM, bias=False)
        self.key = nn.Linear(HIDDEN, KV_HEADS * HEAD_DIM, bias=False)
        self.value = nn.Linear(HIDDEN, KV_HEADS * HEAD_DIM, bias=False)
        self.output = nn.Linear(HEADS * HEAD_DIM, HIDDEN, bias=False)

    def forward(self, x, cosine, sine, mask):
        batch, length, _ = x.shape
        q, k, v = (
            part(x).view(batch, length, -1, HEAD_DIM).transpose(1, 2)      # [batch, heads, length, headDim]
            for part in (self.query, self.key, self.value))
        q, k = turn(q, cosine, sine), turn(k, cosine, sine)
        k, v = (part.repeat_interleave(HEADS // KV_HEADS, dim=1) for part in (k, v))
        if hasattr(F, "scaled_dot_product_attention"):
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:                                                               # PyTorch 1.13
            scores = q @ k.transpose(-1, -2) * HEAD_DIM ** -0.5 + mask
            mixed = torch.softmax(scores, dim=-1) @ v
        return self.output(mixed.transpose(1, 2).reshape(batch, length, -1))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm, self.attention = RmsNorm(), Attention()
        self.feed_forward_norm = RmsNorm()
        self.gate = nn.Linear(HIDDEN, INNER, bias=False)
        self.up = nn.Linear(HIDDEN, INNER, bias=False)
        self.down = nn.Linear(INNER, HIDDEN, bias=False)

    def forward(self, x, *context):
        x = x + self.attention(self.attention_norm(x), *context)
        y = self.feed_forward_norm(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Llama(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCAB, HIDDEN)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = RmsNorm()
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0, 0.02)
        angles = torch.outer(torch.arange(LENGTH), 10000.0 ** (-torch.arange(0, HEAD_DIM, 2) / HEAD_DIM))
        angles = torch.cat((angles, angles), dim=-1)
        self.context = (
            angles.cos(), angles.sin(), torch.full((LENGTH, LENGTH), float("-inf")).triu(1))

    def forward(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x, *self.context)
        return F.linear(self.norm(x), self.embedding.weight)                # the output matrix is the embedding


def optimizer_of(model):
    # The fastest form that this PyTorch has on a processor: fused from 2.4 on, else over lists of tensors.
    known = inspect.signature(torch.optim.AdamW).parameters
    version = tuple(int(part) for part in torch.__version__.split("+")[0].split(".")[:2])
    form = {"fused": True} if version >= (2, 4) else {"foreach": True} if "foreach" in known else {}
    return torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1, **form)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--name", default="pytorch")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--steps", type=int, default=3)
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = Llama()
    found = sum(parameter.numel() for parameter in model.parameters())
    assert found == PARAMETERS == 14_528_160, found
    optimizer = optimizer_of(model)
    tokens = torch.randint(VOCAB, (BATCH, LENGTH + 1))
    seconds = []
    for step in range(options.steps + 1):                                   # the first is not counted
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        logits = model(tokens[:, :-1])
        loss = F.cross_entropy(logits.view(-1, VOCAB), tokens[:, 1:].reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        assert loss.item() > 0
        if step > 0:
            seconds.append(time.perf_counter() - start)
    print(json.dumps({
        "contender": options.name, "version": torch.__version__, "tokens": BATCH * LENGTH, "seconds": sorted(seconds)}))


if __name__ == "__main__":
    main()

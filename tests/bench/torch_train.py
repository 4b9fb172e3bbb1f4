"""How fast does PyTorch train DINO by the original recipe? A contestant of train.ts: reads requests, one JSON object a line."""

import glob
import json
import math
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image, ImageFilter, ImageOps
from torchvision import transforms as T


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        b, n, w = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        rows = (q @ k.transpose(-2, -1) * (w // self.heads) ** -0.5).softmax(-1)
        return self.out((rows @ v).transpose(1, 2).reshape(b, n, w))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Network(nn.Module):
    """A ViT with DINO's head; crops of several sizes, one forward pass for each size."""

    def __init__(self, s):
        super().__init__()
        width, patch, side = s["embed_dim"], s["patch_size"], s["global_crops_size"] // s["patch_size"]
        hidden, bottleneck = s["head_hidden_dim"], s["head_bottleneck_dim"]
        self.patch = nn.Conv2d(3, width, patch, patch)
        self.cls = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.position = nn.Parameter(0.02 * torch.randn(1, 1 + side * side, width))
        self.side = side
        self.blocks = nn.Sequential(*[Block(width, s["num_heads"]) for _ in range(s["depth"])])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        layers = [nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, hidden), nn.GELU()]
        self.head = nn.Sequential(*layers, nn.Linear(hidden, bottleneck))
        self.last = nn.utils.weight_norm(nn.Linear(bottleneck, s["out_dim"], bias=False))
        self.last.weight_g.data.fill_(1)
        self.last.weight_g.requires_grad = False

    def encode(self, x):
        x = self.patch(x)
        grid = x.shape[-1]
        x = x.flatten(2).transpose(1, 2)
        table = self.position[:, 1:]
        if grid != self.side:
            table = table.reshape(1, self.side, self.side, -1).permute(0, 3, 1, 2)
            scale = (grid + 0.1) / self.side
            table = F.interpolate(table, scale_factor=(scale, scale), mode="bicubic").flatten(2).transpose(1, 2)
        first = (self.cls + self.position[:, :1]).expand(x.shape[0], -1, -1)
        return self.norm(self.blocks(torch.cat([first, x + table], 1)))[:, 0]

    def forward(self, groups):
        features = torch.cat([self.encode(group) for group in groups])
        return self.last(F.normalize(self.head(features), dim=-1))


class Crops:
    """The original's transforms, picture by picture."""

    def __init__(self, s):
        jitter = T.RandomApply([T.ColorJitter(0.4, 0.4, 0.2, 0.1)], p=0.8)
        colour = [T.RandomHorizontalFlip(0.5), jitter, T.RandomGrayscale(0.2)]
        end = [T.ToTensor(), T.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]

        def recipe(side, scale, *more):
            crop = T.RandomResizedCrop(side, scale=scale, interpolation=T.InterpolationMode.BICUBIC)
            return T.Compose([crop, *colour, *more, *end])

        def blur(p):
            return T.RandomApply([T.Lambda(blurred)], p=p)

        solarise = T.RandomApply([T.Lambda(ImageOps.solarize)], p=0.2)
        side = s["global_crops_size"]
        self.globals = [recipe(side, (0.4, 1.0), blur(1.0)), recipe(side, (0.4, 1.0), blur(0.1), solarise)]
        self.local = recipe(s["local_crops_size"], (0.05, 0.4), blur(0.5))
        self.count = s["local_crops_number"]

    def __call__(self, picture):
        return [one(picture) for one in self.globals] + [self.local(picture) for _ in range(self.count)]


def blurred(picture):
    return picture.filter(ImageFilter.GaussianBlur(radius=0.1 + 1.9 * torch.rand(1).item()))


class Pictures(torch.utils.data.Dataset):
    def __init__(self, folder, crops):
        self.files, self.crops = sorted(glob.glob(folder + "/*.jpg")), crops

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return self.crops(Image.open(self.files[i]).convert("RGB"))


def endless(loader):
    while True:
        yield from loader


class Trainer:
    def __init__(self, s):
        self.s = s
        self.student = Network(s)
        self.teacher = Network(s).requires_grad_(False)
        self.teacher.load_state_dict(self.student.state_dict())
        trained = [p for p in self.student.parameters() if p.requires_grad]
        plain = [p for p in trained if p.dim() > 1]
        rest = [p for p in trained if p.dim() <= 1]
        self.optimiser = torch.optim.AdamW([{"params": plain}, {"params": rest, "weight_decay": 0.0}], lr=5e-5)
        self.centre = torch.zeros(1, s["out_dim"])

    def step(self, crops):
        globals_, locals_ = torch.cat(crops[:2]), torch.cat(crops[2:])
        with torch.no_grad():
            teacher = self.teacher([globals_])
            targets = ((teacher - self.centre) / 0.04).softmax(-1).chunk(2)
        student = (self.student([globals_, locals_]) / 0.1).log_softmax(-1).chunk(len(crops))
        pairs = [-(q * p).sum(-1).mean() for i, q in enumerate(targets) for j, p in enumerate(student) if i != j]
        loss = sum(pairs) / len(pairs)
        self.optimiser.zero_grad()
        loss.backward()
        for p in self.student.parameters():
            if p.grad is not None:
                coefficient = 3.0 / (p.grad.norm(2) + 1e-6)
                if coefficient < 1:
                    p.grad.mul_(coefficient)
        self.optimiser.step()
        with torch.no_grad():
            for ours, theirs in zip(self.teacher.parameters(), self.student.parameters()):
                ours.mul_(0.996).add_(theirs, alpha=0.004)
            self.centre = 0.9 * self.centre + 0.1 * teacher.mean(0, keepdim=True)
        return loss.item()


def main():
    settings, folder, threads = json.load(open(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    trainer = Trainer(settings)
    pictures = Pictures(folder, Crops(settings))
    options = dict(batch_size=settings["batch_size"], shuffle=True, drop_last=True, num_workers=threads)
    batches = endless(torch.utils.data.DataLoader(pictures, persistent_workers=True, **options))
    print(json.dumps({"ready": torch.__version__}), flush=True)
    kept = None
    for line in sys.stdin:
        request = json.loads(line)
        losses, waited, since = [], 0.0, time.perf_counter()
        for _ in range(request["steps"]):
            if request["load"] or kept is None:
                before = time.perf_counter()
                kept = next(batches)
                waited += time.perf_counter() - before
            losses.append(trainer.step(kept))
        seconds = time.perf_counter() - since
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        reply = {"seconds": seconds, "waited": waited, "losses": losses, "peak": peak, "now": peak}
        assert all(math.isfinite(one) for one in losses)
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()

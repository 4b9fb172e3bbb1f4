"""How fast is PyTorch at the same forward pass? A contestant of forward.ts: reads requests, one JSON object a line."""

import json
import sys
import time

import numpy
import torch
import torch.nn.functional as F

torch.set_grad_enabled(False)


def load(folder):
    """Weights by canonical name, from the raw float32 file that forward.ts wrote."""
    raw = numpy.fromfile(f"{folder}/weights.bin", dtype=numpy.float32)
    weights, at = {}, 0
    for name, shape in json.load(open(f"{folder}/weights.json")):
        size = int(numpy.prod(shape))
        weights[name] = torch.from_numpy(raw[at : at + size].reshape(shape).copy())
        at += size
    return weights


def forward(w, spec, images, keep_attention):
    """Tokens after the final norm, and every layer's attention where it is kept."""
    width, heads, patch, eps = spec["width"], spec["heads"], spec["patch"], spec["normEps"]
    batch, attention = images.shape[0], []
    kernel = w["patch.weight"].view(width, 3, patch, patch)
    x = F.conv2d(images, kernel, w["patch.bias"], stride=patch).flatten(2).transpose(1, 2)
    cls = (w["cls"] + w["position.cls"]).expand(batch, 1, width)
    x = torch.cat([cls, x + w["position.patches"]], 1)
    tokens = x.shape[1]
    for i in range(spec["depth"]):
        b = f"blocks.{i}."
        h = F.layer_norm(x, (width,), w[b + "norm1.weight"], w[b + "norm1.bias"], eps)
        qkv = F.linear(h, w[b + "attention.qkv.weight"], w[b + "attention.qkv.bias"])
        q, k, v = qkv.reshape(batch, tokens, 3, heads, width // heads).permute(2, 0, 3, 1, 4).unbind(0)
        rows = ((q @ k.transpose(-2, -1)) * (width // heads) ** -0.5).softmax(-1)
        if keep_attention:
            attention.append(rows)
        y = (rows @ v).transpose(1, 2).reshape(batch, tokens, width)
        x = x + F.linear(y, w[b + "attention.projection.weight"], w[b + "attention.projection.bias"])
        h = F.layer_norm(x, (width,), w[b + "norm2.weight"], w[b + "norm2.bias"], eps)
        h = F.gelu(F.linear(h, w[b + "ffn.in.weight"], w[b + "ffn.in.bias"]))
        x = x + F.linear(h, w[b + "ffn.out.weight"], w[b + "ffn.out.bias"])
    return F.layer_norm(x, (width,), w["norm.weight"], w["norm.bias"], eps), attention


def main():
    folder, threads = sys.argv[1], int(sys.argv[2])
    if threads > 0:
        torch.set_num_threads(threads)
    weights, spec = load(folder), json.load(open(f"{folder}/spec.json"))
    side = spec["imageSize"]["width"]
    square = torch.full((1024, 1024), 0.5)
    print(json.dumps({"ready": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("gemm"):
            run = lambda: square @ square
        else:
            batch = request["batch"]
            wave = numpy.sin(numpy.arange(batch * 3 * side * side, dtype=numpy.float64) * 0.01)
            images = torch.from_numpy(wave.astype(numpy.float32)).view(batch, 3, side, side)
            run = lambda: forward(weights, spec, images, request["attention"])
        times, processor = [], []
        for _ in range(request["repeats"] + 1):
            start, used = time.perf_counter(), time.process_time()
            result = run()
            times.append((time.perf_counter() - start) * 1000)
            processor.append((time.process_time() - used) * 1000)
        sample = [] if request.get("gemm") else result[0].reshape(-1)[:1000].tolist()
        reply = {"times": times[1:], "processor": processor[1:], "sample": sample}
        print(json.dumps(reply), flush=True)


main()

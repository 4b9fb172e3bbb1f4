"""How fast are umap-learn and scikit-learn's t-SNE? A contestant of project.ts: one JSON object a line in and out."""

import json
import resource
import sys
import time
import warnings

import numpy

warnings.filterwarnings("ignore")


def umap_learn(rows, request):
    import umap

    seed = request["seed"] if request["seeded"] else None
    mapper = umap.UMAP(
        n_components=request["dims"], n_neighbors=15, min_dist=0.1, metric="cosine", random_state=seed
    )
    return mapper.fit_transform(rows), None


def scikit_learn(rows, request):
    from sklearn.manifold import TSNE

    mapper = TSNE(
        n_components=request["dims"], perplexity=30, init="pca", learning_rate="auto", n_iter=1000,
        random_state=request["seed"], n_jobs=2,
    )
    places = mapper.fit_transform(rows)
    return places, float(mapper.kl_divergence_)


def main():
    method = {"umap": umap_learn, "tsne": scikit_learn}[sys.argv[1]]
    # Compiles what compiles itself, so that the time is that of the work.
    warm = numpy.random.default_rng(0).standard_normal((600, 16)).astype(numpy.float32)
    if method is umap_learn:
        for seeded in (True, False):
            method(warm, {"seed": 0, "seeded": seeded, "dims": 3})
        big = numpy.random.default_rng(0).standard_normal((4200, 16)).astype(numpy.float32)
        method(big, {"seed": 0, "seeded": True, "dims": 3})
    print(json.dumps({"ready": sys.argv[1]}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        rows = numpy.load(request["file"])
        began, used = time.perf_counter(), time.process_time()
        places, divergence = method(rows, request)
        seconds, processor = time.perf_counter() - began, time.process_time() - used
        numpy.save(request["out"], places.astype(numpy.float32))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        reply = {"seconds": seconds, "processor": processor, "peak": peak, "divergence": divergence}
        print(json.dumps(reply), flush=True)


main()

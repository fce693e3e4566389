"""Load: decode once into a memory-mapped cache, then batches for any training framework.

::

    cache = load.build(manifest, contract, "cache")
    training = cache.batches(manifest.of("train"), labels=contract.labels, batch=32, augment=0.5, shuffle=True)
    for pixels, numbers in training.epoch(0): ...
"""

from mien.load._batches import CachedBatches
from mien.load._build import build
from mien.load._cache import Cache

__all__ = ["Cache", "CachedBatches", "build"]

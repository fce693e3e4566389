"""Load: decode once into a memory-mapped cache, then batches for any training framework.

::

    cache = load.build(manifest, contract, "cache")
    training = cache.training(manifest.of("train"), recipe, labels=contract.labels)
    for pixels, targets in training.epoch(0): ...
"""

from mien.kinds import Variation
from mien.load._batches import CachedBatches
from mien.load._build import build
from mien.load._cache import Cache

__all__ = ["Cache", "CachedBatches", "Variation", "build"]

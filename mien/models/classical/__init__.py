"""What answers from features: linear machines, trees, what they share, and how large their file may grow."""

from __future__ import annotations

from mien.models.classical._class_weights import weights
from mien.models.classical._estimator import Head, Learn, OnFeatures
from mien.models.classical._linear_svm import boundaries
from mien.models.classical._logistic import Learnt, learn
from mien.models.classical._pca import project
from mien.models.classical._size_limits import check_features, projection_bytes, require_room, room
from mien.models.classical._tree_ensemble import MOST_LEAVES, NODE, Tree, walk

__all__ = [
    "MOST_LEAVES",
    "NODE",
    "Head",
    "Learn",
    "Learnt",
    "OnFeatures",
    "Tree",
    "boundaries",
    "check_features",
    "learn",
    "project",
    "projection_bytes",
    "require_room",
    "room",
    "walk",
    "weights",
]

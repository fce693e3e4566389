"""Which settings a family takes, and what a network gets where its family prefers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What every family takes: the data, the split, and where to start from.
COMMON = (
    *("model", "labels", "names", "by", "person", "inputs", "margin", "mirror", "lineage"),
    *("seed", "seeds", "split_seed", "folds", "train_share", "val_share", "test_share"),
    *("warm_start", "teacher", "tuned_on", "search"),
)
# What a network takes, and what it gets where its family prefers nothing.
NETWORK: Mapping[str, Any] = {
    "size": 48,
    "sampling": "once",
    "epochs": 20,
    "batch": 32,
    "optimizer": "adam",
    "learning_rate": 0.001,
    "schedule": "constant",
    "warmup": 0.15,
    "decay_every": 5,
    "decay_factor": 0.3,
    "momentum": 0.9,
    "nesterov": True,
    "weight_decay": 0.0,
    "clip_norm": 0.0,
    "accumulate": 1,
    "ema": 0.0,
    "precision": "float32",
    "loss": "cross-entropy",
    "focal_gamma": 2.0,
    "label_smoothing": 0.0,
    "balance": 0.0,
    "even_groups": "",
    "votes": (),
    "votes_share": 1.0,
    "outputs": "softmax",
    "augment": 0.0,
    "randaugment": 0,
    "erase": 0.0,
    "mixup": 0.0,
    "cutmix": 0.0,
    "patience": 0,
    "target": 0.0,
    "target_metric": "val_balanced_accuracy",
    "minutes": 0.0,
    "checkpoint_seconds": 60.0,
    "checkpoint_steps": 0,
    "teacher_share": 0.7,
    "teacher_temperature": 2.0,
}
ESTIMATOR: Mapping[str, Any] = {"size": 48}
OF_PICTURES = ("size", "randaugment", "erase", "cutmix")  # no clip has these

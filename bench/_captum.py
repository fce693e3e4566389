"""In an environment with PyTorch and Captum: explain the answers of `face` by Captum's methods over the same patches.

$ python _captum.py CASES.npz SITE-PACKAGES ROOT    the folders hold what Mien needs; maps are written into CASES
"""

from __future__ import annotations

import sys

ORDERS = 8


def main(path: str) -> None:
    """Let a 'sample' be 64 switches, so that Captum hides what Mien hides; a switch of 1 shows its patch."""
    import numpy as np
    import torch
    from captum.attr import FeatureAblation, ShapleyValueSampling

    from mien import Predictor

    model = Predictor("face", threads=1)
    with np.load(path) as stored:
        cases = dict(stored)
    found: dict[str, list] = {"FeatureAblation": [], "ShapleyValueSampling": []}
    for row, label in zip(cases["rows"], cases["labels"], strict=True):
        parts = model.kind.parts(row, model.contract)

        def answer(switches: torch.Tensor, parts=parts) -> torch.Tensor:
            hidden = 1 - switches.numpy().reshape(-1, 8, 8).astype(np.float32)
            return torch.from_numpy(model.probabilities(parts.hide(hidden)))

        shown, none, options = (
            torch.ones(1, 64),
            torch.zeros(1, 64),
            {"target": int(label), "perturbations_per_eval": 32},
        )
        torch.manual_seed(0)
        found["FeatureAblation"].append(FeatureAblation(answer).attribute(shown, none, **options).numpy())
        values = ShapleyValueSampling(answer).attribute(shown, none, n_samples=ORDERS, **options)
        found["ShapleyValueSampling"].append(values.numpy())
    np.savez(path, **cases, **{name: np.stack(maps).reshape(-1, 8, 8) for name, maps in found.items()})


if __name__ == "__main__":
    sys.path[:0] = sys.argv[3:]
    sys.path += sys.argv[2:3]
    main(sys.argv[1])

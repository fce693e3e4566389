"""Does `mien explain` tell the truth of a network trained on voices? What it ranks first is taken away first.

$ python bench/explain_voices.py RUN [CLIPS]       a finished run over clips, and how many of its test side, such as 60

Parts of a clip are hidden in the order of three rankings: the map's own, how much sound each part holds, and lots drawn
five times. The faster the probability of the answer falls, the better a ranking knows what it rested on (Petsiuk et al.
2018, "RISE", BMVC). A loud part is a good guess, so a map that is worth anything has to beat it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from _results import record, table

from mien import Predictor, explain, media
from mien.core import artifacts
from mien.core.run import Run
from mien.kinds import Parts

SHARES = (0.02, 0.05, 0.1, 0.2, 0.4)  # of the parts that are hidden
LOTS = 5


def main() -> None:
    """Ask the model file of a run about clips that it has not seen, and write the table."""
    run, most = Run.open(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60
    model, rows = Predictor(run.model), artifacts.read_manifest(run).of("test").frame
    chosen = rows.sample(min(most, len(rows)), seed=0, shuffle=True)
    began, found = time.process_time(), []
    for content in media.read_many(list(chosen.select("path", "container").iter_rows())):
        if isinstance(content, bytes):
            found.append(_curves(model, content))
    seconds = (time.process_time() - began) / len(found)
    record("What moved voices", f"python bench/explain_voices.py {Path(sys.argv[1]).name}", _body(run, found, seconds))


def _curves(model: Predictor, data: bytes) -> dict[str, np.ndarray]:
    """Measure what is left of the answer, as a share of what it was, for each of `SHARES`."""
    decoded = model.kind.decode(data)
    row = model.kind.prepare(decoded, model.contract).rows[0]
    parts = model.kind.parts(row, model.contract, decoded)
    assert parts is not None  # clips have parts
    answer = explain.measure(model.probabilities, parts)
    lots = np.random.default_rng(0)
    orders = {"the map": [np.argsort(-answer.grid, axis=None)], "loudness": [np.argsort(-_loudness(parts, row))]}
    orders["lots"] = [lots.permutation(answer.grid.size) for _ in range(LOTS)]
    left = {name: np.mean([_left(model, parts, answer, one) for one in each], axis=0) for name, each in orders.items()}
    lowest = min([answer.together, *(stretch.without for stretch in answer.most)])
    return {**left, "named": np.array([float(bool(answer.most)), answer.probability, lowest])}


def _loudness(parts: Parts, row: np.ndarray) -> np.ndarray:
    count = len(parts.down) * len(parts.across)
    hidden = parts.hide(np.eye(count, dtype=np.float32).reshape(count, len(parts.down), -1))
    return np.asarray(np.square(hidden - row).sum(axis=1))


def _left(model: Predictor, parts: Parts, answer: explain.Explanation, order: np.ndarray) -> np.ndarray:
    steps = np.zeros((len(SHARES), answer.grid.size), np.float32)
    for step, share in zip(steps, SHARES, strict=True):
        step[order[: max(1, round(share * len(order)))]] = 1
    rows = parts.hide(steps.reshape(len(SHARES), *answer.grid.shape))
    return np.asarray(model.probabilities(rows)[:, answer.label]) / answer.probability


def _body(run: Run, found: list[dict[str, np.ndarray]], seconds: float) -> str:
    names = ("the map", "loudness", "lots")
    means = {name: np.mean([one[name] for one in found], axis=0) for name in names}
    rows = [(f"{share:.0%}", *(f"{means[name][step]:.2f}" for name in names)) for step, share in enumerate(SHARES)]
    spoke, before, after = np.mean([one["named"] for one in found], axis=0)
    better = np.mean([one["the map"].mean() < one["lots"].mean() for one in found])
    louder = np.mean([one["the map"].mean() < one["loudness"].mean() for one in found])
    recipe, training = artifacts.read_recipe(run), len(artifacts.read_manifest(run).of("train"))
    words = (
        f"What is left of the answer's probability when so many parts of a clip are hidden: `{recipe.model}` after "
        f"{recipe.epochs} epochs on {training} clips, mean of {len(found)} clips of its test side; lower is better. "
        f"The map's order takes more than lots in {better:.0%} of the clips, and more than loudness in {louder:.0%}. "
        f"The sentence names something in {spoke:.0%}: without it the answer falls from {before:.2f} to {after:.2f} on "
        f"average. {seconds:.1f} CPU seconds a clip, this curve and all."
    )
    return f"{words}\n\n{table(('parts hidden', *names), rows)}"


if __name__ == "__main__":
    main()

"""What giving trials up early saves and costs: recorded trainings under every rule, then searches with and without.

$ python bench/tune.py DATA

DATA holds `fer2013.parquet`; 3,000 faces of its Training part alone are used, half to train on, 1,350 to validate.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import optuna
import polars as pl
from _results import record, table

from mien import tune
from mien.core.recipe import Recipe
from mien.train import History
from mien.tune import _rules

RECIPE = Recipe(
    epochs=12, train_share=0.5, val_share=0.45, test_share=0.05, checkpoint_seconds=0.0, split_seed=3, patience=0
)
FACES, RECORDED, SEARCHED, ORDERS = 3000, 40, 20, 200
SEEDS = (1, 2)

Rule = Callable[[int], optuna.pruners.BasePruner]
RULES: dict[str, Rule] = {
    "none": lambda _: optuna.pruners.NopPruner(),
    **{
        f"lower half (median), from {share:.0%}": lambda longest, share=share: optuna.pruners.MedianPruner(
            n_startup_trials=5, n_warmup_steps=math.ceil(share * longest)
        )
        for share in (0.0, 0.3, 0.4, 0.5)
    },
    **{
        f"lowest {name}, from {share:.0%}": lambda longest, kept=kept, share=share: optuna.pruners.PercentilePruner(
            kept, n_startup_trials=5, n_warmup_steps=math.ceil(share * longest)
        )
        for name, kept in (("third", 100 * 2 / 3), ("quarter", 75))
        for share in (0.3, 0.4, 0.5)
    },
    "successive halving, by 2": lambda _: optuna.pruners.SuccessiveHalvingPruner(min_resource=2, reduction_factor=2),
    "successive halving, by 4": lambda _: optuna.pruners.SuccessiveHalvingPruner(min_resource=2, reduction_factor=4),
    "Hyperband, by 3": lambda longest: optuna.pruners.HyperbandPruner(
        min_resource=2, max_resource=longest, reduction_factor=3
    ),
}


def main() -> None:
    """Record trainings once, replay every rule on them, and search in earnest."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = place / "faces.parquet"
        faces = pl.read_parquet(Path(sys.argv[1]) / "fer2013.parquet", columns=["png", "label", "split"])
        faces.filter(split="Training").sample(FACES, seed=5).drop("split").write_parquet(source)
        body = f"Drawn at random: {replayed(recorded(source, place / 'recorded'))}\n\n{searched(source, place)}"
        for seed in SEEDS:
            body += f"\n\nDrawn by TPE, seed {seed}: {replayed(courses(place / f'{seed}-all-to-their-end'))}"
    record("Giving trials up early", "python bench/tune.py DATA", body)


def recorded(source: Path, folder: Path) -> list[list[float]]:
    """Train trials drawn at random to their end."""
    with _instead(pruner=RULES["none"], sampler=lambda seed, drawn: optuna.samplers.RandomSampler(seed + 100 * drawn)):
        tune.resume(tune.begin(source, RECIPE, folder), tune.Plan(RECORDED, 2, 0, 0))
    return courses(folder)


def courses(folder: Path) -> list[list[float]]:
    """Return the best so far after each epoch, of every trial."""
    places = [folder / trial.place / "history.csv" for trial in tune.Study.open(folder).ended]
    scores = [[row.val_balanced_accuracy for row in History.read(place).epochs] for place in places]
    return [list(np.maximum.accumulate(row)) for row in scores if row]


def replayed(courses: list[list[float]]) -> str:
    """Play each rule on the recorded trainings, in many orders: on a number of trials, and in a time."""
    longest, draw = len(courses[0]), np.random.default_rng(0)
    orders = [[courses[i] for i in draw.permutation(len(courses))] for _ in range(ORDERS)]
    rows = []
    for name, rule in RULES.items():
        played = [_played(order[:SEARCHED], rule(longest)) for order in orders]
        spent, lost = (np.mean([one[i] for one in played]) for i in (0, 1))
        kept = np.mean([one[1] == 0 for one in played])
        timed = [_played(order, rule(longest), SEARCHED // 2 * longest)[2] for order in orders]
        share = spent / (SEARCHED * longest)
        rows.append((name, f"{share:.0%}", f"{kept:.0%}", f"{lost * 100:.2f}", f"{np.mean(timed):.2%}"))
    columns = [
        "rule",
        f"epochs trained for {SEARCHED} trials",
        "the best of them was kept",
        "points lost on average",
        f"best found in the time of {SEARCHED // 2} whole trials",
    ]
    return f"{len(courses)} recorded trainings of {longest} epochs, {ORDERS} orders:\n\n{table(columns, rows)}"


def _played(
    courses: list[list[float]], pruner: optuna.pruners.BasePruner, budget: float = math.inf
) -> tuple[int, float, float]:
    """Return epochs trained, what the best that was kept lacks to the best there was, and the best that was kept."""
    study = optuna.create_study(direction="maximize", pruner=pruner)
    spent, ends = 0, [0.0]
    for progress in courses:
        trial = study.ask()
        for epoch, score in enumerate(progress, start=1):
            if spent >= budget:
                return spent, 0.0, max(ends)
            spent += 1
            trial.report(score, epoch)
            if epoch < len(progress) and trial.should_prune():
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                break
        else:
            study.tell(trial, progress[-1])
            ends.append(progress[-1])
    return spent, max(progress[-1] for progress in courses) - max(ends), max(ends)


def searched(source: Path, place: Path) -> str:
    """Search in earnest, with the rule and without, from several seeds."""
    rows = []
    for seed in SEEDS:
        recipe = Recipe.from_dict({**vars(RECIPE), "seed": seed})
        for name, rule in (("given up early", _rules.pruner), ("all to their end", RULES["none"])):
            folder = place / f"{seed}-{name.replace(' ', '-')}"
            with _instead(pruner=rule):
                study = tune.resume(tune.begin(source, recipe, folder), tune.Plan(SEARCHED, 2, 0, 0))
            trials = study.ended
            epochs, seconds = (sum(getattr(trial, word) for trial in trials) for word in ("epochs", "seconds"))
            rows.append((seed, name, f"{study.best.score:.1%}", f"{study.first.score:.1%}", epochs, f"{seconds:.0f} s"))
            print(rows[-1], flush=True)
    rows += _in_the_same_time(place)
    columns = ["seed", "trials", f"best of {SEARCHED}", "the recipe as it came", "epochs trained", "time of training"]
    return f"Searches of {SEARCHED} trials:\n\n{table(columns, rows)}"


def _in_the_same_time(place: Path) -> list[tuple[object, ...]]:
    """Cut the searches without giving up at the epochs that those with it took."""
    rows = []
    for seed in SEEDS:
        quick, whole = (tune.Study.open(place / f"{seed}-{name}") for name in ("given-up-early", "all-to-their-end"))
        budget, spent, scores = sum(trial.epochs for trial in quick.ended), 0, []
        for trial in whole.ended:
            spent += trial.epochs
            if spent <= budget:
                scores.append(trial.score)
        rows.append((seed, f"the first {len(scores)} of those", f"{max(scores):.1%}", "", budget, ""))
    return rows


class _instead:  # noqa: N801 - reads as a word
    """Put other rules in the place of Mien's for a while."""

    def __init__(self, **rules: object) -> None:
        self._rules = rules

    def __enter__(self) -> None:
        self._before = {name: getattr(_rules, name) for name in self._rules}
        for name, rule in self._rules.items():
            setattr(_rules, name, rule)

    def __exit__(self, *_: object) -> None:
        for name, rule in self._before.items():
            setattr(_rules, name, rule)


if __name__ == "__main__":
    main()

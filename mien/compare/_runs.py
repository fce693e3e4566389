"""From folders to a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien import evaluate
from mien.compare._comparison import Comparison, Entry, Example, Pair
from mien.compare._read import Finished, read_all
from mien.compare._settings import differing
from mien.compare._shared import Shared, share
from mien.compare._speed import milliseconds
from mien.core.types import Progress, silent
from mien.kinds import kind

if TYPE_CHECKING:
    from mien.core.types import Floats, Integers

MANY = 10  # runs from which on only the best is compared with each other: more pairs nobody reads
EXAMPLES = 9  # pictures of one kind that a pair shows: a row on a wide screen
SHOWN = 5  # pairs with pictures


@dataclass
class _Answered:
    """A run with its answers to the pictures that are compared."""

    finished: Finished
    entry: Entry
    answers: Integers  # [N], class numbers
    given: Floats  # [N], probability of the truth
    models: dict[int, Integers]  # seed to the answers of one model alone


def runs(folders: Sequence[Path | str], *, speed: bool = False, progress: Progress = silent) -> Comparison:
    """Compare finished runs on the pictures that are new to all of them.

    Parameters
    ----------
    folders : sequence of path
        Two or more runs. Their order does not matter.
    speed : bool
        Measure how long each model file takes for a picture, here and now.
    progress : Progress
        Shown over the pairs.

    Returns
    -------
    Comparison
        The run that is right most often first. Differences come with paired bootstrap intervals and exact p-values,
        corrected for the number of pairs (Holm 1979); where the data says who is in a picture, over persons.

    Raises
    ------
    SettingError
        If there are too few runs, one comes twice or is not finished, or they share no class or picture.
    MienError
        If a file of a run is damaged.
    """
    finished = read_all(folders)
    shared = share(finished)
    answered = sorted((_answer(run, shared) for run in finished), key=_rank)
    if speed:
        times = milliseconds([one.finished.run.model for one in answered])
        for one, time in zip(answered, times, strict=True):
            one.entry = replace(one.entry, milliseconds=time)
    return Comparison(
        entries=tuple(one.entry for one in answered),
        pairs=tuple(_pairs(answered, shared, progress)),
        labels=shared.labels,
        n=len(shared.contents),
        people=shared.people,
        what=shared.what,
        left_out=shared.left_out,
        settings=differing([one.finished for one in answered], kind(shared.kind)),
        commonest=evaluate.commonest(shared.truth, shared.labels, clusters=shared.clusters),
        other_labels=any(set(run.labels) != set(shared.labels) for run in finished),
        kind=shared.kind,
    )


def _rounds(*runs: Finished) -> int:
    """Return in how many rounds the runs were measured, the most of any; 0 where in none."""
    return max(run.recipe.folds if run.recipe.folds > 1 else 0 for run in runs)


def _rank(one: _Answered) -> tuple[float, str]:
    return -one.entry.scores.accuracy.value, one.entry.name


def _answer(run: Finished, shared: Shared) -> _Answered:
    probabilities, answers, own = shared.answers(run.answers)
    truth = np.array([own.index(label) for label in shared.labels])[shared.truth]  # in the order of the columns
    basis = evaluate.Basis(rounds=_rounds(run))  # as the run itself was measured
    scores = evaluate.score(truth, probabilities, own, clusters=shared.clusters, basis=basis)
    models = {seed: shared.answers(found)[1] for seed, found in run.members.items()}
    models = models or {run.recipe.seed: answers}
    entry = Entry(
        name=run.name,
        run=run.run,
        model=run.recipe.model,
        scores=scores,
        seeds=tuple((seed, float((said == shared.truth).mean())) for seed, said in models.items()),
        train_seconds=run.state.seconds.get("train"),
        model_bytes=run.run.model.stat().st_size if run.run.model.exists() else None,
        milliseconds=None,
        gaps=run.gaps,
    )
    return _Answered(run, entry, answers, probabilities[np.arange(len(truth)), truth], models)


def _pairs(answered: Sequence[_Answered], shared: Shared, progress: Progress) -> Iterator[Pair]:
    count = len(answered)
    tests = count * (count - 1) // 2
    chosen = list(combinations(range(count), 2)) if count <= MANY else [(0, other) for other in range(1, count)]
    over_seeds = _over_seeds(answered, shared)
    sides = [(answered[one], answered[two]) for one, two in chosen]
    found = [_paired(*pair, shared) for pair in progress(sides, total=len(sides), what="comparing")]
    corrected, counted = _holm([figures.p for figures in found], tests), kind(shared.kind).counted
    for number, ((first, second), figures, p) in enumerate(zip(sides, found, corrected, strict=True)):
        seeds, seeds_p = over_seeds.get((first.finished.recipe_key, second.finished.recipe_key), (None, None))
        yield Pair(
            first=first.entry.name,
            second=second.entry.name,
            figures=figures,
            p=p,
            tests=tests,
            same=_same(first.finished, second.finished),
            seeds=seeds,
            seeds_p=seeds_p,
            examples=_examples(first, second, answered[0], shared) if number < min(SHOWN, count - 1) else ((), ()),
            counted=counted,
        )


def _paired(first: _Answered, second: _Answered, shared: Shared) -> evaluate.Paired:
    rounds = _rounds(first.finished, second.finished)
    return evaluate.paired(shared.truth, first.answers, second.answers, clusters=shared.clusters, rounds=rounds)


def _same(first: Finished, second: Finished) -> str:
    if first.recipe_key != second.recipe_key or len(first.seeds) != len(second.seeds):
        return ""
    return "all" if first.seeds == second.seeds else "recipe"


def _holm(values: list[float], tests: int) -> list[float]:
    # Pairs that nobody looks at count as well, with the largest p-value there is: so none comes out too small.
    return evaluate.holm([*values, *[1.0] * (tests - len(values))])[: len(values)]


Key = tuple[str, str]


def _over_seeds(
    answered: Sequence[_Answered], shared: Shared
) -> dict[tuple[Key, Key], tuple[evaluate.PairedSeeds, float]]:
    """Compare recipes of which several models are there: of one run, or of runs that differ in the seed alone."""
    recipes: dict[Key, dict[int, Integers]] = {}
    for one in answered:  # a seed that is there twice is one model
        recipes.setdefault(one.finished.recipe_key, {}).update(one.models)
    several = [key for key, models in recipes.items() if len(models) > 1]
    tests = len(several) * (len(several) - 1) // 2
    chosen = list(combinations(several, 2)) if len(several) <= MANY else [(several[0], two) for two in several[1:]]
    found = {}
    rounds = _rounds(*(one.finished for one in answered))
    for pair in chosen:
        models = [[recipes[key][seed] for seed in sorted(recipes[key])] for key in pair]
        found[pair] = evaluate.paired_seeds(shared.truth, *models, clusters=shared.clusters, rounds=rounds)
    corrected = _holm([one.p for one in found.values()], tests)
    return {pair: (one, p) for (pair, one), p in zip(found.items(), corrected, strict=True)}


def _examples(
    first: _Answered, second: _Answered, best: _Answered, shared: Shared
) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    answers = best.finished.answers.frame.unique("content", keep="first", maintain_order=True)
    ids = dict(answers.select("content", "id").rows())
    rights = first.answers == shared.truth, second.answers == shared.truth
    apart = first.given - second.given
    found = []
    for wanted, gap in ((rights[0] & ~rights[1], -apart), (rights[1] & ~rights[0], apart)):
        rows = np.flatnonzero(wanted)
        rows = rows[np.argsort(gap[rows], kind="stable")][:EXAMPLES]  # of equals the first content
        named = ([shared.labels[said[row]] for said in (shared.truth, first.answers, second.answers)] for row in rows)
        found.append(tuple(Example(ids[shared.contents[row]], *words) for row, words in zip(rows, named, strict=True)))
    return found[0], found[1]

"""What came of a search: the best recipe as a file, and the sentences that go with it."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import html, models
from mien.core import artifacts
from mien.core.recipe import Recipe
from mien.tune._trial import DONE, FAILED, INTERRUPTED, PRUNED

if TYPE_CHECKING:
    from mien.tune._study import Study
    from mien.tune._trial import Trial

LEAST = 0.0005  # less than that cannot be seen in a figure of one decimal
CURSE = (
    "The best of many is flattered by luck, for it was chosen on these very pictures: only the test figure that "
    "mien run measures counts."
)


def changes(study: Study, trial: Trial) -> dict[str, Any]:
    """Say what a recipe for `mien run` must set to be the one of a trial, beside what is the family's."""
    typed = [name for name in study.typed if name != "search"]
    own = {name: getattr(study.recipe, name) for name in typed}
    kind = artifacts.read_manifest(study.run).kind if study.run.manifest.exists() else None
    usual = vars(models.resolve(Recipe(model=study.recipe.model), kind))
    found = {**own, "folds": 1, **trial.settings}  # on the split that it was chosen on
    chosen = {name: value for name, value in found.items() if plain(value) != plain(usual[name])}
    return {"model": study.recipe.model, **chosen}


def toml(study: Study) -> str:
    """Write the best recipe with a header that says where it comes from."""
    import tomli_w

    best = study.best
    if best is None:
        return ""
    source, version = study.run.state().source, study.store.note("mien")
    name = source if source.startswith("sample:") else PurePath(source).name
    lines = [
        f"mien run {name} --recipe {study.best_recipe.name}",
        f"from: trial {best.number} of a search by mien tune {version} in '{study.folder.name}': {tally(study)}",
        f"score: {best.score or 0:.1%} on {study.measured_on}, each class counting the same",
        f"again: {_again(study) or 'not trained again from another seed'}",
        f"note: {CURSE}",
    ]
    chosen = {key: plain(value) for key, value in changes(study, best).items()}
    chosen["tuned_on"] = str(study.folder.absolute())  # a run with these settings keeps its test split clear of it
    # A name may hold a line's end; it must not end the comment.
    head = "\n".join("# " + " ".join(line.split()) for line in lines)
    return f"{head}\n\n{tomli_w.dumps(chosen)}"


def tally(study: Study) -> str:
    """Count the trials in words."""
    counts = Counter(trial.state for trial in study.trials)
    ended = counts[DONE] + counts[PRUNED] + counts[FAILED]
    words = [f"{ended} trial{'' if ended == 1 else 's'}"]
    words += [f"{counts[PRUNED]} of them given up early"] if counts[PRUNED] else []
    words += [f"{counts[FAILED]} failed"] if counts[FAILED] else []
    words += [f"{counts[INTERRUPTED]} more interrupted"] if counts[INTERRUPTED] else []
    return ", ".join(words)


def luck(study: Study) -> str:
    """Say how much of the best score was luck, as far as other seeds tell."""
    best = study.best
    if best is None or not study.again:
        return ""
    lost = (best.score or 0.0) - float(np.mean(study.again))
    words = f"{_again(study)[0].upper()}{_again(study)[1:]}"
    if lost <= LEAST:
        return f"{words}. That is no lower, so the best score was not luck."
    return f"{words}. That is {lost * 100:.1f} points less: so much of the best score was the luck of its seed."


def sentence(study: Study) -> str:
    """Say how good the best recipe is, and against what."""
    best, first = study.best, study.first
    if best is None:
        return "No trial was trained to its end."
    words = f"{best.score or 0:.1%} right on {study.measured_on}, each class counting the same: "
    words += f"trial {best.number}, the best of {tally(study)}."
    if first is None or first.score is None:
        return words
    if first.number == best.number:
        return f"{words} That is the recipe as it came: nothing that was tried beats it."
    return f"{words} The recipe as it came: {first.score:.1%}."


def summary(study: Study) -> dict[str, Any]:
    """Say what a search made, as JSON values: paths, sentences, trials, and what `mien run` is told."""
    best, first = study.best, study.first
    return {
        "study": str(study.folder),
        "source": study.run.state().source,
        "page": str(study.page),
        "recipe": str(study.best_recipe),
        "sentence": sentence(study),
        "luck": luck(study),
        "note": CURSE,
        "settings": changes(study, best) if best else {},
        "best": best.to_dict() if best else None,
        "first": first.to_dict() if first else None,
        "again": list(study.again),
        "trials": [trial.to_dict() for trial in study.trials],
    }


def _again(study: Study) -> str:
    scores = [f"{score:.1%}" for score in study.again]
    if not scores:
        return ""
    seeds = "another seed" if len(scores) == 1 else f"{len(scores)} other seeds"
    return f"trained again from {seeds}: {html.listing(scores)}"


def plain(value: Any) -> Any:  # noqa: ANN401 - of a setting
    """Put a value as TOML has it: lists, no tuples."""
    return list(value) if isinstance(value, tuple) else value

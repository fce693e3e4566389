"""Searches small enough for a test: the report's network at 24 px, a few epochs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mien import tune
from mien.core.recipe import Recipe

RATE = {"low": 0.0001, "high": 0.01, "log": True}


def tiny(**settings: object) -> Recipe:
    """A recipe whose training takes a second."""
    usual = {"model": "report", "size": 24, "epochs": 2, "batch": 8, "patience": 0, "search": {"learning_rate": RATE}}
    return Recipe.from_dict({**usual, **settings})


def look(study: tune.Study) -> list[tuple[str, dict, float | None]]:
    """What a search did, without what differs from machine to machine."""
    return [(trial.state, dict(trial.settings), trial.score) for trial in study.trials]


@pytest.fixture(scope="session")
def small() -> Callable[..., Recipe]:
    return tiny


@pytest.fixture(scope="session")
def seen() -> Callable[[tune.Study], list[tuple[str, dict, float | None]]]:
    return look


@pytest.fixture(scope="session")
def searched(small_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> tune.Study:
    """A finished search of four trials with one repeat. Not to be written to."""
    recipe = tiny(search={"learning_rate": RATE, "batch": [8, 16, 64]})
    study = tune.begin(small_faces, recipe, tmp_path_factory.mktemp("runs") / "tuned")
    return tune.resume(study, tune.Plan(trials=4, repeats=1))

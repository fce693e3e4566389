"""A network to export, fresh from its seed: what it says matters less here than that the file says the same."""

from __future__ import annotations

from typing import Any

import pytest

from mien import models
from mien.core.recipe import Recipe
from mien.core.types import InputContract

CONTRACT = InputContract(("happy", "très, sad", "surprise"), 24)


@pytest.fixture(scope="package")
def network() -> Any:
    model = models.build(CONTRACT, Recipe(model="report"))
    # Fresh weights answer about a third for each; a steeper last layer takes them apart.
    last = model.layers[-1]
    last.set_weights([weight * 20 for weight in last.get_weights()])
    return model


@pytest.fixture(scope="package")
def contract() -> InputContract:
    return CONTRACT

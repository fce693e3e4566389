"""`mien models`: the families, the layers of one, and what the models in the box are bound to."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli._options import Json
from mien.cli._terminal import answer, table
from mien.core.errors import SettingError
from mien.core.recipe import Recipe

if TYPE_CHECKING:
    from mien.core.terms import Terms

_NAME = "Show one family's layers; with --terms, what this model file is bound to."
_TERMS = "Say whether the models in the box, or one model file, may be used commercially, and why."


def models(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help=_NAME)] = None,
    classes: Annotated[int, typer.Option("--classes", min=2, max=1000, help="Outputs, for the layers.")] = 5,
    of_terms: Annotated[bool, typer.Option("--terms", help=_TERMS)] = False,
    as_json: Json = False,
) -> None:
    """List the model families, or show one; and say whether a model may be used commercially.

    Try:

      mien models

      mien models report

      mien models --terms

      mien models --terms runs/mine
    """
    from mien import models as stage

    if of_terms:
        show_terms(name, as_json=as_json)
        return
    if name is not None and as_json:
        answer(_known(name))
        return
    if name is not None:
        print_layers(Recipe(model=name), classes)
        return
    families = {known: stage.family(known) for known in stage.names()}
    if as_json:
        answer({known: _known(known) for known in families})
        return
    table(["name", "takes", "about"], [(known, _inputs(known), found.about) for known, found in families.items()])
    typer.echo("May the models in the box be used commercially?")
    show_terms(None, as_json=False)


def show_terms(name: str | None, *, as_json: bool) -> None:
    """Answer for a model file, or for each model in the box."""
    from mien.predict import Predictor, in_the_box

    found: dict[str, Terms] = {one: Predictor(one).terms for one in ([name] if name else in_the_box())}
    if as_json:
        answer({one: dataclasses.asdict(terms) for one, terms in found.items()})
        return
    table(["model", "commercially", "why"], [(one, terms.commercial, terms.why) for one, terms in found.items()])


def _known(name: str) -> dict[str, Any]:
    """Say what is known of a family: also, of one that measures clips, what its numbers are called, by group."""
    from mien import kinds
    from mien import models as stage

    found = stage.family(name)
    measured = found.settings_of(kinds.SOUND).get("features", ()) if kinds.SOUND in found.kinds else ()
    named = {"statistics": {group: stage.statistics([group]) for group in measured}} if measured else {}
    return {"about": found.about, "settings": found.settings, **named}


def _inputs(name: str) -> str:
    """Say what a family takes, such as ``pictures, 48 px``."""
    from mien import kinds
    from mien import models as stage

    taken = [kinds.kind(one) for one in stage.family(name).kinds if one in kinds.names()]
    recipes = {one: stage.resolve(Recipe(model=name), one.name) for one in taken}
    return "; ".join(f"{one.many}, {one.measure(stage.contract(recipes[one], ('a', 'b'), one.name))}" for one in taken)


def print_layers(recipe: Recipe, classes: int, kind: str = "") -> None:
    """Print Keras's table of a family's layers."""
    from mien import models as stage

    kind = kind or _first_kind(recipe)
    resolved = stage.resolve(recipe, kind)
    labels = recipe.labels if len(recipe.labels) == classes else tuple(f"class {number}" for number in range(classes))
    contract = stage.contract(resolved, labels, kind)
    typer.echo(stage.summary(stage.build(contract, resolved, pretrained=False)))


def _first_kind(recipe: Recipe) -> str:
    """Return the first kind of sample that a recipe can be for: some settings are of one alone."""
    from mien import models as stage

    able = stage.family(recipe.model).kinds
    for kind in able:
        with suppress(SettingError):
            stage.resolve(recipe, kind)
            return kind
    return able[0]

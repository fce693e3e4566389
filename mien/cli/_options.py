"""Options that several commands share, with their help written once: the recipe's own sentences."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.core.recipe import Recipe

_PANEL = "Settings (what is typed wins over --recipe)"
_KINDS: dict[str, type] = {"int": int, "float": float, "str": str, "tuple": str}

_SOURCE = typer.Argument(
    metavar="SOURCE",
    help="A folder of class folders, a .zip or .tar of one, a .csv or .parquet table, or sample:faces.",
    show_default=False,
)
Source = Annotated[str, _SOURCE]
MaybeSource = Annotated[str | None, _SOURCE]
Labels = Annotated[str, typer.Option("--labels", metavar="A,B,...", help="Only these classes.", show_default=False)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no chatter.")]
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a program.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Where the result goes.", show_default=False)]


def labels_of(text: str) -> tuple[str, ...]:
    """Split ``--labels happy,sad``.

    Parameters
    ----------
    text : str
        Names with commas between; spaces around a name do not count.

    Returns
    -------
    tuple of str
        The names, in the order given.

    Examples
    --------
    >>> labels_of("happy, sad")
    ('happy', 'sad')
    """
    return tuple(name.strip() for name in text.split(",") if name.strip())


def with_recipe(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--recipe FILE`` and one option per recipe setting, and hand it the recipe they make.

    Parameters
    ----------
    command : callable
        Takes `recipe` among its keyword arguments.

    Returns
    -------
    callable
        With the options in its signature, where Typer finds them.
    """

    @functools.wraps(command)
    def filled(**typed: Any) -> None:  # noqa: ANN401 - what Typer parsed
        file = typed.pop("recipe_file")
        settings = {item.name: typed.pop(item.name) for item in dataclasses.fields(Recipe)}
        command(**typed, recipe=_recipe(file, settings))

    own = [item for item in inspect.signature(command, eval_str=True).parameters.values() if item.name != "recipe"]
    keywords = [item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in [*own, *_parameters()]]
    filled.__signature__ = inspect.Signature(keywords)  # type: ignore[attr-defined]
    filled.__annotations__ = {item.name: item.annotation for item in keywords}
    return filled


def _parameters() -> list[inspect.Parameter]:
    file = typer.Option("--recipe", metavar="FILE", help="A recipe, TOML (see recipes/).", show_default=False)
    found = [_parameter("recipe_file", Path, file)]
    for item in dataclasses.fields(Recipe):
        kind = _KINDS[str(item.type).split(" ")[0].split("[")[0]]
        flag = "--" + item.name.replace("_", "-")
        among = item.metadata.get("among")
        shape = "|".join(among) if among else "A,B,..." if item.name == "labels" else None
        option = typer.Option(
            flag, help=item.metadata["about"], rich_help_panel=_PANEL, show_default=False, metavar=shape
        )
        found.append(_parameter(item.name, kind, option))
    return found


def _parameter(name: str, kind: Any, option: Any) -> inspect.Parameter:  # noqa: ANN401
    annotation = Annotated[kind | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _recipe(file: Path | None, settings: dict[str, Any]) -> Recipe:
    base = Recipe.read(file) if file else Recipe()
    typed = {name: value for name, value in settings.items() if value is not None}
    if "labels" in typed:
        typed["labels"] = labels_of(typed["labels"])
    return Recipe.from_dict({**dataclasses.asdict(base), **typed})

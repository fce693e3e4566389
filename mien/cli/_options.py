"""Options that several commands share, with their help written once: the recipe's own sentences."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from mien import recipes
from mien.cli._terminal import say
from mien.core.deprecated import INPUTS_OF_CROP, reworded
from mien.core.errors import SettingError
from mien.core.recipe import Recipe, about, kinds

_KINDS: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool, "tuple": str}
_TYPES = kinds()
_LISTS = {name for name, word in _TYPES.items() if word == "tuple"}

_SETTINGS = [item for item in dataclasses.fields(Recipe) if _TYPES[item.name] in _KINDS]  # a search space is a table

_SOURCE = typer.Argument(
    metavar="SOURCE",
    help="A folder of class folders, a .zip or .tar of one, a .csv, .json or .parquet table, or sample:faces.",
)
Source = Annotated[str, _SOURCE]
MaybeSource = Annotated[str | None, _SOURCE]
Labels = Annotated[str, typer.Option("--labels", metavar="A,B,...", help="Only these classes.")]
Names = Annotated[str, typer.Option("--names", metavar="A,B,...", help=about()["names"])]
_INPUTS = (
    "What the pictures are. photos: faces are looked for in them; faces: they are face crops already; whole: they are "
    "taken as they are; auto: as the model was made for."
)
Inputs = Annotated[str, typer.Option("--inputs", metavar="auto|photos|faces|whole", help=_INPUTS)]
Crop = Annotated[str | None, typer.Option("--crop", hidden=True, help="The earlier name of --inputs.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no chatter.")]
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a program.")]
_EVENTS = "Write what happens as JSON, one object a line; - is standard output."
Events = Annotated[str | None, typer.Option("--events", metavar="FILE", help=_EVENTS)]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Where the result goes.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed.")]
Resume = Annotated[Path | None, typer.Option("--resume", metavar="RUN", help="Go on with this run where it stopped.")]
Replace = Annotated[bool, typer.Option("--replace", help="Remove an earlier run in the same place first.")]
ModelFile = Annotated[Path, typer.Argument(metavar="MODEL", help="A model file, or the folder of a run.")]


def labels_of(text: str) -> tuple[str, ...]:
    """Split ``--labels happy,sad``.

    >>> labels_of("happy, sad")
    ('happy', 'sad')
    """
    return tuple(name.strip() for name in text.split(",") if name.strip())


def with_recipe(command: Callable[..., None], model: str = Recipe().model) -> Callable[..., None]:
    """Give a command ``--recipe RECIPE`` and one option per recipe setting, and hand it the recipe they make.

    An argument of its own that is called like a setting keeps its name: the setting can then be given in a recipe's
    file alone.
    """
    return _filled(command, "recipe", _parameters(), lambda typed: _recipe(typed.pop("recipe_file"), typed, model))


def with_inputs(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--inputs``, and ``--crop``, its earlier name, for its argument `inputs`."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    inputs = inspect.Parameter("inputs", keyword, default="auto", annotation=Inputs)
    crop = inspect.Parameter("crop", keyword, default=None, annotation=Crop)
    return _filled(command, "inputs", [inputs, crop], lambda typed: _inputs(typed["crop"], typed["inputs"], "auto"))


def _inputs(crop: str | None, inputs: str | None, unset: str | None) -> str | None:
    """Say what ``--inputs`` is, where it came under its earlier name or the one of today."""
    if crop is None:
        return inputs
    if inputs != unset:
        raise SettingError("Both --inputs and --crop, its earlier name, came", todo="Leave --crop out")
    found: str = reworded(crop, INPUTS_OF_CROP)
    say(f"mien: --crop is now called --inputs. What you asked for is: --inputs {found}")
    return found


def with_fields(command: Callable[..., None], name: str, made: type) -> Callable[..., None]:
    """Give a command one option per field of a dataclass, and hand it the dataclass that they make.

    A field called like an argument of its own is left to the command; its metadata are ``about`` and ``option``, what
    Typer takes beside it.
    """
    hints = get_type_hints(made)
    options = [_option(item, hints[item.name]) for item in dataclasses.fields(made)]
    return _filled(command, name, options, lambda typed: made(**typed))


def _option(item: dataclasses.Field[Any], taken: Any) -> inspect.Parameter:  # noqa: ANN401 - a type
    keywords = dict(item.metadata.get("option", {}))
    names = keywords.pop("names", ("--" + item.name.replace("_", "-"),))
    option = typer.Option(*names, help=item.metadata["about"], **keywords)
    return _parameter(item.name, taken, option, item.default)


def _filled(
    command: Callable[..., None], name: str, options: list[inspect.Parameter], make: Callable[[dict[str, Any]], object]
) -> Callable[..., None]:
    """Put options in the place of a command's argument, which is made of what was typed for them."""
    own = [item for item in inspect.signature(command, eval_str=True).parameters.values() if item.name != name]
    taken = {item.name for item in own}
    free = [item for item in options if item.name not in taken]

    @functools.wraps(command)
    def filled(**typed: Any) -> None:  # noqa: ANN401 - what Typer parsed
        settings = {item.name: typed.pop(item.name) for item in free}
        command(**typed, **{name: make(settings)})

    keywords = [item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in [*own, *free]]
    filled.__signature__ = inspect.Signature(keywords)  # type: ignore[attr-defined]
    filled.__annotations__ = {item.name: item.annotation for item in keywords}
    return filled


def _parameters() -> list[inspect.Parameter]:
    about = f"A recipe by name, or a TOML file. There are: {', '.join(recipes.names())}."
    file = typer.Option("--recipe", metavar="RECIPE", help=about)
    found = [_parameter("recipe_file", Path | None, file)]
    for item in _SETTINGS:
        word = "--" + item.name.replace("_", "-")
        flag = item.metadata.get("flag", word)
        among, several = item.metadata.get("among"), item.name in _LISTS
        shape = "|".join(among) if among and not several else "A,B,..." if several else None
        option = typer.Option(
            f"{flag}/--no-{item.name}" if _TYPES[item.name] == "bool" else flag,
            help=item.metadata["about"],
            rich_help_panel=item.metadata["panel"],
            metavar=shape,
        )
        found.append(_parameter(item.name, _KINDS[_TYPES[item.name]] | None, option))
    return [*found, inspect.Parameter("crop", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Crop)]


def _parameter(name: str, taken: Any, option: Any, default: Any = None) -> inspect.Parameter:  # noqa: ANN401
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=Annotated[taken, option])


def _recipe(file: Path | None, settings: dict[str, Any], model: str) -> Recipe:
    base = _read(file) if file else Recipe(model=model)
    settings["inputs"] = _inputs(settings.pop("crop"), settings["inputs"], None)
    typed = {name: value for name, value in settings.items() if value is not None}
    typed |= {name: labels_of(typed[name]) for name in _LISTS & set(typed)}
    return Recipe.from_dict({**vars(base), **typed})


def _read(file: Path) -> Recipe:
    """Read a recipe, and say which names in it are of the release before."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DeprecationWarning)
        recipe = Recipe.read(recipes.find(file))
    for note in caught:
        say(f"mien: '{file}': {note.message}")
    return recipe

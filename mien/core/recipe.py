"""The recipe: every setting of a run as one flat, frozen table, to and from TOML."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mien.core.errors import SettingError, did_you_mean
from mien.core.files import write_text

OPTIMIZERS = ("adam", "adamw", "sgd")
SCHEDULES = ("constant", "cosine", "one-cycle")
OUTPUTS = ("softmax", "sigmoid")


def _setting(default: Any, about: str, **check: Any) -> Any:  # noqa: ANN401 - dataclasses.field is typed the same
    return field(default=default, metadata={"about": about, **check})


@dataclass(frozen=True)
class Recipe:
    """Every setting of a run. What is None is filled in by the model's family.

    See `about` for the sentence and unit of each field; ``docs/recipe.md`` lists them all.
    """

    model: str = _setting("compact", "Model family, a name from `mien models`.")
    labels: tuple[str, ...] = _setting((), "Classes to use; empty means all that the data has.")
    seed: int = _setting(0, "Seed of split, weights, order and augmentation.", least=0)
    train_share: float = _setting(0.7, "Share of the pictures to train on, 0..1.", least=0.01, most=0.98)
    val_share: float = _setting(0.2, "Share to choose the best epoch on, 0..1.", least=0.01, most=0.98)
    test_share: float = _setting(0.1, "Share to measure on once, 0..1.", least=0.01, most=0.98)
    size: int | None = _setting(None, "Side of the square input, pixels.", least=16, most=1024)
    epochs: int | None = _setting(None, "Passes over the training pictures.", least=1, most=100_000)
    batch: int | None = _setting(None, "Pictures per step.", least=1, most=65_536)
    optimizer: str | None = _setting(None, "Rule that turns gradients into steps.", among=OPTIMIZERS)
    learning_rate: float | None = _setting(None, "Length of a step at its largest.", least=0.0, most=10.0)
    schedule: str | None = _setting(None, "How the learning rate changes over the run.", among=SCHEDULES)
    weight_decay: float | None = _setting(None, "Pull of the weights towards zero per step (adamw).", least=0, most=1)
    label_smoothing: float | None = _setting(None, "Share of each label spread over all classes.", least=0, most=0.9)
    balance: float | None = _setting(
        None, "How much more a rare class counts: 0 not at all, 1 as much as any other class.", least=0, most=1
    )
    augment: float | None = _setting(None, "Strength of the random changes in training, 0 (none)..1.", least=0, most=1)
    patience: int | None = _setting(
        None, "Epochs without a better validation before stopping; 0 never stops early.", least=0, most=100_000
    )
    outputs: str = _setting(
        "softmax", "Last layer: softmax, or sigmoid as the student report published.", among=OUTPUTS
    )

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            _check(item.name, getattr(self, item.name), item)
        if len(set(self.labels)) < len(self.labels):
            raise SettingError(f"labels = {list(self.labels)} names a class twice", todo="Name each class once")
        total = self.train_share + self.val_share + self.test_share
        if abs(total - 1) > 1e-6:
            raise SettingError(
                f"The three shares add up to {total:.3f}", expected="1", todo="For example 0.7, 0.2, 0.1"
            )

    def with_defaults(self, defaults: Mapping[str, Any]) -> Recipe:
        """Fill in what is None.

        Parameters
        ----------
        defaults : mapping of str to value
            What the model's family prefers.

        Returns
        -------
        Recipe
            The resolved recipe.

        Examples
        --------
        >>> Recipe(epochs=3).with_defaults({"epochs": 20, "batch": 32}).batch
        32
        """
        empty = {name: value for name, value in defaults.items() if getattr(self, name) is None}
        return dataclasses.replace(self, **empty)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """Make a recipe from plain values.

        Parameters
        ----------
        values : mapping of str to value
            Any of the fields.

        Returns
        -------
        Recipe
            Checked.

        Raises
        ------
        SettingError
            On an unknown key, a value of the wrong type or out of range.

        Examples
        --------
        >>> Recipe.from_dict({"epoch": 3})
        Traceback (most recent call last):
        mien.core.errors.SettingError: The recipe has no key 'epoch'. Did you mean 'epochs'?
        """
        known = [item.name for item in dataclasses.fields(cls)]
        for key in values:
            if key not in known:
                raise SettingError(f"The recipe has no key '{key}'", todo=did_you_mean(key, known))
        clean = dict(values)
        if isinstance(clean.get("labels"), list):
            clean["labels"] = tuple(clean["labels"])
        return cls(**clean)

    @classmethod
    def read(cls, path: Path | str) -> Recipe:
        """Read a recipe from TOML.

        Parameters
        ----------
        path : path
            The file.

        Returns
        -------
        Recipe
            Checked.

        Raises
        ------
        SettingError
            If the file cannot be read, is no TOML, or holds a wrong setting.
        """
        try:
            values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingError(
                f"The recipe '{path}' cannot be read ({error.strerror})", todo="Check the path"
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise SettingError(f"The recipe '{path}' is not TOML ({error})", todo="See docs/recipe.md") from error
        return cls.from_dict(values)

    def save(self, path: Path | str) -> Path:
        """Write the recipe as TOML, one line a setting with its sentence above it.

        Parameters
        ----------
        path : path
            The file.

        Returns
        -------
        pathlib.Path
            The file.
        """
        import tomli_w

        lines = []
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if value is not None:
                plain = list(value) if isinstance(value, tuple) else value
                lines += [f"# {item.metadata['about']}", tomli_w.dumps({item.name: plain})]
        return write_text(path, "\n".join(lines))


def about() -> dict[str, str]:
    """Return the sentence of every setting.

    Returns
    -------
    dict of str to str
        Field name to sentence.

    Examples
    --------
    >>> about()["batch"]
    'Pictures per step.'
    """
    return {item.name: item.metadata["about"] for item in dataclasses.fields(Recipe)}


def _check(name: str, value: Any, item: dataclasses.Field[Any]) -> None:  # noqa: ANN401 - whatever TOML held
    if value is None and str(item.type).endswith("| None"):
        return
    _check_type(name, value, str(item.type))
    rule = item.metadata
    if "among" in rule and value not in rule["among"]:
        raise SettingError(f"{name} = '{value}' is not known", todo=did_you_mean(str(value), rule["among"]))
    # `not (a <= b)` rather than `a > b`: a NaN fails both ways of asking and must be refused.
    if "least" in rule and not rule["least"] <= value <= rule.get("most", float("inf")):
        raise SettingError(
            f"{name} = {value} is out of range", expected=f"{rule['least']} to {rule.get('most', 'any')}"
        )


def _check_type(name: str, value: Any, declared: str) -> None:  # noqa: ANN401
    kinds: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "str": (str,), "tuple": (tuple,)}
    kind = declared.split(" ", maxsplit=1)[0].split("[", maxsplit=1)[0]
    fits = isinstance(value, kinds[kind]) and not isinstance(value, bool)
    if kind == "tuple" and fits:
        fits = all(isinstance(label, str) for label in value)
    if not fits:
        raise SettingError(f"{name} = {value!r} is of the wrong type", expected=declared, todo=about()[name])

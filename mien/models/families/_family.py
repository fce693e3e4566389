"""What a model family is, and how one is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mien import kinds
from mien.backends import quiet_backend
from mien.core import registry
from mien.core.deprecated import INPUTS_OF_CROP, renamed_argument, renamed_attribute
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.models.families._defaults import ESTIMATOR, NETWORK, OF_PICTURES

GROUP = "mien.models"


@dataclass(frozen=True)
class Family:
    """A kind of classifier: how it is built, and the settings it takes.

    Parameters
    ----------
    about : str
        One sentence: what it is and when to choose it.
    colour : str
        ``rgb`` or ``grey``, for the contract.
    build : callable
        From (contract, recipe) to a Keras model: ``[N, *contract.shape]`` in, of pictures uint8
        ``[N, size, size, 3]``, float32 ``[N, classes]`` out; or, where `network` is False, to an `Estimator`.
    defaults : mapping of str to value
        Recipe fields it prefers; a recipe that sets them wins. A network takes all that training takes, whether it
        prefers something or not; an estimator only what stands here.
    network : bool
        Whether `build` makes a Keras model.
    one_by_one : bool
        Whether the operations of a step had better run one after another, each on every core, than side by side: so
        with few large ones, which would fight for the cores.
    inputs : tuple of str
        What it can be given, of the words of the recipe's ``inputs``.
    kinds : tuple of str
        What its inputs may be, names of `mien.kinds`; the data of a run is one of them, or the run is refused when it
        begins. `build` gets the kind, the shape and the dtype of a row in the contract.
    by_kind : mapping of str to mapping, optional
        By kind what `defaults` does not say for all of them: settings that it prefers for one kind of sample, or takes
        for that alone. They are filled in when the kind of the data is known.
    build_on : callable, optional
        From (contract, recipe, base) to the same, built on an earlier Keras model. Without it, the weights of an
        earlier network of the same family are copied into a new one.
    check : callable
        Raises `SettingError` for settings that cannot go together; called often, so it does nothing long.
    fetch : callable
        From a recipe: fetches what `load` needs, or raises; called once, when a run begins.
    starts_from : callable
        From a recipe: the name of the model in the box whose weights `load` brings, so that what it has seen is kept
        out of the test split; None where it starts from none.
    load : callable
        From (network, contract, recipe): puts pretrained weights into what `build` made. Not called where an earlier
        network or a checkpoint brings the weights.
    search : mapping of str to list or dict
        What `mien tune` tries where a recipe has no ``[search]``, in the same form. Without it, a space around the
        defaults, by the rules of ``_space.py``.
    """

    about: str
    colour: str
    build: Callable[[InputContract, Recipe], Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    network: bool = True
    one_by_one: bool = False
    inputs: tuple[str, ...] = ("photos", "faces", "whole")
    kinds: tuple[str, ...] = (kinds.PICTURE,)
    by_kind: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    build_on: Callable[[InputContract, Recipe, Any], Any] | None = None
    check: Callable[[Recipe], None] = lambda _: None
    fetch: Callable[[Recipe], None] = lambda _: None
    starts_from: Callable[[Recipe], str | None] = lambda _: None
    load: Callable[[Any, InputContract, Recipe], None] = lambda *_: None
    search: Mapping[str, Any] = field(default_factory=dict)

    crops = renamed_attribute("crops", "inputs", INPUTS_OF_CROP)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings it takes beside the common ones, of any kind, with its defaults for the first that has them."""
        return {name: value for kind in reversed(self.kinds) for name, value in self.settings_of(kind).items()}

    def settings_of(self, kind: str | None) -> dict[str, Any]:
        """Say which settings it takes of one kind of sample; None: those that are the same for all its kinds."""
        usual = {**(NETWORK if self.network else ESTIMATOR), **self.defaults}
        foreign = OF_PICTURES if kind == kinds.SOUND or (kind is None and kinds.SOUND in self.kinds) else ()
        alike = {name: value for name, value in usual.items() if name not in foreign}
        return {**alike, **self.by_kind.get(kind or "", {})}


Family.__init__ = renamed_argument("crops", "inputs", INPUTS_OF_CROP)(Family.__init__)  # type: ignore[method-assign]


def names() -> tuple[str, ...]:
    """List the families, sorted; nothing heavy is loaded."""
    return registry.names(GROUP)


def family(name: str) -> Family:
    """Find a family by its name; `SettingError` names the nearest where there is none."""
    with quiet_backend():  # a third party's module may import Keras at its top
        found: Family = registry.find(GROUP, name)
    return found

"""A recipe as it was typed becomes one that can be run, or is refused in a sentence before any long work."""

from __future__ import annotations

import dataclasses

from mien import kinds
from mien.core.errors import SettingError, did_you_mean
from mien.core.recipe import AUTO, Recipe
from mien.models.families import COMMON, Family, family, names
from mien.models.features import OF_KIND

CHANGES = (*(item.name for item in dataclasses.fields(kinds.Variation)), "mirror")  # settings that change samples


def resolve(recipe: Recipe, kind: str | None = None) -> Recipe:
    """Fill in what the family decides, and refuse what cannot go together.

    Parameters
    ----------
    recipe : Recipe
        As it was typed.
    kind : str, optional
        What the samples are, a name of `mien.kinds`. Until that is known, what the family decides by it stays None.

    Returns
    -------
    Recipe
        With a value for every setting that the family takes; the others stay None.

    Raises
    ------
    SettingError
        If the family does not exist, does not take a setting that came, or cannot do what the settings ask together.

    Examples
    --------
    >>> resolve(Recipe(model="svm", loss="focal"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mien.core.errors.SettingError: 'svm' does not take loss = 'focal'. Known: 'balance', ...
    """
    chosen = family(recipe.model)
    settings = chosen.settings if kind is None else chosen.settings_of(kind)
    takes = {*COMMON, *settings}
    unset = {item.name: item.default for item in dataclasses.fields(Recipe)}
    of = f" of {kinds.kind(kind).many}" if kind and len(chosen.kinds) > 1 else ""
    for name in recipe.search:
        if name not in takes:
            raise SettingError(
                f"'{recipe.model}' does not take search.{name}{of}", todo=did_you_mean(name, sorted(takes))
            )
    for name, value in vars(recipe).items():
        if name not in takes and value != unset[name]:
            came = f"'{recipe.model}' does not take {name} = {value!r}{of}"
            raise SettingError(came, todo=did_you_mean(name, sorted(takes)))
    if recipe.inputs not in chosen.inputs:
        came = f"'{recipe.model}' does not take inputs = '{recipe.inputs}'"
        able = [name for name in names() if recipe.inputs in family(name).inputs]
        todo = f"Or take a family that does: {', '.join(able) or 'none is installed'}"
        raise SettingError(came, expected=", ".join(chosen.inputs), todo=todo)
    resolved = recipe.with_defaults(chosen.settings_of(kind))
    _check_features(resolved.features or (), kind)
    if chosen.network:
        _check_training(resolved)
    _check_family(chosen, resolved, kind)
    return resolved


def _check_family(chosen: Family, recipe: Recipe, kind: str | None) -> None:
    """Let the family refuse; until the kind is known, what it refuses of every kind that it takes."""
    refused = []
    for one in chosen.kinds if kind is None else (kind,):
        try:
            return chosen.check(recipe.with_defaults(chosen.settings_of(one)))
        except SettingError as error:
            refused.append(error)
    raise refused[0]


def check_kind(recipe: Recipe, name: str) -> None:
    """Refuse samples that no family, not this one, or a setting that varies or cuts them, is made for."""
    kind = kinds.kind(name)
    if recipe.model == AUTO and not kind.faces and not taking(name):
        raise _untaken(f"The data holds {kind.many}, and no family here takes them", name)
    if recipe.model != AUTO and name not in family(recipe.model).kinds:
        took = [kinds.kind(one).many for one in family(recipe.model).kinds if one in kinds.names()]
        came = f"'{recipe.model}' does not take {kind.many}, and the data holds {kind.many}"
        raise _untaken(came, name, " or ".join(took))
    for setting in CHANGES:
        value = getattr(recipe, setting)
        if value and setting not in kind.changes:
            came = f"{setting} = {value!r} came, and {kind.many} are not changed so"
            raise SettingError(came, expected=", ".join(kind.changes), todo=f"Leave {setting} out")
    if recipe.inputs != "whole" and not kind.faces:
        raise SettingError(f"inputs = '{recipe.inputs}' came, and {kind.many} show no faces", todo="Leave inputs out")


def check_settings(recipe: Recipe) -> None:
    """Refuse a recipe without a family whose settings no kind's usual family takes."""
    refused = []
    usual = dict.fromkeys(able[0] for name in kinds.names() if (able := taking(name)))
    for name in usual:
        try:
            resolve(dataclasses.replace(recipe, model=name))
        except SettingError as error:
            refused.append(error)
    if len(refused) == len(usual):
        raise refused[0]


def _untaken(came: str, kind: str, expected: str = "") -> SettingError:
    able = ", ".join(taking(kind))
    todo = f"Take a family that does: {able}" if able else "Install a package with a family that does"
    return SettingError(came, expected=expected, todo=todo)


def taking(kind: str) -> list[str]:
    """List the families that take a kind of sample: first the one that learns where nobody names any, then networks."""
    able = [name for name in names() if kind in family(name).kinds]
    return sorted(able, key=lambda name: (name != Recipe().model, not family(name).network, name))


def check_labels(recipe: Recipe, labels: tuple[str, ...]) -> None:
    """Refuse classes that a resolved recipe cannot work with: not two of a binary loss, or a vote for an absent one."""
    if recipe.loss == "binary" and len(labels) != 2:
        came = f"loss = 'binary' came with {len(labels)} classes"
        raise SettingError(came, expected="two", todo="Choose two with --labels, or take loss = 'cross-entropy'")
    for vote in recipe.votes or ():
        label = vote.partition("=")[0]
        if label not in labels:
            raise SettingError(f"votes names the class '{label}'", todo=did_you_mean(label, labels))


def _check_features(features: tuple[str, ...], kind: str | None) -> None:
    """Refuse features that the kind does not have; until that is known, those that no kind has together."""
    able = [names for one, names in OF_KIND.items() if kind in (None, one)]
    if not features or any(set(features) <= set(names) for names in able):
        return
    came = f"features = {list(features)} came" + (f", and the data holds {kinds.kind(kind).many}" if kind else "")
    expected = "; or ".join(f"of {kinds.kind(one).many} {', '.join(names)}" for one, names in OF_KIND.items())
    raise SettingError(came, expected=expected, todo="Name those of one kind, or leave features out")


def _check_training(recipe: Recipe) -> None:
    if recipe.loss == "binary" and recipe.outputs != "sigmoid":
        came = "loss = 'binary' came with softmax outputs"
        expected = "outputs = 'sigmoid', or loss = 'cross-entropy', which is the same for two classes"
        raise SettingError(came, expected=expected)
    if recipe.loss == "binary" and recipe.labels:
        check_labels(recipe, recipe.labels)
    if recipe.optimizer == "adam" and recipe.weight_decay:
        came = f"weight_decay = {recipe.weight_decay} came with optimizer = 'adam'"
        raise SettingError(came, todo="Take 'adamw', or leave it at 0")
    if recipe.target and recipe.target > 1 and recipe.target_metric != "val_loss":
        came = f"target = {recipe.target} is above 1, and {recipe.target_metric} is a share"
        raise SettingError(came, expected="for example 0.8")
    for vote in recipe.votes or ():
        label, _, column = vote.partition("=")
        if not (label and column):
            raise SettingError(f"votes has '{vote}'", expected="label=column, such as happy=ferplus_happiness")

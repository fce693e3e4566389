"""The public names, as a list to be changed on purpose; and no others leak."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

import mien

PACKAGE = Path(mien.__file__).parent

NAMES = {
}

# What may stand in mien/ under a name without an underscore; in every folder but core, all files start with one.
MODULES = {"cli", "core", "pipeline", "predict", "report", "media", "web"} | {
    "collect",
    "audit",
    "split",
    "load",
    "models",
    "train",
    "evaluate",
    "explain",
    "export",
}
GROUND = {"errors", "files", "recipe", "registry", "run", "types"}


@pytest.mark.parametrize("module", NAMES)
def test_the_public_names_are_these(module):
    assert sorted(import_module(module).__all__) == sorted(NAMES[module].split())


@pytest.mark.parametrize("module", NAMES)
def test_every_public_name_is_there_and_says_what_it_is(module):
    found = import_module(module)
    for name in found.__all__:
        value = getattr(found, name)
        if inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value):
            assert inspect.getdoc(value), f"{module}.{name} has no docstring"


@pytest.mark.parametrize("module", NAMES)
def test_nothing_has_its_module_s_own_name(module):
    last = module.rpartition(".")[2]
    assert not hasattr(import_module(module), last) or inspect.ismodule(getattr(import_module(module), last))


def test_what_star_import_and_dir_show_is_the_list():
    assert dir(mien) == sorted(mien.__all__)
    space: dict[str, object] = {}
    exec("from mien import *", space)  # noqa: S102 - the star is what is tested
    assert sorted(set(space) - {"__builtins__"}) == sorted(mien.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'mien' has no attribute 'colect'"):
        mien.colect  # noqa: B018 - the look-up is what is tested


def test_every_stage_is_in_the_list():
    assert {f"mien.{name}" for name in MODULES - {"core"}} <= set(NAMES)


def test_no_file_inside_a_stage_is_public():
    public = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if not path.name.startswith("_") and not any(part.startswith("_") for part in path.relative_to(PACKAGE).parts)
    }
    files = {f"{name}.py" for name in MODULES} | {f"core/{name}.py" for name in GROUND}
    assert public <= files


def test_the_house_has_no_other_rooms():
    here = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {name for name in here if not name.startswith("_")} == MODULES
    assert {path.stem for path in (PACKAGE / "core").glob("*.py") if not path.name.startswith("_")} == GROUND

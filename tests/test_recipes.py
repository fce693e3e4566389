"""Each recipe can be run as its header says, and asks for nothing that does not exist."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from mien import models, recipes
from mien.cli import app
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.models.families import COMMON

HOUSE = Path(__file__).parents[1]
FILES = [recipes.find(name) for name in recipes.names()]
each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def head(path: Path) -> list[str]:
    """Return the comment lines that open a recipe, without their marks."""
    text = path.read_text(encoding="utf-8").split("\n\n", maxsplit=1)[0]
    return [line.removeprefix("#").strip() for line in text.splitlines()]


def test_the_recipes_that_the_docs_speak_of_are_there():
    assert set(recipes.names()) >= {"compact", "report", "report-as-published", "happy-sad"}


def test_the_wheel_carries_them():
    build = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"] == {"packages": ["mien"]}  # with every file in it that .gitignore does not name
    assert "exclude" not in build
    assert "mien" in build["targets"]["sdist"]["include"]
    assert {path.parent for path in FILES} == {HOUSE / "mien" / "recipes"}


@pytest.mark.parametrize("given", ["runs/x/recipe.toml", "./compact", "compact.toml", "/", ".", "a" * 300 + "/b"])
def test_a_path_stays_a_path(given):
    assert recipes.find(given) == Path(given)


def test_a_file_under_just_a_name_wins_and_a_folder_does_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "compact").write_text("epochs = 3\n")
    (tmp_path / "svm").mkdir()
    assert recipes.find("compact") == Path("compact")
    assert Recipe.read(recipes.find("svm")).model == "svm"


def test_a_wrong_name_is_answered_with_the_nearest_and_the_list():
    every = ", ".join(recipes.names())
    with pytest.raises(SettingError) as wrong:
        recipes.find("compct")
    assert str(wrong.value) == (f"There is no recipe 'compct'. Expected: {every}, or a file. Did you mean 'compact'?")
    with pytest.raises(SettingError) as far:
        recipes.find("xyz")
    assert str(far.value) == f"There is no recipe 'xyz'. Expected: {every}, or a file."


@pytest.mark.parametrize("name", ["", "\0", "a" * 5000])
def test_what_no_file_can_be_called_is_a_wrong_name(name):
    with pytest.raises(SettingError, match=r"There is no recipe|cannot be read"):
        Recipe.read(recipes.find(name))


def test_the_command_line_takes_a_name_lists_them_and_says_what_is_wrong(mien_here, tmp_path):
    shown = mien_here("train", "--help").stdout
    assert all(name in shown for name in recipes.names())
    done = mien_here("run", "sample:faces", "--recipe", "compct", "--out", tmp_path / "run")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mien: There is no recipe 'compct'. Expected: compact, ")
    assert done.stderr.endswith("Did you mean 'compact'?\n")
    done = mien_here("train", "sample:faces", "--recipe", "forest", "--lineage", "nothing")
    assert "lineage" in done.stderr  # the recipe was read, and what was typed wins over it


@each
def test_a_recipe_can_be_read_and_filled(path):
    recipe = Recipe.read(path)
    kind = models.family(recipe.model).kinds[0]
    resolved = models.resolve(recipe, kind)
    assert {name for name, value in vars(resolved).items() if value is not None} == {
        *COMMON,
        *models.family(recipe.model).settings_of(kind),
    }


@each
def test_a_recipe_is_flat_but_for_its_search(path):
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    search = values.pop("search", {})
    assert not any(isinstance(value, dict) for value in values.values())
    assert not any(isinstance(end, dict) for part in search.values() if isinstance(part, dict) for end in part.values())


@each
def test_a_recipe_with_a_search_can_be_searched_and_the_others_run(path):
    recipe = Recipe.read(path)
    assert head(path)[0].startswith("mien tune " if recipe.search else "mien run ")
    assert set(models.space(recipe)) >= set(recipe.search)


@each
def test_a_recipe_says_only_what_differs_from_its_family(path):
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    usual = vars(models.resolve(Recipe(model=values["model"])))
    named = {"model", "epochs"}  # said even where it is the default: the report published its epochs
    assert [name for name, value in values.items() if name not in named and usual[name] == value] == []


@each
def test_a_recipe_opens_with_command_time_score_and_data(path):
    command, *rest = head(path)
    assert [line.partition(":")[0] for line in rest][:3] == ["time", "score", "data"]
    assert all(line.partition(":")[2].strip() for line in rest[:3])
    assert not re.search(r"(?i)to be measured|todo|tbd", "\n".join(rest))
    assert command.startswith(("mien run ", "mien tune "))


@each
def test_the_command_in_the_header_can_be_typed_and_names_this_recipe(path):
    _, name, *words = shlex.split(head(path)[0])
    context = get_command(app).commands[name].make_context(name, words)
    assert context.params["source"]
    assert str(context.params["recipe_file"]) == path.stem


def test_the_published_recipe_is_the_reports():
    recipe = Recipe.read(recipes.find("report-as-published"))
    resolved = models.resolve(recipe)
    published = ("report", "sigmoid", 20, 32, "adam", "constant", 0, 0.0, 256)
    found = resolved.model, resolved.outputs, resolved.epochs, resolved.batch, resolved.optimizer, resolved.schedule
    assert (*found, resolved.patience, resolved.augment, resolved.size) == published

"""Help that teaches: every command shows itself being used."""

import dataclasses
import re
import sys

import pytest

import mien
from mien.cli import app
from mien.core import recipe
from mien.core.errors import SettingError

COMMANDS = [item.callback.__name__ for item in app.registered_commands]
STORY = ["collect", "audit", "split", "load", "models", "train", "evaluate", "explain", "export"]


def test_the_words_of_the_design_are_commands_in_the_data_s_order():
    assert [name for name in COMMANDS if name in STORY] == STORY
    others = {"run", "demo", "distil", "tune", "compare", "notice", "predict", "serve", "watch", "doctor"}
    assert set(COMMANDS) == {*STORY, *others}


@pytest.mark.parametrize("item", app.registered_commands, ids=lambda item: item.callback.__name__)
def test_each_command_stands_in_the_file_of_its_name(item):
    assert item.callback.__module__ == f"mien.cli._{item.callback.__name__}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example(command, name):
    for flag in ("--help", "-h"):
        done = command(name, flag)
        assert done.exit_code == 0
        assert re.search(rf"^ *(?:cat .* \| )?mien {name}\b", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_its_sentence(command, name):
    found = re.findall(r"^│ [ *]*(--[a-z-]+)(.*)│$", command(name, "--help").stdout, re.MULTILINE)
    assert found
    assert [option for option, rest in found if not re.search(r"[a-z]{2,} .*\.", rest)] == []


@pytest.mark.parametrize("name", ["run", "train"])
def test_every_setting_is_an_option(command, name):
    shown = command(name, "--help").stdout
    for item in dataclasses.fields(recipe.Recipe):
        if item.name != "search":  # a table, for the recipe alone
            flag = item.metadata.get("flag", "--" + item.name.replace("_", "-"))
            assert re.search(rf"{flag}\b", shown), flag
    assert recipe.about()["label_smoothing"] in shown


def test_the_first_page_says_where_to_start(command):
    shown = command("--help").stdout
    assert "mien demo" in shown
    assert "mien run FOLDER" in shown
    assert all(re.search(rf"│ {name} ", shown) for name in COMMANDS)
    assert "--install-completion" in shown


def test_no_command_shows_the_first_page(command):
    assert "mien run FOLDER" in command().output


def test_version(command):
    assert command("--version").stdout == f"mien {mien.__version__}\n"


@pytest.fixture
def begun(monkeypatch):
    """The recipes that runs would have begun with."""
    recipes = []
    monkeypatch.setattr("mien.pipeline.begin", lambda _, recipe, *__, **___: recipes.append(recipe) or sys.exit(0))
    return recipes


@pytest.mark.parametrize(("asked", "inputs"), [("none", "faces"), ("face", "photos"), ("photos", "photos")])
def test_a_setting_has_its_earlier_name_and_words(command, begun, asked, inputs):
    done = command("run", "photos/", "--crop", asked)
    assert [one.inputs for one in begun] == [inputs]
    assert f"mien: --crop is now called --inputs. What you asked for is: --inputs {inputs}\n" in done.stderr
    with pytest.raises(SettingError, match="Both --inputs and --crop, its earlier name, came"):
        command("run", "photos/", "--crop", asked, "--inputs", "whole")


def test_a_recipe_of_the_release_before_is_read_with_a_note(command, begun, tmp_path):
    (tmp_path / "mine.toml").write_text('crop = "none"\n')
    done = command("run", "photos/", "--recipe", tmp_path / "mine.toml")
    assert [one.inputs for one in begun] == ["faces"]
    assert done.stderr.count("The setting 'crop' is now called 'inputs', and what was 'none' there is 'faces'") == 1

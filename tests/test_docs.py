"""The documentation is part of the program: nothing is missing from it, and what it says can be typed."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import typer
from typer.main import get_command

import mien
from mien import kinds, models, recipes
from mien.audit._checks import ISSUES
from mien.cli import app
from mien.core import errors
from mien.core.recipe import Recipe, about
from mien.core.run import Run
from mien.core.types import MANIFEST_COLUMNS, Answer
from mien.samples.faces import draw, sample_parameters
from mien.train import Epoch

HOUSE = Path(__file__).parents[1]
DOCS = HOUSE / "docs"
PAGES = sorted([HOUSE / "README.md", HOUSE / "CHANGELOG.md", *DOCS.glob("*.md"), *DOCS.glob("decisions/*.md")])
STAGES = [
    *("collect", "audit", "split", "load", "models", "train", "evaluate", "explain", "export", "report", "predict"),
    *("compare", "tune", "serve", "watch"),
]
COMMANDS = get_command(app)
on_each_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(HOUSE).as_posix())


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def headings(text: str) -> list[str]:
    return re.findall(r"(?m)^#+ (.+)$", without_blocks(text))


def blocks(text: str, *languages: str) -> list[str]:
    found = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", text)
    return [body for language, body in found if language in languages]


def without_blocks(text: str) -> str:
    return re.sub(r"(?ms)^```.*?^```$", "", text)


def script(name: str) -> ModuleType:
    spec = spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# What must be written down


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_has_its_page_under_its_own_name(stage):
    assert read(f"{stage}.md").startswith(f"# {stage}\n")


@pytest.mark.parametrize("name", COMMANDS.commands)
def test_each_command_has_its_section(name):
    assert f"mien {name}" in headings(read("cli.md"))


@pytest.mark.parametrize("name", COMMANDS.commands)
def test_each_command_s_options_are_listed(name):
    section = read("cli.md").split(f"\n## mien {name}\n")[1].split("\n## ")[0]
    for item in COMMANDS.commands[name].params:
        if item.name != "help" and not getattr(item, "hidden", False):
            assert all(f"`{option}" in section for option in item.opts if option.startswith("-"))
            assert " ".join((item.help or "").split()).replace("|", "\\|") in section


@pytest.mark.parametrize("name", about())
def test_each_setting_has_its_section_and_sentence(name):
    section = re.search(rf"(?ms)^### {name}\n\n(.*?)(?=^#|\Z)", read("recipe.md"))
    assert section is not None
    assert " ".join(section[1].split()).startswith(about()[name])


def test_the_recipe_page_has_no_setting_that_does_not_exist():
    inner = re.findall(r"(?m)^### (.+)$", read("recipe.md"))
    assert inner == [item.name for item in dataclasses.fields(Recipe)]


@pytest.mark.parametrize("name", models.names())
def test_each_model_family_has_its_section(name):
    assert name in headings(read("models.md"))


@pytest.mark.parametrize("word", [issue.word for issue in ISSUES])
def test_each_issue_of_the_audit_has_its_section(word):
    assert word in headings(read("audit.md"))


@pytest.mark.parametrize("kind", kinds.names())
def test_each_corruption_has_its_line(kind):
    page = read("evaluate.md")
    lines = [f"| `{one.name}` | {one.group} | {one.about} |\n" for one in kinds.kind(kind).corruptions()]
    assert [line for line in lines if line not in page] == []


def test_each_error_is_explained():
    raised = {name for name, value in vars(errors).items() if isinstance(value, type) and name.endswith("Error")}
    assert raised == set(re.findall(r"\b\w+Error\b", read("errors.md")))


def test_each_file_of_a_run_is_listed():
    places = [value.fget(Run(Path())).name for value in vars(Run).values() if isinstance(value, property)]
    text = read("run.md")
    assert [name for name in [*places, "run.json"] if f"`{name}`" not in text and f"`{name}/`" not in text] == []


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("train.md", [item.name for item in dataclasses.fields(Epoch)]),
        ("predict.md", [name for name in Answer("").to_json() if name != "finder"]),
        ("collect.md", list(MANIFEST_COLUMNS)),
        ("export.md", re.findall(r'"(mien\.\w+)":', (HOUSE / "mien/export/_onnx.py").read_text())),
    ],
)
def test_each_field_is_explained(page, names):
    assert names
    assert [name for name in names if f"`{name}`" not in read(page)] == []


def test_each_page_can_be_reached_from_the_index():
    linked = set(re.findall(r"\]\(([\w/.-]+\.md)\)", read("index.md")))
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} - {"index.md"}
    assert linked == there


# What is generated


def test_the_command_page_is_fresh():
    assert script("make_cli").page() == read("cli.md")


def test_the_command_page_does_not_depend_on_the_terminal():
    narrow = {**os.environ, "COLUMNS": "40", "TERM": "xterm-256color", "FORCE_COLOR": "1", "LC_ALL": "C"}
    command = [sys.executable, str(DOCS / "make_cli.py"), "--check"]
    subprocess.run(command, env=narrow, check=True)


def test_a_stale_command_page_is_refused_in_a_sentence(tmp_path):
    copy = tmp_path / "make_cli.py"
    copy.write_text((DOCS / "make_cli.py").read_text())
    (tmp_path / "cli.md").write_text("old")
    check = subprocess.run([sys.executable, str(copy), "--check"], capture_output=True, text=True, check=False)
    assert (check.returncode, check.stderr.startswith("docs/cli.md is out of date")) == (1, True)
    subprocess.run([sys.executable, str(copy)], check=True)
    subprocess.run([sys.executable, str(copy), "--check"], check=True)
    assert (tmp_path / "cli.md").read_text() == read("cli.md")


def test_the_cards_of_the_box_hold_what_was_measured():
    made = script("make_cards")
    assert made.check(["face", "face-int8", "voice"]) == 0


def test_a_card_that_does_not_hold_what_was_measured_is_found(monkeypatch, capsys):
    made = script("make_cards")
    measured = made.box()
    measured["voice"]["new"]["accuracy"]["value"] = 0.9
    monkeypatch.setattr(made, "box", lambda: measured)
    assert made.check(["face", "voice"]) == 1
    found = capsys.readouterr().err
    assert "docs/voice.md is out of date" in found
    assert "the metadata of 'voice' is out of date" in found
    assert "face" not in found


def test_every_figure_of_a_card_is_taken_from_where_it_was_measured():
    made = script("make_cards")
    for name in made.CARDS:
        for heading in ("Quantitative analyses", "Evaluation data", "Factors", "Metrics"):
            text = re.sub(r"\{\{[^{}]+\}\}", "", made.source(name)["sections"][heading])
            figures = re.findall(r"\d+(?:\.\d+)? %|0\.\d+", text)
            assert set(figures) <= {"95 %", "0.41", "90 %"}, heading  # two as others have published them


def test_a_figure_that_was_not_measured_is_an_error():
    made = script("make_cards")
    for text in ("{{box|face|new|beauty}}", "{{results|Voices|nobody|1}}", "{{guess|1}}"):
        with pytest.raises((KeyError, StopIteration)):
            made.filled(text)


def test_the_table_of_defaults_is_fresh():
    assert script("make_recipe").page(read("recipe.md")) == read("recipe.md")


def test_the_readme_s_picture_shows_faces_as_they_are_drawn():
    sheet = script("make_faces").sheet(3, 5, 2, size=32)
    assert sheet.shape == (3 * 56 + 6, 2 * 38 + 6, 3)
    assert np.array_equal(sheet[6:38, 44:76], draw(sample_parameters(3, 1, "happy", intensity=1.0), 32))


# What can be typed


def commands(text: str) -> Iterator[list[str]]:
    """Yield the simple commands in the shell blocks of a page, as words."""
    for body in blocks(text, "sh"):
        for line in body.splitlines():
            for part in re.split(r"\||;|&&", line.partition("#")[0]):
                words = shlex.split(part.partition(">")[0])
                while words and (words[0] in {"if", "then", "else"} or re.fullmatch(r"[A-Z_]+=\S*", words[0])):
                    words = words[1:]
                if words:
                    yield words


def parse(words: list[str]) -> None:
    """Read a `mien` command as the program would, and run nothing; what only prints and leaves is fine too."""
    with suppress(typer.Exit):
        COMMANDS.make_context("mien", [*words])
        COMMANDS.commands[words[0]].make_context(words[0], words[1:])


def test_the_parser_refuses_what_does_not_exist():
    for wrong in (["predict", "a.jpg", "--modle", "x"], ["runn", "faces"], ["--versoin"], ["load", "a", "--size", "x"]):
        with pytest.raises(Exception, match=r".") as caught:
            parse(wrong)
        assert not isinstance(caught.value, typer.Exit)


@on_each_page
def test_each_command_can_be_typed(page):
    targets = set(re.findall(r"(?m)^(\w+):", (HOUSE / "Makefile").read_text()))
    for program, *words in commands(page.read_text(encoding="utf-8")):
        if program == "mien":
            parse(words)
        elif program == "make":
            assert set(words) <= targets
        elif program == "python":
            assert (HOUSE / words[0]).exists()
        else:
            assert program in {".", "cat", "curl", "echo", "fi", "pip", "tensorboard"}, f"{program} is not explained"


@on_each_page
def test_each_recipe_that_a_command_names_is_there(page):
    for program, *words in commands(page.read_text(encoding="utf-8")):
        if program == "mien" and "--recipe" in words:
            recipe = words[words.index("--recipe") + 1]
            assert recipe in recipes.names() or recipe.startswith("runs/")


@on_each_page
def test_each_python_block_compiles_and_names_what_exists(page):
    for body in blocks(page.read_text(encoding="utf-8"), "python"):
        tree = ast.parse(body)
        known: dict[str, object] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "mien":
                for name in node.names:
                    known[name.name] = imported(str(node.module), name.name)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
                assert hasattr(known[node.value.id], node.attr), f"{node.value.id}.{node.attr}"


def imported(module: str, name: str) -> object:
    found = importlib.import_module(module)
    return getattr(found, name) if hasattr(found, name) else importlib.import_module(f"{module}.{name}")


@on_each_page
def test_each_toml_block_can_be_read(page):
    for body in blocks(page.read_text(encoding="utf-8"), "toml"):
        tomllib.loads(body)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = headings(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@on_each_page
def test_each_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(page.read_text(encoding="utf-8"))):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@on_each_page
def test_the_tone_is_calm(page):
    prose = re.sub(r"`[^`\n]*`", "", without_blocks(page.read_text(encoding="utf-8"))).replace("![", "[")
    assert "!" not in prose


def test_the_version_has_its_entry_in_the_changelog():
    assert f"## {mien.__version__}" in (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8")

"""One word for one thing, and the field's: names that had to be looked up do not come back (docs/glossary.md)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import mien

PACKAGE = Path(mien.__file__).parent
GLOSSARY = PACKAGE.parent / "docs" / "glossary.md"


def listed() -> dict[str, str]:
    """The words that are not to be used, and what to say instead, as the glossary lists them."""
    rows = re.findall(r"^\| (.+) \| (.+) \|$", GLOSSARY.read_text().partition("## Not used")[2], re.MULTILINE)
    return {word: right for words, right in rows for word in re.findall(r"`(\w+)`", words)}


def named() -> set[tuple[str, str]]:
    """Every module, class and function, with where it stands."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        found.add((path.stem, str(path.relative_to(PACKAGE))))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found.add((node.name, f"{path.relative_to(PACKAGE)}:{node.lineno}"))
    return found


def test_words_that_are_not_used_name_nothing():
    words = listed().keys()
    assert len(words) >= 15
    modules = {word for word in words if word.startswith("_")}
    assert sorted((name, where) for name, where in named() if name in words - modules) == []
    assert sorted(where for name, where in named() if name in modules and where.endswith(".py")) == []


def test_what_to_say_instead_is_said_somewhere():
    names = {name for name, _ in named()}
    for word, right in listed().items():
        first = re.findall(r"`(\w+)`", right)
        assert first, word
        assert set(first) <= names, word

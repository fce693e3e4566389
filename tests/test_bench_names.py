"""What the scripts in bench/ take from Mien is there: they are run seldom, and a renamed thing would be found late."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"


def taken(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every name that a script imports from one of Mien's modules, or takes from one after a dot."""
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    names = [(node.module or "", name) for node in imports for name in node.names]
    own = [(module, name) for module, name in names if module.split(".")[0] == "mien"]
    yield from ((module, name.name) for module, name in own)
    called = {name.asname or name.name: f"{module}.{name.name}" for module, name in own}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)) or node.value.id in bound:
            continue
        parent, _, name = called.get(node.value.id, "").rpartition(".")
        if parent and is_module(parent, name):
            yield f"{parent}.{name}", node.attr


def is_module(parent: str, name: str) -> bool:
    try:
        return importlib.util.find_spec(f"{parent}.{name}") is not None
    except ModuleNotFoundError:  # the parent is a module, not a folder, or is not there
        return False


def is_there(module: str, name: str) -> bool:
    try:
        return hasattr(importlib.import_module(module), name) or is_module(module, name)
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("path", sorted(BENCH.glob("*.py")), ids=lambda path: path.name)
def test_what_a_script_takes_is_there(path):
    missing = [one for one in sorted(set(taken(ast.parse(path.read_text())))) if not is_there(*one)]
    assert missing == []

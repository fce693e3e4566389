"""The house in numbers: lines by folder, docstrings, files and functions, before and now.

$ python bench/house.py BEFORE [CHECK]      a revision, to stand beside the files as they are; and the output of
                                            `make check` now, whose tests and time are told
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from _results import record, table
from _revision import ROOT, unpacked


@dataclass
class House:
    """What was counted: lines of each kind, by folder; lines of each file and of each function."""

    folders: Counter[str] = field(default_factory=Counter)
    docstrings: int = 0
    files: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    tests: int = 0
    tests_code: int = 0

    @property
    def lines(self) -> int:
        """All lines of the package."""
        return sum(self.files)

    @property
    def code(self) -> int:
        """Lines of the package that are neither docstrings, nor comments, nor empty."""
        return sum(self.folders.values())


def main() -> None:
    """Count both, and write the table."""
    now = counted(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        before = counted(unpacked(sys.argv[1], Path(folder) / "before", "mien", "tests"))
    told = _suite(Path(sys.argv[2]).read_text()) if len(sys.argv) > 2 else ""
    record("The house", f"python bench/house.py {sys.argv[1]}", f"{_body(before, now)}{told}")


def _suite(output: str) -> str:
    tests, seconds = re.findall(r"(\d+) passed\b.* in ([\d.]+)s", output)[-1]
    minutes = float(seconds) / 60
    return f"\n\n`make check`, of the files as they are, on this machine alone: {tests} tests in {minutes:.1f} minutes."


def counted(root: Path) -> House:
    """Count the Python files of the package and of its tests."""
    found = House()
    for path in sorted((root / "mien").rglob("*.py")):
        _count(path.read_text(), path.relative_to(root / "mien").parts[0], found)
    texts = [path.read_text() for path in (root / "tests").rglob("*.py")]
    found.tests = sum(len(text.splitlines()) for text in texts)
    found.tests_code = sum(len(_code(text)) for text in texts)
    return found


def _count(text: str, folder: str, found: House) -> None:
    tree = ast.parse(text)
    found.files.append(len(text.splitlines()))
    docstrings = {line for node in ast.walk(tree) for line in _docstring(node)}
    found.docstrings += len(docstrings)
    found.folders[folder if "." not in folder else "the root"] += len(_code(text) - docstrings)
    found.functions += [
        node.end_lineno - node.lineno + 1 - len(_docstring(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


def _docstring(node: ast.AST) -> range:
    whole = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    if not whole or ast.get_docstring(node, clean=False) is None:
        return range(0)
    first = node.body[0]
    return range(first.lineno, (first.end_lineno or first.lineno) + 1)


def _code(text: str) -> set[int]:
    lines = enumerate(text.splitlines(), start=1)
    return {number for number, line in lines if line.strip() and not line.lstrip().startswith("#")}


def _body(before: House, now: House) -> str:
    both = before, now
    shares = [one.folders.most_common(1)[0] for one in both]
    facts = [
        ("lines of `mien/**/*.py`", *(f"{one.lines:,}" for one in both)),
        ("of which docstrings", *(f"{one.docstrings / one.lines:.1%}" for one in both)),
        ("lines of code", *(f"{one.code:,}" for one in both)),
        ("lines of tests for each line of code", *(f"{one.tests / one.code:.2f}" for one in both)),
        ("of them neither empty nor comment", *(f"{one.tests_code / one.code:.2f}" for one in both)),
        (
            "largest folder",
            *(f"{name}, {count / one.code:.1%}" for (name, count), one in zip(shares, both, strict=True)),
        ),
        ("median and longest file, lines", *(f"{median(one.files):.0f}, {max(one.files)}" for one in both)),
        ("longest function without its docstring", *(f"{max(one.functions)}" for one in both)),
    ]
    names = sorted(before.folders.keys() | now.folders.keys())
    folders = [(name, *(f"{one.folders[name]:,}" if one.folders[name] else "" for one in both)) for name in names]
    return "\n\n".join([table(("", "before", "now"), facts), table(("lines of code in", "before", "now"), folders)])


if __name__ == "__main__":
    main()

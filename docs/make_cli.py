"""Write docs/cli.md from the commands themselves, so that help is written once.

$ python docs/make_cli.py            # write the page
$ python docs/make_cli.py --check    # exit with 1 when the page is out of date
"""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperOption
from typer.main import get_command

from mien.cli import app
from mien.core.files import write_text

Parameter = TyperArgument | TyperOption

PAGE = Path(__file__).with_name("cli.md")
STALE = "docs/cli.md is out of date: the commands have changed. Write it anew with: python docs/make_cli.py"
HEAD = """# The command line

Made by `docs/make_cli.py` from the commands themselves; `mien COMMAND --help` says the same in a terminal.

{about}

What a person asked for goes to standard output, progress and remarks to standard error. `mien --version` prints the
version, `mien --install-completion` adds completion to your shell.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | `mien predict`: some inputs have no answer; `mien watch`: a change was found |
| 2 | nothing could be done; one sentence on standard error says what came, what was expected and what to do |
| 130 | stopped with Ctrl-C; what was finished is kept |
"""

# What stands for a value of each type, where the option itself does not say.
_WORDS = {int: "N", float: "NUMBER", str: "TEXT", Path: "PATH"}


def page() -> str:
    """Return the whole page, Markdown; the same text on every machine and in every terminal."""
    group = get_command(app)
    commands = group.commands.items()  # in the order of registration
    rows = [f"| [`mien {name}`](#mien-{name}) | {_sentence(command.help)} |" for name, command in commands]
    head = HEAD.format(about=_plain(group.help or "").replace("\n\n", " "))
    parts = [head, "\n".join(["| command | what it does |", "|---|---|", *rows, ""])]
    return "\n".join([*parts, *(_section(name, command) for name, command in commands)])


def _section(name: str, command: TyperCommand) -> str:
    first, *rest = _plain(inspect.cleandoc(command.help or "")).split("\n\n")
    asides = [part for part in rest if not part.startswith("  ") and not part.endswith(":")]
    examples = [part.strip() for part in rest if part.startswith("  ")]
    lines = [f"## mien {name}", "", _joined(first), ""]
    for aside in asides:
        lines += [_joined(aside), ""]
    lines += ["```text", _usage(name, command), "```", ""]
    if examples:
        lines += ["```sh", *examples, "```", ""]
    for panel, parameters in _panels(command):
        lines += [f"{panel}:", ""] if panel else []
        lines += ["| argument or option | what it means |", "|---|---|"]
        lines += [f"| {_names(item, command)} | {_meaning(item, command)} |" for item in parameters]
        lines += [""]
    return "\n".join(lines)


def _panels(command: TyperCommand) -> Iterator[tuple[str, list[Parameter]]]:
    shown = [item for item in command.params if not getattr(item, "hidden", False) and item.name != "help"]
    for panel in dict.fromkeys(item.rich_help_panel for item in shown):
        yield panel or "", [item for item in shown if item.rich_help_panel == panel]


def _usage(name: str, command: TyperCommand) -> str:
    words = ["mien", name, "[OPTIONS]"]
    for item in command.params:
        if item.param_type_name == "argument":
            word = item.metavar or item.name.upper()
            words.append(word if item.required else f"[{word}]")
    return " ".join(words)


def _names(item: Parameter, command: TyperCommand) -> str:
    if item.param_type_name == "argument":
        return f"`{item.metavar or item.name.upper()}`"
    names = sorted((*item.opts, *item.secondary_opts), key=len, reverse=True)
    value = "" if getattr(item, "is_flag", False) else " " + (item.metavar or _WORDS[_declared(item, command)[0]])
    return ", ".join(f"`{name}{value}`".replace("|", "\\|") for name in names)


def _meaning(item: Parameter, command: TyperCommand) -> str:
    info = _declared(item, command)[1]
    notes = []
    least, most = getattr(info, "min", None), getattr(info, "max", None)
    if least is not None:
        notes.append(f"{least} to {most}" if most is not None else f"at least {least}")
    if item.required and item.param_type_name == "option":
        notes.append("must be given")
    if not item.required and item.default is not False and item.default not in (None, ""):
        notes.append(f"default {item.default}")
    text = _joined(_plain(item.help or "")).replace("|", "\\|")
    return f"{text} *({', '.join(notes)})*" if notes else text


def _declared(item: Parameter, command: TyperCommand) -> tuple[type, Any]:
    """Return the type of a parameter's value and Typer's own description of it."""
    annotation = inspect.signature(command.callback, eval_str=True).parameters[item.name].annotation
    kind, info, *_ = (*typing.get_args(annotation), None) if hasattr(annotation, "__metadata__") else (annotation, None)
    if isinstance(kind, types.UnionType):
        kind = next(part for part in typing.get_args(kind) if part is not types.NoneType)
    return typing.get_args(kind)[0] if typing.get_origin(kind) is list else kind, info


def _plain(text: str) -> str:
    return re.sub(r"\[/?(bold|italic|dim)\]", "`", text)


def _joined(text: str) -> str:
    return " ".join(text.split())


def _sentence(text: str | None) -> str:
    return _joined(_plain(inspect.cleandoc(text or "")).split("\n\n")[0])


def main() -> int:
    """Write or check the page."""
    wanted = page()
    if "--check" not in sys.argv[1:]:
        write_text(PAGE, wanted)
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    sys.stderr.write(STALE + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

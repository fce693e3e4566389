"""How to repeat the run, and how to use what it made."""

from __future__ import annotations

import dataclasses
from typing import Any

from mien import html
from mien.core import artifacts
from mien.core.answer import MADE_HERE
from mien.core.recipe import about
from mien.kinds import Kind
from mien.report._run_files import RunFiles


def recipe(files: RunFiles) -> html.Section | None:
    """Show the settings and the machine; None when neither is known."""
    parts = []
    command = files.environment.get("command")
    if command:
        parts.append(html.code(str(command)))
    if files.recipe is not None:
        known = dataclasses.asdict(files.recipe).items()
        values = {name: value for name, value in known if value is not None and _applies(name, files.kind)}
        sentences = about(files.kind.one, files.kind.many)
        rows = [[name, _value(value), sentences[name]] for name, value in values.items()]
        table = html.table(rows, ["setting", "value", "what it means"], caption="The resolved recipe")
        parts.append(html.details(f"Recipe: {len(rows)} settings", table))
    if files.environment:
        parts.append(html.details("Machine and versions", html.facts(_machine(files.environment))))
    if not parts:
        return None
    return html.section("Recipe", *parts, note="All that is needed to get the same model again.")


def _applies(name: str, kind: Kind) -> bool:
    """Say whether a setting says anything of samples of a kind: those of faces and mirrors always have a value."""
    return kind.faces if name in {"inputs", "margin"} else name != "mirror" or name in kind.changes


def _value(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return html.listing([str(item) for item in value]) or "all"
    return str(value)


def _machine(environment: dict[str, Any]) -> list[tuple[str, object]]:
    known = {name: environment[name] for name in ("machine", "cores", "python") if environment.get(name)}
    return [(name, str(found)) for name, found in [*known.items(), *environment.get("versions", {}).items()]]


def use(files: RunFiles) -> html.Section | None:
    """Say how to use the model file; None without a model file."""
    if files.model_bytes is None:
        return None
    path = files.run.model
    where = path.name if path.is_absolute() else path.as_posix()
    made_here = MADE_HERE.get(files.trained_on)
    sample = f"{made_here.replace(' ', '-')}.{files.kind.endings[0]}" if made_here else files.kind.example
    shell = html.block("In a terminal", html.code(f"mien predict {sample} --model {where}"))
    lines = f'from mien import Predictor\nanswer = Predictor("{where}").predict("{sample}")\n'
    python = html.block("In Python", html.code(lines + "print(answer.label, answer.probabilities)"))
    note = f"One file, {html.weight(files.model_bytes)}. It needs neither TensorFlow nor this folder."
    return html.section("Use it", html.columns(shell, python), _contract(files), note=note)


def cards(files: RunFiles) -> html.Section | None:
    """Show the cards of model and data; None where the run has none yet."""
    found = artifacts.read_cards(files.run)
    if not found:
        return None
    folded = [html.details(f"The {name} card", html.markdown(text)) for name, text in found.items()]
    note = "As they stand in the run's folder, for a hub or an archive: card.md and data-card.md."
    return html.section("Cards", *folded, note=note)


def _contract(files: RunFiles) -> html.Html:
    contract = files.contract
    if contract is None:
        return html.Html("")
    described = files.kind.described(contract) + (", 0 to 255" if contract.dtype == "uint8" else "")
    rows: list[tuple[str, object]] = [
        ("input", f"{contract.tensor}: {described}"),
        ("output", f"probabilities: float32 [N, {len(contract.labels)}], each row sums to 1"),
        ("labels, in order", ", ".join(contract.labels)),
    ]
    words = f"For other programs: any ONNX runtime can open it. {files.kind.fitting(contract)}".rstrip()
    return html.block("The contract", html.text(words), html.facts(rows))

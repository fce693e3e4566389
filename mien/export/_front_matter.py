"""The head of a card that a hub reads: YAML between two lines of three dashes (huggingface.co/docs/hub/model-cards)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mien.core.terms import Terms

_TAGS = ("mien", "emotion-recognition")


def front_matter(name: str, task: str, terms: Terms, scores: Mapping[str, Any], *, data: str) -> str:
    """Write the front matter of a model card.

    Parameters
    ----------
    name : str
        What a hub calls the model.
    task : str
        The hub's word for what it does, such as ``image-classification``; empty where it has none.
    terms : Terms
        Its licence, as the hub spells it, and its data sets.
    scores : mapping
        As `evaluate.Scores.to_dict` writes them; without them there is no ``model-index``.
    data : str
        What it was measured on, in words.

    Returns
    -------
    str
        YAML with its two lines of dashes, ending in an empty line.
    """
    lines = ["---", "library_name: onnx", *_license(terms)]
    lines += [f"pipeline_tag: {task}"] if task else []
    lines += ["tags:", *(f"- {tag}" for tag in _TAGS)]
    lines += ["datasets:", *(f"- {_quoted(one)}" for one in terms.data)] if terms.data else []
    lines += _index(name, task, scores, data) if scores else []
    return "\n".join([*lines, "---", "", ""])


def _license(terms: Terms) -> list[str]:
    """Name the licence in the hub's spelling, which is SPDX's in small letters; else that there is more to read."""
    if terms.license:
        return [f"license: {terms.license.lower()}"]
    return ["license: other", f"license_name: {_quoted('commercial use: ' + terms.commercial)}"]


def _index(name: str, task: str, scores: Mapping[str, Any], data: str) -> list[str]:
    basis = scores.get("basis", {})
    what = f"{data or 'samples held out'}: {scores['n']} {basis.get('what', 'samples')}"
    figures = {"accuracy": scores.get("accuracy"), "balanced_accuracy": scores.get("balanced_accuracy")}
    rows = [line for kind, found in figures.items() if found for line in _metric(kind, found)]
    return [
        *("metrics:", "- accuracy", "model-index:", f"- name: {_quoted(name)}", "  results:"),
        *("  - task:", f"      type: {task or 'other'}", "    dataset:", f"      name: {_quoted(what)}"),
        *("      type: custom", "    metrics:", *rows),
    ]


def _metric(kind: str, found: Mapping[str, float]) -> list[str]:
    interval = f"{kind}, 95 % interval {found['low']:.4f} to {found['high']:.4f}"
    return [f"    - type: {kind}", f"      name: {_quoted(interval)}", f"      value: {found['value']:.4f}"]


def _quoted(text: str) -> str:
    """Write any text as a YAML string: JSON's are such."""
    return json.dumps(text, ensure_ascii=True)

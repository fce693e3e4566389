"""Write the cards of the models in the box, docs/face.md and docs/voice.md; put cards, scores and terms into the files.

$ python docs/make_cards.py            # write pages and files
$ python docs/make_cards.py --check    # exit with 1 when a page or a file is out of date

What people wrote stands in docs/cards; every figure comes from bench/box.json (`bench/box_figures.py`), from a table of
bench/RESULTS.md, or from the file. A figure that is not there is an error. Of a file only the metadata change.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from mien import evaluate, export
from mien.core.files import write_bytes, write_text
from mien.core.onnx_metadata import TERMS_KEY
from mien.core.terms import Terms, terms_of
from mien.kinds import kind
from mien.predict import model_file

HERE = Path(__file__).parent
BENCH = HERE.parent / "bench"
CARDS = ("face", "voice")
KEPT = ("accuracy", "balanced_accuracy", "n", "units", "basis", "classes", "confusion", "calibration_error")
STALE = "{} is out of date: what it is made from has changed. Write it anew with: python docs/make_cards.py"


def page(name: str) -> str:
    """Return a card, Markdown: what people wrote, with every figure in its place."""
    written, scores = source(name), box()[name]["new"]
    sections = {heading: filled(text) for heading, text in written["sections"].items()}
    task = kind(scores["basis"]["kind"]).hub_task
    front = export.front_matter(name, task, terms(name), scores, data=written["measured_on"])
    return export.compose_card(front, written["title"], sections, about=written["about"])


def metadata(model: str) -> dict[str, str]:
    """Return what a file of the box holds, key to text, with its card, its scores and its terms as they are now."""
    (card,) = (name for name in CARDS if model in source(name)["models"])
    held = {item.key: item.value for item in onnx.load(model_file(model)).metadata_props}
    kept = {key: value for key, value in held.items() if key not in (TERMS_KEY, "mien.card", "mien.scores")}
    own = {"mien.scores": json.dumps(scores_of(model, source(card))), TERMS_KEY: terms(card).to_json()}
    return {**kept, **own, "mien.card": page(card)}


def scores_of(model: str, written: dict[str, Any]) -> dict[str, Any]:
    """Return what a file says of how good it is: on what it has never seen, with a sentence."""
    found = box()[model]["new"]
    scores = evaluate.Scores.from_dict(found)
    truth = np.repeat(np.arange(len(scores.labels)), [row.support for row in scores.classes])
    sentence = evaluate.sentence(scores, {"commonest": evaluate.commonest(truth, scores.labels)})
    known = {"trained_on": written["trained_on"]} if "trained_on" in written else {}
    return {**{key: found[key] for key in KEPT}, **known, "sentence": sentence}


def source(name: str) -> dict[str, Any]:
    """Read what people wrote."""
    return tomllib.loads((HERE / "cards" / f"{name}.toml").read_text("utf-8"))


def box() -> dict[str, Any]:
    """Read what was measured of the models in the box."""
    return dict(json.loads((BENCH / "box.json").read_text("utf-8")))


def terms(name: str) -> Terms:
    """Say what a model in the box is bound to."""
    return terms_of(source(name)["data"])


def filled(text: str) -> str:
    """Put figures into a text; one that was not measured is a KeyError."""
    return re.sub(r"\{\{([^{}]+)\}\}", lambda found: _figure(*found[1].split("|")), text)


def _figure(where: str, *what: str) -> str:
    return SOURCES[where](*what)


def _box(model: str, side: str, name: str) -> str:
    scores = box()[model][side]
    if name == "classes":
        return export.class_table(scores)
    if name == "confused":
        return export.confused(scores)
    if name == "commonest":
        return f"{100 * max(row['support'] for row in scores['classes']) / scores['n']:.1f} %"
    value = scores[name]
    if isinstance(value, dict):
        return export.share(value)
    return f"{value:,}" if isinstance(value, int) else f"{100 * value:.1f} %"


def _results(section: str, row: str, column: str) -> str:
    """Find a cell of a table: by the row's first cell, and the column's name or number."""
    (body,) = re.findall(rf"(?ms)^## {re.escape(section)}\n(.*?)(?=^## |\Z)", (BENCH / "RESULTS.md").read_text("utf-8"))
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines() if line.startswith("|")
    ]
    place = next(place for place, line in enumerate(lines) if line[0] == row)
    head = next(line for at, line in reversed([*enumerate(lines[:place])]) if lines[at + 1][0].startswith("---"))
    found = lines[place][int(column) if column.isdecimal() else head.index(column)]
    return re.sub(r"(?<=\d)%", " %", found).replace(" % to ", " to ").replace(" %)", ")") if "(" in found else found


def _size(model: str) -> str:
    return f"{model_file(model).stat().st_size / 1e6:.1f} MB"


def _parameters(model: str) -> str:
    weights = [
        item for item in onnx.load(model_file(model)).graph.initializer if item.data_type == onnx.TensorProto.FLOAT
    ]
    return f"{sum(int(np.prod(item.dims)) for item in weights) / 1e6:.2f} million"


SOURCES: dict[str, Callable[..., str]] = {
    "box": _box,
    "results": _results,
    "size": _size,
    "parameters": _parameters,
    "terms": lambda name: f"May it be used commercially: {terms(name).commercial}. {terms(name).why}",
}


def main() -> int:
    """Write or check."""
    models = [model for name in CARDS for model in source(name)["models"]]
    if "--check" in sys.argv[1:]:
        return check(models)
    for name in CARDS:
        write_text(HERE / f"{name}.md", page(name))
    for model in models:
        graph = onnx.load(model_file(model))
        before = graph.graph.SerializeToString()
        onnx.helper.set_model_props(graph, metadata(model))
        if graph.graph.SerializeToString() != before:
            raise SystemExit(f"The graph of {model} would change")
        write_bytes(model_file(model), graph.SerializeToString())
    return 0


def check(models: list[str]) -> int:
    """Say what is out of date."""
    stale = [f"docs/{name}.md" for name in CARDS if page(name) != (HERE / f"{name}.md").read_text("utf-8")]
    for model in models:
        held = {item.key: item.value for item in onnx.load(model_file(model)).metadata_props}
        stale += [f"the metadata of '{model}'"] if held != metadata(model) else []
    sys.stderr.writelines(STALE.format(what) + "\n" for what in stale)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

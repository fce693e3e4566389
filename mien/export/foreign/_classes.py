"""The names of a model's classes, as people keep them beside it: labels.txt, or class_indices.json."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from mien import media
from mien.core.errors import ModelFileError, SettingError

FILES = ("labels.txt", "classes.txt", "class_indices.json", "class_names.json")
MAX_BYTES = 1 << 20
_NUMBERED = re.compile(r"^(\d+)[\s:,;=\t]+(.+)$")


def read_classes(name: str, data: bytes) -> tuple[str, ...]:
    r"""Read the names of classes, in the order of a model's outputs, from the bytes of such a file.

    Of text, one name a line; ``0 happy`` is how Teachable Machine writes it. Of JSON, a list, or an object from name to
    number, as Keras's ``class_indices``, or from number to name. All else is a `ModelFileError`.

    >>> read_classes("labels.txt", b"0 happy\r\n1 sad\r\n")
    ('happy', 'sad')
    >>> read_classes("class_indices.json", b'{"sad": 1, "happy": 0}')
    ('happy', 'sad')
    """
    if len(data) > MAX_BYTES:
        raise _unreadable(name, f"{len(data):,} bytes")
    try:
        text = data.decode("utf-8-sig")
        found = _from_json(json.loads(text)) if name.lower().endswith(".json") else _from_lines(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise _unreadable(name, "no list of names") from error
    return found


def _from_lines(text: str) -> tuple[str, ...]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    pairs = [match.groups() for line in lines if (match := _NUMBERED.match(line))]
    if len(pairs) == len(lines) and [int(number) for number, _ in pairs] == [*range(len(pairs))]:
        return tuple(name.strip() for _, name in pairs)
    return tuple(lines)


def _from_json(value: object) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        pairs = value.items()
        turned = [(int(place), str(name)) for name, place in pairs if isinstance(place, int)]
        turned = turned or [(int(place), str(name)) for place, name in pairs]
        value = [name for _, name in sorted(turned)]
        if [place for place, _ in sorted(turned)] != [*range(len(pairs))]:
            raise ValueError
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TypeError
    return tuple(name.strip() for name in value)


def classes_beside(path: Path) -> tuple[tuple[str, ...], str]:
    """Look beside a model file, and inside a model's folder, for its classes: their names, and the file's; or none."""
    for folder in dict.fromkeys((path if path.is_dir() else path.parent, path.parent)):
        for name in FILES:
            place = folder / name
            if place.is_file():
                with media.open_file(str(place)) as file:
                    return read_classes(str(place), file.read(MAX_BYTES + 1)), str(place)
    return (), ""


def check_classes(labels: tuple[str, ...], outputs: int, origin: str) -> tuple[str, ...]:
    """Refuse names that do not fit a model's outputs; one output tells two classes apart."""
    wanted = max(outputs, 2)
    if len(labels) != wanted:
        listed = f": {', '.join(labels[:20])}" if labels else ""
        came = f"The model gives {outputs} scores, and {len(labels)} class names came{listed}{origin}"
        todo = "Name each output in order: --classes angry,happy,..."
        raise SettingError(came, expected=f"{wanted} names", todo=todo)
    if len(set(labels)) < len(labels):
        twice = next(name for name in labels if labels.count(name) > 1)
        raise SettingError(f"The class '{twice}' came twice{origin}", expected="a name of its own for each output")
    return labels


def _unreadable(name: str, came: str) -> ModelFileError:
    return ModelFileError(
        f"'{name}' holds {came}", expected="one class name a line", todo="Or name them: --classes A,B"
    )

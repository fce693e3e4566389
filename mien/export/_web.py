"""The page with a model inside: a folder that any host can serve, without a server of ours, and offline."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from mien import app
from mien.core.deprecated import renamed_argument
from mien.core.errors import MissingPartError, SettingError
from mien.core.files import storage_error

SUMS = "SHA256SUMS"  # lists every file that is ours, in the form that `sha256sum --check` reads
CONFIG = "mien.json"
EXAMPLES = {"picture": "example", "sound": "example_sound"}  # by the kind of what the model takes
RUNTIME = "vendor/ort.mjs"


@renamed_argument("finder", "detector")
def write_site(
    models: Sequence[app.PageModel], folder: Path | str, *, version: str, detector: bytes | None = None
) -> Path:
    """Write the page and models as a folder of plain files; the first answers, on phones the smallest with its classes.

    The folder is new, empty, or what an earlier `write_site` left, replaced as a whole; `SettingError` where it holds
    anything else, `MissingPartError` where npm's runtime is not built. Without `detector`, the file of ``fcos``, a
    frame is shown.
    """
    page = app.assets(list(dict.fromkeys(model.contract.kind for model in models)))
    if RUNTIME not in page:  # there is no server that could answer instead
        came = "The page's runtime is not built here"
        raise MissingPartError(came, todo="Install Mien from a wheel, or build it: node app/build.mjs")
    target = Path(folder)
    _check(target)
    files = dict(_files(models, page, version, detector))
    files[SUMS] = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
    with _building(target.resolve()) as beside:  # a link to a folder stays one
        for name, data in files.items():
            place = beside / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    return target


def _files(
    models: Sequence[app.PageModel], page: Mapping[str, app.Asset], version: str, detector: bytes | None
) -> Iterator[tuple[str, bytes]]:
    for name, asset in page.items():
        yield name, asset.plain
        for ending, data in (("br", asset.brotli), ("gz", asset.gzip)):
            if data is not None:
                yield f"{name}.{ending}", data
    for model in models:
        yield model.file, model.data
    for place, data in ((app.DETECTOR, detector), (app.CHECK, app.face_check(models))):
        if data is not None:
            yield place, data
    config = app.page_config(models, version=version, server=False, detector=detector)
    yield CONFIG, (json.dumps(config, ensure_ascii=False, indent=1) + "\n").encode()
    own = models[0].contract.kind
    for ending in ("html", "js"):
        yield f"example.{ending}", (Path(__file__).parent / f"{EXAMPLES[own]}.{ending}").read_bytes()


def _check(target: Path) -> None:
    """Refuse to replace what somebody else put there."""
    if not target.exists():
        return
    if not target.is_dir():
        raise SettingError(f"'{target}' is a file", expected="a folder", todo="Choose another place with --out")
    held = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_symlink() or not path.is_dir()}
    others = sorted(held - _ours(target))
    if others:
        came = f"'{target}' holds '{others[0]}', which no export wrote"
        expected = "a new folder, or one that an earlier export left"
        raise SettingError(came, expected=expected, todo="Move it away, or choose another place with --out")


def _ours(target: Path) -> set[str]:
    try:
        lines = (target / SUMS).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return set()
    return {SUMS, *(line.partition("  ")[2] for line in lines)}


@contextmanager
def _building(target: Path) -> Iterator[Path]:
    """Give a new folder that takes the target's place at the end; after an error the old one stays."""
    beside: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=".writing-"))
        fresh = beside / ".writing-new"  # mkdtemp's own only its owner may enter; this one has the usual rights
        fresh.mkdir()
        yield fresh
        _swap(fresh, target, beside / "old")
    except OSError as error:
        raise storage_error(target, error) from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def _swap(fresh: Path, target: Path, aside: Path) -> None:
    """Put one folder in the place of another; the other is put aside, and comes back if the one cannot stand."""
    replaces = target.exists()
    if replaces:
        target.rename(aside)
    try:
        fresh.rename(target)
    except OSError:
        if replaces:
            aside.rename(target)
        raise

"""A finished run's model in other forms: for a phone, for the web."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mien import app, export, faces, kinds, models
from mien.core import artifacts
from mien.core.errors import SettingError, did_you_mean
from mien.core.files import write_bytes
from mien.core.onnx_metadata import LINEAGE_KEY, without
from mien.core.run import Run, environment
from mien.core.validation_answers import VALIDATION_KEY
from mien.pipeline._adopt import ForeignModel
from mien.pipeline._context import Reporter, RunContext
from mien.pipeline._in_tensorflow import in_tensorflow
from mien.pipeline._quantize import Shrunk, cost, finished, sample, shrunk
from mien.predict import Predictor

SMALL = "-int8"  # what a file in 8 bits has in its name


@dataclass(frozen=True)
class Delivered:
    """What an export wrote beside the model file, files or the folder of a page, and what there is to say of it."""

    files: tuple[Path, ...] = ()
    sentences: tuple[str, ...] = ()


def deliver(
    run: Run, to: str = "onnx", out: Path | None = None, *, int8: bool = False, reporter: Reporter | None = None
) -> Delivered:
    """Write a finished run's model in one of the `FORMATS`, with `int8` its copy in 8 bits too, which a page takes.

    ``onnx`` copies the model file to `out`; ``litert`` writes ``model.tflite`` and ``model-int8.tflite``; ``web``
    writes a folder with the page and the model. `SettingError` if there is no such form, the run is not finished, or
    the family cannot take the form.
    """
    check_format(to)
    context = finished(run, reporter)
    if to == "web" and context.kind.name not in app.KINDS:
        known = " and ".join(kinds.kind(name).many for name in app.KINDS)
        came = f"The export to '{to}' is for models of {known}, and this one takes {context.kind.many}"
        raise SettingError(came, expected="--to onnx or --to litert", todo=f"Use {run.model}")
    return FORMATS[to](context, out, int8)


def adopt(model: ForeignModel, to: str, out: Path | None, *, int8: bool = False, inputs: str = "auto") -> Delivered:
    """Write one Mien file of a model that Mien did not make, proven against the model itself.

    `inputs` is what its pictures are, as `Predictor` takes it. `SettingError` for another form than ``onnx``, 8 bits,
    no `out`, or no names for its classes.
    """
    if to != "onnx" or int8:
        came = f"{'--int8' if int8 else f'--to {to}'} came with '{model.path}', which Mien did not make"
        raise SettingError(came, expected="a run, for other forms than the one file")
    if out is None:
        raise SettingError(f"'{model.path}' came without a place for its Mien file", todo="Say it: --out mine.onnx")
    file = model.write(out, inputs)
    proven = f"It answers as the model itself, to {export.TOLERANCE:g}. {export.FORGETS}"
    return Delivered((file,), (*model.notes, proven))


def check_format(word: str) -> None:
    """Refuse a form that does not exist, before anything long is begun."""
    if word not in FORMATS:
        raise SettingError(f"There is no export to '{word}'", todo=did_you_mean(word, FORMATS))


def litert_alone(folder: str | Path, out: str | Path) -> None:
    """Write the LiteRT files of a finished run, and nothing else; in a process with TensorFlow."""
    run = Run.open(folder)
    _write_litert(RunContext(run, artifacts.read_recipe(run), Reporter()), Path(out))


def _to_onnx(context: RunContext, out: Path | None, int8: bool) -> Delivered:
    files = [write_bytes(out, context.run.model.read_bytes())] if out is not None else []
    if not int8:
        return Delivered(tuple(files))
    made = shrunk(context, _beside(out) if out is not None else None)
    return Delivered((*files, made.path), (made.sentence,))


def _to_litert(context: RunContext, out: Path | None, _: bool) -> Delivered:
    out = out or context.run.folder / "model.tflite"
    if out.suffix != ".tflite":
        raise SettingError(f"'{out}' came for LiteRT", expected="a name that ends in .tflite")
    if not models.family(context.recipe.model).network:
        came = f"'{context.recipe.model}' is no network"
        raise SettingError(came, expected="a run of a network, for LiteRT", todo=f"Use {context.run.model}")
    context.reporter.say("export: writing the LiteRT files and checking that they answer as the trained model does")
    if export.needs_another_process(context.load_models()):
        in_tensorflow("litert_alone", context.run.folder, out)
    else:
        _write_litert(context, out)
    small = _beside(out)
    made = Shrunk(small, *cost(context, export.read_litert(small).probabilities), many=context.kind.many)
    size = out.stat().st_size / 1e6
    whole = f"LiteRT: {out} ({size:.1f} MB). It answers as the trained model does, to {export.TOLERANCE:g}."
    return Delivered((out, small), (whole, made.sentence))


def _write_litert(context: RunContext, out: Path) -> None:
    mirror = context.recipe.mirror
    export.write_litert(context.load_models(), context.run.model, out, mirror=mirror)
    export.write_litert(context.load_models(), context.run.model, _beside(out), mirror=mirror, samples=sample(context))


def _to_web(context: RunContext, out: Path | None, int8: bool) -> Delivered:
    run, name = context.run, re.sub(r"[^a-z0-9]+", "-", context.run.folder.resolve().name.lower()).strip("-") or "model"
    sentences = []
    if int8:
        sentences.append(shrunk(context).sentence)
    found = {name: run.model, f"{name}{SMALL}": _beside(run.model)}
    inside = [_page_model(called, file) for called, file in found.items() if file.is_file()]
    detector = faces.fcos_bytes() if context.kind.faces else None
    version = str(environment()["versions"].get("mien", ""))
    folder = export.write_site(inside, out or run.folder / "web", version=version, detector=detector)
    sentences.append(f"Web: {folder}. Any host can serve it; to try it: python -m http.server --directory {folder}")
    return Delivered((folder,), tuple(sentences))


def _page_model(name: str, file: Path) -> app.PageModel:
    predictor = Predictor(file, inputs="faces")
    data = without(file.read_bytes(), LINEAGE_KEY, VALIDATION_KEY)
    return app.PageModel(name, predictor.contract, data, predictor.card, predictor.scores, predictor.rule)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}{SMALL}{path.suffix}")


Format = Callable[[RunContext, Path | None, bool], Delivered]
FORMATS: dict[str, Format] = {"onnx": _to_onnx, "litert": _to_litert, "web": _to_web}

"""`mien evaluate`: a model file, of Mien's or of anybody's, on data it has not seen, as it is or corrupted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, progress, table
from mien.core.errors import SettingError
from mien.core.foreign import Foreign
from mien.core.persons import Persons

if TYPE_CHECKING:
    from mien.pipeline import Adopted, ByGroup, DataOptions, ForeignModel, UnderCorruption

MOST = 700  # as `pipeline.measure_corrupted` has it, which is not imported to show help

_GROUPS = typer.Option(
    "--groups",
    metavar="A,B,...|auto",
    help="Columns of DATA to look for gaps in, or what is measured of samples, such as measured_light; auto: all that "
    "make a few groups.",
)
_CORRUPT = (
    "Measure under noise, blur, weather, covers and the like too, in five strengths each. Of a run, without SOURCE: on "
    "its own test split, and kept in the run and its report."
)
Corrupt = Annotated[bool, typer.Option("--corrupt", help=_CORRUPT)]
_MOST = "With --corrupt: how many samples to measure on; of more, so many are drawn at random."
Most = Annotated[int, typer.Option("--most", min=1, help=_MOST)]
_BASELINE = "With --corrupt: another model file, beside whose errors its own are set."
Baseline = Annotated[Path | None, typer.Option("--baseline", metavar="MODEL", help=_BASELINE)]
_OUT = "With --corrupt: write a page, with what hurts most to see or to hear."
Page = Annotated[Path | None, typer.Option("--out", "-o", metavar="HTML", help=_OUT)]


def evaluate(
    model: options.ModelFile,
    data: options.MaybeSource = None,
    *,
    corrupt: Corrupt = False,
    most: Most = MOST,
    baseline: Baseline = None,
    out: Page = None,
    labels: options.Labels = "",
    names: options.Names = "",
    persons: Persons,
    inputs: str,
    groups: Annotated[str, _GROUPS] = "",
    foreign: Foreign,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Measure a model file on SOURCE it has not seen; a test side in SOURCE is the only side used.

    MODEL may be one that Mien did not make: a Keras file, a SavedModel folder, an ONNX file, or a zip of one with its
    labels, as Teachable Machine exports.

    Try:

      mien evaluate runs/demo/model.onnx new-faces/

      mien evaluate runs/demo faces.parquet --json

      mien evaluate face.onnx face-crops/ --inputs faces --labels happy,sad

      mien evaluate runs/demo --corrupt --out worse.html

      mien evaluate runs/demo new-faces/ --groups auto

      mien evaluate theirs.h5 faces/ --classes angry,happy,sad
    """
    from mien import pipeline

    words = [options.labels_of(text) for text in (labels, names, groups)]
    chosen = pipeline.DataOptions(words[0], words[1], words[2], persons=persons, inputs=inputs)
    opened = pipeline.foreign_model(model, foreign)
    if corrupt:
        if isinstance(opened, pipeline.ForeignModel):
            came = f"--corrupt came with '{model}', which Mien did not make"
            raise SettingError(came, todo=f"Make it a Mien file first: mien export {model} --out mine.onnx")
        shown = progress(quiet=quiet)
        under = pipeline.measure_corrupted(model, data, chosen, most=most, baseline=baseline, progress=shown)
        _print_corrupted(under, out, as_json=as_json)
        return
    if out is not None or baseline is not None:
        raise SettingError(
            f"{'--out' if out else '--baseline'} came without --corrupt", todo="Add it, or leave both out"
        )
    if data is None:
        came = f"No data came to measure '{model}' on"
        raise SettingError(
            came, expected="mien evaluate MODEL SOURCE", todo="Only --corrupt takes a run's own test split"
        )
    _plain(opened, data, chosen, quiet=quiet, as_json=as_json)


def _plain(model: ForeignModel | Path | str, data: str, chosen: DataOptions, *, quiet: bool, as_json: bool) -> None:
    from mien import kinds, pipeline

    found = pipeline.measure(model, data, **vars(chosen), progress=progress(quiet=quiet))
    if as_json:
        answer(found.to_dict())
        return
    many = kinds.kind(found.scores.basis.kind).many
    if found.adopted:
        _show(found.adopted, many)
    typer.echo(found.sentence)
    rows = []
    for one in found.scores.classes:
        rows.append((one.label, *(f"{part.value:.1%}" for part in (one.precision, one.recall, one.f1)), one.support))
    many = kinds.kind(found.scores.basis.kind).many
    table(["class", "precision", "recall", "F1", many], rows)
    _show_groups(found.by_group, many)


def _show_groups(found: ByGroup, many: str) -> None:
    from mien.evaluate import gap_sentence
    from mien.html import percent, span

    rows = []
    for one in found.scores:
        balanced = "-" if one.balanced is None else percent(one.balanced.value, unit=False)
        right = percent(one.accuracy, unit=False)
        rows.append((one.column.replace("_", " "), one.value, right, span(one.low, one.high), balanced, one.n))
    if rows:
        table(["column", "group", "right of 100", "95 %", "balanced", many], rows)
    for gap in found.gaps:
        typer.echo(f"{gap.column.replace('_', ' ')}: {gap_sentence(gap)}")
    for name, kind in found.measured.items():
        typer.echo(f"{name.replace('_', ' ')} is a measure, which stands for a property: {kind.about} {kind.error}")


def _print_corrupted(found: UnderCorruption, out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        found.write(out)
    if as_json:
        answer(found.to_dict())
        return
    from mien import html, kinds

    robust, strengths = found.robustness, [str(strength) for strength in kinds.STRENGTHS]
    rows: list[tuple[object, ...]] = [("as they are", *["-"] * len(strengths), str(robust.clean))]
    further = [one for one in robust.corruptions if one.further]
    for one in robust.corruptions:
        if further and one is further[0]:
            rows.append(("further ones", *[""] * len(strengths), ""))
        shares = [html.percent(cell.value, unit=False) for cell in one.accuracy]
        rows.append((one.title, *shares, f"{html.percent(one.kept.value)} kept"))
    table(["right of 100, by strength", *strengths, ""], rows)
    typer.echo(found.sentence)
    typer.echo(
        f"\n  page    {out}" if out else "\nAs a page, with what hurts most to look at or to hear: --out worse.html"
    )


def _show(adopted: Adopted, many: str) -> None:
    """Say how a model that Mien did not make was taken, and which ways of reading pictures were tried."""
    typer.echo("\n".join(adopted.notes))
    if adopted.tried:
        typer.echo(adopted.tried.sentence(many))
        rows = [(f"as {reading}", f"{share:.1%}") for reading, share in adopted.tried.shares]
        table(["read", f"right on {adopted.tried.samples:,} {many}"], rows)
    typer.echo("")

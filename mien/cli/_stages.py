"""Each stage as a command of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli import _options as options
from mien.cli._audit import audit, omitted
from mien.cli._run import Replace, Resume, finish, start
from mien.cli._terminal import answer, progress, say, table
from mien.cli._watch import reporter
from mien.core.errors import SettingError
from mien.core.persons import Persons
from mien.core.recipe import Recipe
from mien.core.types import SPLITS

if TYPE_CHECKING:
    from mien.core.types import Manifest

Samples = Annotated[int, typer.Option("--samples", min=8, help="Faces to draw (sample:faces).")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed.")]
Dirty = Annotated[bool, typer.Option("--dirty", help="Plant defects and write down which (sample:faces).")]
To = Annotated[
    Path | None, typer.Option("--to", metavar="FOLDER", help="Where to draw (sample:faces).", show_default=False)
]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.", show_default=False)]
ModelFile = Annotated[
    Path, typer.Argument(metavar="MODEL", help="A model file, or the folder of a run.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add these commands, in the order in which data passes them.

    Parameters
    ----------
    app : typer.Typer
        The application.
    """
    ask: tuple[Callable[..., None], ...] = (collect, audit, split, evaluate)  # who is to be seen
    first, second, third, last = (options.with_fields(command, "persons", Persons) for command in ask)
    before: tuple[Callable[..., None], ...] = (first, second, third, load, models, options.with_recipe(train))
    after: tuple[Callable[..., None], ...] = (last, explain, export)
    for command in (*before, *after):
        app.command()(command)


def collect(
    source: options.Source,
    *,
    out: options.Out = None,
    labels: options.Labels = "",
    names: options.Names = "",
    persons: Persons,
    samples: Samples = 1200,
    seed: Seed = 0,
    dirty: Dirty = False,
    to: To = None,
    as_json: options.Json = False,
) -> None:
    r"""List every sample of SOURCE in a manifest, a Parquet table; with sample:faces, draw them first.

    Try:

      mien collect faces/ --out faces.parquet

      mien collect videos/ --person 'actor(\d+)'

      mien collect sample:faces --dirty --to drawn/
    """
    from mien import collect as stage
    from mien.samples import draw

    shown = progress(quiet=as_json)
    if source.startswith("sample:") and source != "sample:faces":
        raise SettingError(f"There is no sample '{source}'", expected="sample:faces")
    if source == "sample:faces":
        folder = to or Path("runs/samples") / f"faces-{samples}{'-dirty' if dirty else ''}"
        draw(folder, samples=samples, seed=seed, dirty=dirty, progress=shown)
        say(f"drew {folder}")
        manifest = stage.scan(folder, persons=persons, progress=shown)
    else:
        manifest = stage.scan(source, names=options.labels_of(names), persons=persons, progress=shown)
    chosen = options.labels_of(labels)
    manifest = manifest.with_labels(chosen) if chosen else manifest
    if out is not None:
        manifest.save(out)
    _print_manifest(manifest, as_json)


def split(
    source: options.Source,
    *,
    out: options.Out = None,
    train: Annotated[float, typer.Option("--train", help="Share to train on.")] = 0.7,
    val: Annotated[float, typer.Option("--val", help="Share to choose the best epoch on.")] = 0.2,
    test: Annotated[float, typer.Option("--test", help="Share to measure on once.")] = 0.1,
    seed: Seed = 0,
    names: options.Names = "",
    persons: Persons,
    as_json: options.Json = False,
) -> None:
    """Decide who trains, who chooses and who measures; copies and one person never stand on two sides.

    Try:

      mien split faces/ --out faces.parquet

      mien split faces.parquet --train 0.8 --val 0.1 --test 0.1 --json

      mien split faces.csv --by subject
    """
    from mien import audit, collect
    from mien import split as stage

    manifest = collect.scan(source, names=options.labels_of(names), persons=persons)
    divided = stage.assign(audit.clean(*audit.check(manifest)), train=train, val=val, test=test, seed=seed)
    if out is not None:
        divided.save(out)
    proof = stage.prove(divided)
    if as_json:
        answer(proof.to_dict())
        return
    table(["class", "train", "val", "test"], [(row.label, row.train, row.val, row.test) for row in proof.classes])
    if proof.nobody:
        typer.echo(divided.persons)
    typer.echo(proof.sentence)


def load(
    source: options.Source,
    size: Annotated[int, typer.Option("--size", min=16, max=1024, help="Side of the square, pixels.")] = 48,
    names: options.Names = "",
    out: options.Out = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Decode every picture once into a memory-mapped cache.

    Try:

      mien load faces/ --size 48 --out runs/cache
    """
    from mien import collect
    from mien import load as stage
    from mien.core.types import InputContract

    manifest = collect.scan(source, names=options.labels_of(names), progress=progress(quiet=quiet))
    contract = InputContract(manifest.labels, size)
    cache = stage.build(manifest, contract, out or Path("runs/cache"), progress=progress(quiet=quiet))
    made = {"path": str(cache.path), "pictures": len(cache), "size": size, "failed": cache.failed}
    if as_json:
        answer(made)
        return
    typer.echo(f"{len(cache):,} different pictures of {size} px in {cache.path}")
    for name, sentence in cache.failed.items():
        say(f"  {name}: {sentence}")


def models(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Show one family's layers.", show_default=False)
    ] = None,
    classes: Annotated[int, typer.Option("--classes", min=2, max=1000, help="Outputs, for the layers.")] = 5,
    as_json: options.Json = False,
) -> None:
    """List the model families, or show one.

    Try:

      mien models

      mien models report
    """
    from mien import models as stage

    if name is not None:
        print_layers(Recipe(model=name), classes)
        return
    families = {known: stage.family(known) for known in stage.names()}
    if as_json:
        answer({known: {"about": found.about, "settings": found.settings} for known, found in families.items()})
        return
    table(
        ["name", "size", "about"], [(known, found.settings["size"], found.about) for known, found in families.items()]
    )


def train(
    source: options.MaybeSource = None,
    *,
    recipe: Recipe,
    out: options.Out = None,
    resume: Resume = None,
    replace: Replace = False,
    events: options.Events = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Train, and stop there; without SOURCE, show the layers that would be trained.

    Try:

      mien train --model report

      mien train faces/ --model compact --epochs 10 --out runs/x

      mien train --resume runs/x
    """
    from mien import pipeline

    if source is None and resume is None:
        print_layers(recipe, len(recipe.labels) or 5)
        say("These layers, for 5 classes unless --labels says otherwise. To train them: mien train SOURCE")
        return
    from mien.core import artifacts

    with reporter(quiet=quiet, events=events) as told:
        run = start(source, recipe, out, resume, replace=replace)
        pipeline.resume(run, until="load", reporter=told)
        if not (quiet or as_json or events == "-"):
            print_layers(artifacts.read_recipe(run), len(pipeline.contract(run).labels))
        pipeline.resume(run, until="train", reporter=told)
    if as_json:
        answer({"run": str(run.folder), **run.state().to_dict()})
    else:
        typer.echo(f"Trained: {run.folder}. Next: mien export {run.folder}")


def evaluate(
    model: ModelFile,
    data: options.Source,
    *,
    labels: options.Labels = "",
    names: options.Names = "",
    persons: Persons,
    crop: options.Crop = "auto",
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Measure a model file on DATA it has not seen; a test side in DATA is the only side used.

    Try:

      mien evaluate runs/demo/model.onnx new-faces/

      mien evaluate runs/demo faces.parquet --json

      mien evaluate face.onnx face-crops/ --crop none --labels happy,sad
    """
    from mien import pipeline

    chosen, named = options.labels_of(labels), options.labels_of(names)
    shown = progress(quiet=quiet)
    found = pipeline.measure(model, data, labels=chosen, names=named, persons=persons, crop=crop, progress=shown)
    if as_json:
        answer(found.to_dict())
        return
    typer.echo(found.sentence)
    rows = [
        (row.label, f"{row.precision.value:.1%}", f"{row.recall.value:.1%}", f"{row.f1.value:.1%}", row.support)
        for row in found.scores.classes
    ]
    table(["class", "precision", "recall", "F1", "pictures"], rows)


def explain(
    model: ModelFile,
    picture: Annotated[Path, typer.Argument(metavar="PICTURE", help="A picture.", show_default=False)],
    out: options.Out = None,
    crop: options.Crop = "auto",
) -> None:
    """Draw which part of a picture moved the answer.

    Try:

      mien explain runs/demo/model.onnx photo.jpg --out why.png
    """
    from mien import pipeline

    where = out or Path(f"{picture.stem}-explained.png")
    typer.echo(pipeline.explain_picture(model, picture, where, crop=crop))


def export(
    run: RunFolder,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="onnx|litert|web",
            help="The model file (onnx), files for Android and iOS (litert), or a page that any host can serve (web).",
        ),
    ] = "onnx",
    out: options.Out = None,
    int8: Annotated[bool, typer.Option("--int8", help="Write a copy in 8 bits too: a quarter of the size.")] = False,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Finish a trained run: measure it, and write its one model file and its report; on demand for phones and the web.

    Try:

      mien export runs/x

      mien export runs/x --out smile.onnx --int8

      mien export runs/x --to litert

      mien export runs/x --to web --int8 --out site
    """
    from mien import pipeline
    from mien.core.run import Run

    pipeline.check_format(to)
    with reporter(quiet=quiet) as told:
        done = pipeline.resume(Run.open(run), reporter=told)
        made = pipeline.deliver(done, to, out, int8=int8, reporter=told)
    for sentence in made.sentences:
        say(sentence)
    finish(done, as_json=as_json, files=made.files)


def print_layers(recipe: Recipe, classes: int) -> None:
    """Print Keras's table of a family's layers.

    Parameters
    ----------
    recipe : Recipe
        Names the family.
    classes : int
        Outputs.
    """
    from mien import models as stage

    resolved = stage.resolve(recipe)
    labels = recipe.labels if len(recipe.labels) == classes else tuple(f"class {number}" for number in range(classes))
    typer.echo(stage.summary(stage.build(stage.contract(resolved, labels), resolved, pretrained=False)))


def _print_manifest(manifest: Manifest, as_json: bool) -> None:
    used = manifest.used.frame
    counts = dict(sorted(used["label"].value_counts().iter_rows()))
    splits = [split for split in SPLITS if (used["split"] == split).any()]
    if as_json:
        sides = {split: len(manifest.of(split)) for split in splits}
        answer(
            {
                "samples": len(manifest),
                "labels": counts,
                "splits": sides,
                "groups": list(manifest.groups),
                "persons": used["person"].drop_nulls().n_unique(),
                "nobody": used["person"].null_count(),
                **omitted(manifest),
            }
        )
        return
    parts = {split: dict(manifest.of(split).frame["label"].value_counts().iter_rows()) for split in splits}
    rows = [(label, count, *(parts[split].get(label, 0) for split in splits)) for label, count in counts.items()]
    table(["class", "samples", *splits], rows)
    for said in (manifest.persons, manifest.omissions):
        if said:
            typer.echo(said)

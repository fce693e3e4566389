"""`mien distil`: a small network learns from a large one, or from several together."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._run import finish, start
from mien.cli._training import reporter
from mien.core.errors import SettingError
from mien.core.recipe import Recipe

Teacher = Annotated[Path, typer.Argument(metavar="TEACHER", help="A finished run, of one model or of several.")]


def distil(
    teacher_run: Teacher,
    source: options.MaybeSource = None,
    *,
    recipe: Recipe,
    out: options.Out = None,
    replace: options.Replace = False,
    events: options.Events = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Train a small student from a large teacher: it learns what the teacher answers.

    Without SOURCE it learns from the teacher's own pictures, on the teacher's own split.

    Try:

      mien run faces/ --seeds 5 --out runs/five

      mien distil runs/five --model compact --out runs/small
    """
    from mien import pipeline
    from mien.core.run import Run

    earlier = Run.open(teacher_run)
    if not earlier.done("export"):
        raise SettingError(f"The run '{teacher_run}' has no model file yet", todo=f"mien run --resume {teacher_run}")
    labels = recipe.labels or pipeline.contract(earlier).labels
    taught = dataclasses.replace(recipe, teacher=str(teacher_run), labels=labels)
    where = out or Path("runs") / f"{teacher_run.absolute().name}-{recipe.model}"
    with reporter(quiet=quiet, events=events) as told:
        made = start(source or str(earlier.manifest), taught, where, None, replace=replace)
        pipeline.resume(made, reporter=told)
    finish(made, as_json)

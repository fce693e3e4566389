"""The application, the order of its commands, and the one place where errors become sentences."""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

import mien
from mien.cli._audit import audit
from mien.cli._collect import collect
from mien.cli._compare import compare
from mien.cli._demo import demo
from mien.cli._distil import distil
from mien.cli._doctor import doctor
from mien.cli._evaluate import evaluate
from mien.cli._explain import explain
from mien.cli._export import export
from mien.cli._load import load
from mien.cli._models import models
from mien.cli._notice import notice
from mien.cli._options import with_fields, with_inputs, with_recipe
from mien.cli._predict import predict
from mien.cli._run import run
from mien.cli._serve import serve
from mien.cli._split import split
from mien.cli._terminal import Sentences, say
from mien.cli._train import train
from mien.cli._tune import tune
from mien.cli._watch import watch
from mien.core.errors import MienError, SettingError
from mien.core.foreign import Foreign
from mien.core.persons import Persons
from mien.core.recipe import AUTO
from mien.serve import Settings

STOPPED = 130  # 128 + SIGINT, as shells have it

app = typer.Typer(
    name="mien",
    help="A folder of faces, or of voices, becomes one honest emotion model file.\n\n"
    "Start here: [bold]mien demo[/bold], then [bold]mien run FOLDER[/bold].",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mien {mien.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


COMMANDS: tuple[Callable[..., None], ...] = (
    with_recipe(run, AUTO),
    demo,
    with_recipe(distil),
    with_recipe(tune),
    # the stages, in the order in which data passes them
    with_fields(collect, "persons", Persons),
    with_fields(audit, "persons", Persons),
    with_fields(split, "persons", Persons),
    load,
    models,
    with_recipe(train),
    with_inputs(with_fields(with_fields(evaluate, "persons", Persons), "foreign", Foreign)),
    with_inputs(with_fields(explain, "foreign", Foreign)),
    with_inputs(with_fields(export, "foreign", Foreign)),
    compare,
    notice,
    with_inputs(predict),
    with_fields(serve, "settings", Settings),
    with_inputs(watch),
    doctor,
)
for _command in COMMANDS:
    app.command()(_command)


def main() -> None:
    """Run the command line; every error of Mien's is one sentence and exit code 2."""
    logger = logging.getLogger("mien")
    logger.handlers, logger.propagate = [Sentences()], False
    os.environ.setdefault("MIEN_OWN_PROCESS", "1")  # see `backends.import_keras`
    try:
        app()
    except MienError as error:
        say(f"mien: {error}")
        sys.exit(2)
    except KeyboardInterrupt:  # before Typer has begun
        sys.exit(_stopped())
    except SystemExit as end:
        if end.code == STOPPED:  # Typer turns Ctrl-C into this code, without a word
            _stopped()
        raise
    except BrokenPipeError:
        # Whoever read our output has enough (`mien ... | head`); Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        came = f"The name '{error.filename}' is longer than a file's name can be"
        say(f"mien: {SettingError(came, expected='a path')}")
        sys.exit(2)


def _stopped() -> int:
    say("mien: stopped. What was finished is kept; go on with: mien run --resume RUN, or mien tune --resume STUDY")
    return STOPPED

"""The application, the order of its commands, and the one place where errors become sentences."""

from __future__ import annotations

import errno
import logging
import os
import sys
from typing import Annotated

import typer

import mien
from mien.cli import _compare, _distil, _doctor, _predict, _run, _serve, _stages, _tune
from mien.cli._terminal import Sentences, say
from mien.core.errors import MienError, SettingError

STOPPED = 130  # 128 + SIGINT, as shells have it

app = typer.Typer(
    name="mien",
    help="A folder of faces becomes one honest emotion model file.\n\n"
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
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    pass


_run.register(app)
_distil.register(app)
_tune.register(app)
_stages.register(app)
_compare.register(app)
_predict.register(app)
_serve.register(app)
_doctor.register(app)


def main() -> None:
    """Run the command line; every error of Mien's is one sentence and exit code 2."""
    logger = logging.getLogger("mien")
    logger.handlers, logger.propagate = [Sentences()], False
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

"""`mien serve`: the server and its page."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from mien.cli._terminal import say
from mien.core.errors import MissingPartError
from mien.serve import Settings

_ABOUT = {item.name: item.metadata["about"] for item in dataclasses.fields(Settings)}
Models = Annotated[list[str] | None, typer.Argument(metavar="MODEL", help=_ABOUT["models"])]


def serve(models: Models = None, *, settings: Settings) -> None:
    """Answer over HTTP, and show a page where people try it.

    It listens on this machine alone; any other address needs a key, or --open.

    Examples:

      mien serve

      mien serve runs/x smile=smile.onnx --port 9000

      MIEN_API_KEY=... mien serve --host 0.0.0.0 --inbox samples/
    """
    from mien import serve as door

    try:
        run = door.run
    except ModuleNotFoundError as error:
        raise MissingPartError(f"The server needs {error.name}", todo="Install Mien anew: pip install mien") from error
    whole = dataclasses.replace(settings, models=tuple(models or ()))
    run(whole, ready=lambda address: say(f"Mien answers at {address} (stop with Ctrl-C)."))

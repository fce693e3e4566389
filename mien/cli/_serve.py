"""`mien serve`: the server and its page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli._terminal import say
from mien.core.errors import MissingPartError

Models = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="MODEL",
        help="Model files, runs, names of models in the box, or NAME=FILE; those in the box if none.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add this command.

    Parameters
    ----------
    app : typer.Typer
        The application.
    """
    app.command()(serve)


def serve(
    models: Models = None,
    *,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", help="Port; 0 takes a free one.")] = 8000,
    api_key: Annotated[
        str, typer.Option("--api-key", envvar="MIEN_API_KEY", help="Clients must send it.", show_default=False)
    ] = "",
    anyone: Annotated[bool, typer.Option("--open", help="Let everyone in who reaches the address.")] = False,
    inbox: Annotated[
        Path | None,
        typer.Option(
            "--inbox", metavar="DIR", help="Keep samples that visitors give, with their consent.", show_default=False
        ),
    ] = None,
    inbox_bytes: Annotated[int, typer.Option("--inbox-bytes", help="What the inbox may hold, bytes.")] = 1 << 30,
    max_bytes: Annotated[int, typer.Option("--max-bytes", help="The largest sample, bytes.")] = 20_000_000,
    max_samples: Annotated[int, typer.Option("--max-samples", help="Samples in a request.")] = 16,
    max_faces: Annotated[int, typer.Option("--max-faces", help="Faces of a picture that are answered for.")] = 100,
    rate: Annotated[float, typer.Option("--rate", help="Requests a second and client; 0: no limit.")] = 20.0,
    queue: Annotated[int, typer.Option("--queue", help="Requests in work; more are sent away with 503.")] = 256,
    wait: Annotated[float, typer.Option("--wait", help="Seconds an answer may wait for others.")] = 0.0,
    patience: Annotated[float, typer.Option("--patience", help="Seconds in which a request must arrive.")] = 30.0,
) -> None:
    """Answer over HTTP, and show a page where people try it.

    It listens on this machine alone; any other address needs a key, or --open.

    Examples:

      mien serve

      mien serve runs/x smile=smile.onnx --port 9000

      MIEN_API_KEY=... mien serve --host 0.0.0.0 --inbox samples/
    """
    try:
        from mien import serve as door
    except ModuleNotFoundError as error:
        raise MissingPartError(f"The server needs {error.name}", todo="Install Mien anew: pip install mien") from error

    settings = door.Settings(
        models=tuple(models or ()),
        host=host,
        port=port,
        key=api_key,
        open=anyone,
        inbox=inbox,
        inbox_bytes=inbox_bytes,
        max_bytes=max_bytes,
        max_samples=max_samples,
        max_faces=max_faces,
        rate=rate,
        queue=queue,
        wait=wait,
        patience=patience,
    )
    door.run(settings, ready=lambda address: say(f"Mien answers at {address} (stop with Ctrl-C)."))

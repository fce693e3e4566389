"""The process: a socket, uvicorn on it, and an end that finishes what it took."""

from __future__ import annotations

import contextlib
import logging
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mien.core.errors import SettingError
from mien.serve._settings import Settings
from mien.serve.http._log import LogHandler
from mien.serve.http._problem import MEDIA_TYPE, ProblemError

if TYPE_CHECKING:
    from fastapi import FastAPI

GRACE = 30  # seconds that a stop waits for what is in work
IDLE = 10.0  # seconds in which a request's head must have come; an idle connection is closed after as many
HEAD = 32_768  # bytes that a request's head may have


class TimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which waits for a request's head neither for ever nor without end.

    Of all that uvicorn's options offer (0.54), nothing bounds a head, in time or in bytes.
    """

    idle = IDLE
    _late: Any = None
    _head = 0

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio.Transport
        """Start the time limit for the request's head."""
        super().connection_made(transport)
        self._late = self.loop.call_later(self.idle, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the time limit."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass data on, and refuse a head that is too large."""
        if self.cycle is None or self.cycle.response_complete:
            self._head += len(data)
            if self._late is None:
                self._late = self.loop.call_later(self.idle, self._give_up)
        super().data_received(data)
        if self._head > HEAD and self._late is not None and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_headers_complete(self) -> None:
        """Cancel the time limit: the head is complete."""
        self._forget()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, in the one shape of errors."""
        body = ProblemError(400, msg, "request").body
        lines = ["HTTP/1.1 400 Bad Request", f"content-type: {MEDIA_TYPE}", f"content-length: {len(body)}"]
        self.transport.write("\r\n".join([*lines, "connection: close", "", ""]).encode() + body)
        self.transport.close()

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late, self._head = None, 0

    def _give_up(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self.transport.close()


class _Server(uvicorn.Server):
    """Tells when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals that end a process; unlike uvicorn's own, not send them again: this end is a good one."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sig: signal.signal(sig, self.handle_exit) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)


def listen(make: Callable[[], FastAPI], settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve until told to stop (Ctrl-C, SIGTERM); what was taken by then is answered.

    The application is made once the address is ours: `SettingError` if it cannot be listened on.
    """

    class Protocol(TimeoutProtocol):
        idle = min(IDLE, settings.patience)

    for name in ("uvicorn", "mien"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [LogHandler(logging.WARNING)], False
    with _socket(settings) as listening:
        application = make()
        config = uvicorn.Config(
            application,
            http=Protocol,
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            timeout_keep_alive=int(IDLE),
            timeout_graceful_shutdown=GRACE,
            backlog=4096,
        )
        server = _Server(config, lambda: ready(_address(listening)))
        application.state.stopping = lambda: server.should_exit
        _raise_limit()
        server.run([listening])


def _socket(settings: Settings) -> socket.socket:
    try:
        host, port = settings.host, settings.port
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, _, _, where = found[0]
        listening = socket.socket(family, kind, socket.IPPROTO_TCP)  # else asyncio leaves Nagle's delay on
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(4096)
    except OSError as error:
        came = f"{settings.host}:{settings.port} cannot be listened on ({error.strerror or error})"
        raise SettingError(came, todo="Choose another with --port, or --port 0 for a free one") from error
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _raise_limit() -> None:
    """Let the process have as many connections as the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

"""What stands before every route: headers, keys, limits, deadlines; and the log and the figures of each request."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from mien.serve._settings import Settings, is_loopback
from mien.serve.http._log import log
from mien.serve.http._problem import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mien.serve.http._metrics import Figures

CLIENTS = 10_000  # whose rate is remembered
ROOM = 65_536  # bytes that a form needs beside its samples
HELD = 1 << 29  # bytes of bodies in memory
STALLED = 60.0  # seconds in which a client must take a part of the answer
CLOSE = {"connection": "close"}
PROTECTED = ("/v1/", "/models/", "/metrics")
_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),  # this and the next give the page's runtime its threads
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(self), microphone=(self), geolocation=()"),
]


class Rates:
    """How often each client may ask: a bucket each, filled at a steady rate, twice a second's worth deep.

    Parameters
    ----------
    rate : float
        Requests a second; 0: no limit.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._full = max(1.0, 2 * rate)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Count a request.

        Parameters
        ----------
        client : str
            Its address; one of this machine is not counted.

        Returns
        -------
        float
            0 if it may be answered, else the seconds until the next one may.
        """
        if not self._rate or is_loopback(client):
            return 0.0
        now = time.monotonic()
        client = _household(client)
        left, then = self._buckets.pop(client, (self._full, now))
        left = min(self._full, left + (now - then) * self._rate)
        allowed = left >= 1
        self._buckets[client] = (left - allowed, now)
        if len(self._buckets) > CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate


class Guard:
    """Wraps the application.

    Parameters
    ----------
    app : callable
        ASGI.
    settings : Settings
        Limits and key.
    figures : Figures
        Where requests are counted.
    plain : callable
        Reads an address as it is meant, as of `Addresses.plain`.
    """

    def __init__(self, app: ASGIApp, settings: Settings, figures: Figures, plain: Callable[[Scope], Scope]) -> None:
        self._app, self._settings, self._figures, self._plain = app, settings, figures, plain
        self._rates = Rates(settings.rate)
        self.in_work = 0  # requests that have arrived whole
        self.held = 0  # bytes of all that have arrived

    @property
    def full(self) -> bool:
        """Whether there is no room for one more request."""
        return self.in_work >= self._settings.queue or self.held > max(HELD, 2 * self._settings.max_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started, head = 500, time.perf_counter(), scope["method"] == "HEAD"
        scope = self._plain(scope)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            elif head:
                message = {**message, "body": b""}
            async with asyncio.timeout(STALLED):
                await send(message)

        try:
            await self._admit(scope, receive, sending)
        except ProblemError as problem:
            await problem.send(sending)
        except TimeoutError:  # the client does not take its answer
            pass
        finally:
            took = time.perf_counter() - started
            self._figures.request(scope, status, took)
            log("request", method=scope["method"], route=self._figures.route(scope), status=status, seconds=took)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        path: str = scope["path"]
        if self._settings.key and path.startswith(PROTECTED):
            self._check_key(headers)
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if headers.get(b"sec-fetch-site") in {b"cross-site", b"same-site"}:  # another page's script, not a program
            raise ProblemError(403, "A page of another origin sent this.", "origin", CLOSE)
        client = scope["client"]
        wait = self._rates.wait(client[0] if client else "127.0.0.1")
        if wait:
            raise ProblemError(429, "You ask too often.", "rate", {"retry-after": str(int(wait) + 1), **CLOSE})
        body = _Body(self, receive, self._settings, headers)
        try:
            await self._app(scope, body, send)
        finally:
            body.done()

    def _check_key(self, headers: dict[bytes, bytes]) -> None:
        given = headers.get(b"x-api-key", b"") or headers.get(b"authorization", b"").removeprefix(b"Bearer ")
        if not hmac.compare_digest(given, self._settings.key.encode()):
            raise ProblemError(
                401, "This server asks for a key. Send it as X-API-Key.", "key", {"www-authenticate": "Bearer", **CLOSE}
            )


class _Body:
    """A request's body: let in if it is short enough, comes in time, and there is room for it.

    Only what has arrived whole is in work: a thousand clients that send half a body each keep nobody out.
    """

    def __init__(self, house: Guard, receive: Receive, settings: Settings, headers: dict[bytes, bytes]) -> None:
        self._house, self._receive, self._patience = house, receive, settings.patience
        self._most = settings.max_bytes * settings.max_samples + ROOM
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._most:
            raise _too_large(self._most)
        self._deadline = time.monotonic() + settings.patience
        self._seen = 0
        self._whole = False
        self._check_room()

    async def __call__(self) -> Message:
        """Receive a part of it."""
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError as error:
            came = f"The request had not arrived after {self._patience:g} seconds."
            raise ProblemError(408, came, "slow", CLOSE) from error
        came_now = len(message.get("body", b""))
        self._seen += came_now
        self._house.held += came_now
        if self._seen > self._most:
            raise _too_large(self._most)
        if not self._whole and message["type"] == "http.request" and not message.get("more_body", False):
            self._check_room()
            self._whole = True
            self._house.in_work += 1
        return message

    def done(self) -> None:
        """Make room."""
        self._house.held -= self._seen
        self._house.in_work -= self._whole

    def _check_room(self) -> None:
        if self._house.full:
            headers = {"retry-after": "1", **CLOSE}
            raise ProblemError(503, "There is too much to do just now. Try again.", "full", headers)


def _household(client: str) -> str:
    """Name the one who asks: of IPv6, everyone has 2 ** 64 addresses."""
    return ":".join(ipaddress.ip_address(client).exploded.split(":")[:4]) if ":" in client else client


def _too_large(most: int) -> ProblemError:
    return ProblemError(413, f"The request is larger than {most:,} bytes.", "bomb", CLOSE)

"""What stands before every route: headers, keys, limits, deadlines; and the log and the metrics of each request."""

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

    from mien.serve.http._metrics import Metrics

CLIENTS = 10_000  # whose rate is remembered
FORM_OVERHEAD = 65_536  # bytes that a form needs beside its samples
MAX_BUFFERED = 1 << 29  # bytes of bodies in memory
SEND_TIMEOUT = 60.0  # seconds in which a client must take a part of the answer
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


class RateLimiter:
    """How often each client may ask: a bucket each, filled at a steady rate (0: no limit), two seconds' worth deep."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._full = max(1.0, 2 * rate)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Count a request, of other machines, and return the seconds until one may be answered: 0 if this one may."""
        if not self._rate or is_loopback(client):
            return 0.0
        now = time.monotonic()
        client = _client_key(client)
        left, then = self._buckets.pop(client, (self._full, now))
        left = min(self._full, left + (now - then) * self._rate)
        allowed = left >= 1
        self._buckets[client] = (left - allowed, now)
        if len(self._buckets) > CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate


class Middleware:
    """Wraps the application: keys, rate limit, size limit, deadlines, headers, and the log."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics, normalize: Callable[[Scope], Scope]) -> None:
        self._app, self._settings, self._metrics, self._normalize = app, settings, metrics, normalize
        self._limiter = RateLimiter(settings.rate)
        self.in_progress = 0  # requests that have arrived whole
        self.buffered = 0  # bytes of all that have arrived

    @property
    def full(self) -> bool:
        """Whether there is no room for one more request."""
        most = max(MAX_BUFFERED, 2 * self._settings.max_bytes)
        return self.in_progress >= self._settings.queue or self.buffered > most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started, head = 500, time.perf_counter(), scope["method"] == "HEAD"
        scope = self._normalize(scope)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            elif head:
                message = {**message, "body": b""}
            async with asyncio.timeout(SEND_TIMEOUT):
                await send(message)

        try:
            await self._admit(scope, receive, sending)
        except ProblemError as problem:
            await problem.send(sending)
        except TimeoutError:  # the client does not take its answer
            pass
        finally:
            took = time.perf_counter() - started
            self._metrics.request(scope, status, took)
            log("request", method=scope["method"], route=self._metrics.route(scope), status=status, seconds=took)

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
        wait = self._limiter.wait(client[0] if client else "127.0.0.1")
        if wait:
            raise ProblemError(429, "You ask too often.", "rate", {"retry-after": str(int(wait) + 1), **CLOSE})
        body = _Body(self, receive, self._settings, headers)
        try:
            await self._app(scope, body, send)
        finally:
            body.done()

    def _check_key(self, headers: dict[bytes, bytes]) -> None:
        key = headers.get(b"x-api-key", b"") or headers.get(b"authorization", b"").removeprefix(b"Bearer ")
        if not hmac.compare_digest(key, self._settings.key.encode()):
            came, how = "This server asks for a key. Send it as X-API-Key.", {"www-authenticate": "Bearer", **CLOSE}
            raise ProblemError(401, came, "key", how)


class _Body:
    """A request's body: let in if it is short enough, comes in time, and there is room for it.

    Only what has arrived whole is in work: a thousand clients that send half a body each keep nobody out.
    """

    def __init__(
        self, middleware: Middleware, receive: Receive, settings: Settings, headers: dict[bytes, bytes]
    ) -> None:
        self._middleware, self._receive, self._patience = middleware, receive, settings.patience
        self._most = settings.max_bytes * settings.max_samples + FORM_OVERHEAD
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._most:
            raise _too_large(self._most)
        self._deadline = time.monotonic() + settings.patience
        self._received = 0
        self._complete = False
        self._check_room()

    async def __call__(self) -> Message:
        """Receive a part of it."""
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError as error:
            came = f"The request had not arrived after {self._patience:g} seconds."
            raise ProblemError(408, came, "slow", CLOSE) from error
        size = len(message.get("body", b""))
        self._received += size
        self._middleware.buffered += size
        if self._received > self._most:
            raise _too_large(self._most)
        if not self._complete and message["type"] == "http.request" and not message.get("more_body", False):
            self._check_room()
            self._complete = True
            self._middleware.in_progress += 1
        return message

    def done(self) -> None:
        """Make room."""
        self._middleware.buffered -= self._received
        self._middleware.in_progress -= self._complete

    def _check_room(self) -> None:
        if self._middleware.full:
            headers = {"retry-after": "1", **CLOSE}
            raise ProblemError(503, "There is too much to do just now. Try again.", "full", headers)


def _client_key(client: str) -> str:
    """Name the one who asks: of IPv6, everyone has 2 ** 64 addresses."""
    return ":".join(ipaddress.ip_address(client).exploded.split(":")[:4]) if ":" in client else client


def _too_large(most: int) -> ProblemError:
    return ProblemError(413, f"The request is larger than {most:,} bytes.", "bomb", CLOSE)

"""Which addresses there are, and what a client is told that asked another one, or in another way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mien.core.errors import did_you_mean
from mien.serve.api._body import call
from mien.serve.http import ProblemError

if TYPE_CHECKING:
    from starlette.types import Scope

    from mien.kinds import Kind

_PAGE = "/{path:path}"  # the route of the page's files
_OPENAPI = "/openapi.json"
_LONGEST = 100  # letters of an address that are repeated


class Addresses:
    """The API's addresses and their methods; all others are the page's files."""

    def __init__(self, routes: Iterable[Any], what: Kind) -> None:
        self._what = what  # for examples
        known = [(route.path, sorted(route.methods)) for route in routes if route.path != _PAGE]
        known.append((_OPENAPI, ["GET"]))
        self._known = [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), path, how) for path, how in known]

    def normalize(self, scope: Scope) -> Scope:
        """Read an address of the API as it is meant: with a slash too many, or asked for its head alone."""
        path = "/" + "/".join(part for part in scope["path"].split("/") if part)
        methods = self._methods(path)
        if methods is None:
            return scope
        head = scope["method"] == "HEAD" and "GET" in methods
        return {**scope, "path": path, "method": "GET"} if head else {**scope, "path": path}

    def no_route(self, method: str, path: str) -> ProblemError:
        """Return the error for a request that no route takes: 405 with what it takes, or 404 with what may be meant."""
        methods, shown = self._methods(path), repr(path[:_LONGEST])[1:-1]
        if methods is not None:
            todo = f" {call(path, self._what)}." if methods == ["POST"] else ""
            came = f"'{shown}' takes {' or '.join(methods)}, not {method[:20]}.{todo}"
            return ProblemError(405, came, "method", {"allow": ", ".join(methods)})
        if method in ("GET", "HEAD") and not path.startswith("/v1"):
            return ProblemError(404, "There is nothing at this address.", "missing")
        names = [known for _, known, _ in self._known]
        return ProblemError(404, f"There is nothing at '{shown}'. {did_you_mean(path, names)}", "missing")

    def _methods(self, path: str) -> list[str] | None:
        return next((methods for pattern, _, methods in self._known if pattern.fullmatch(path)), None)

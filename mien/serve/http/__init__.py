"""HTTP itself: the process and its socket, what stands before every route, errors, metrics and the log."""

from __future__ import annotations

from mien.serve.http._log import log, log_error
from mien.serve.http._metrics import Metrics
from mien.serve.http._middleware import Middleware
from mien.serve.http._problem import MEDIA_TYPE, ProblemError, from_error, phrase
from mien.serve.http._server import listen

__all__ = ["MEDIA_TYPE", "Metrics", "Middleware", "ProblemError", "from_error", "listen", "log", "log_error", "phrase"]

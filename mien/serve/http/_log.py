"""The server's log: one JSON object a line, on standard error; never what anybody sent, nor its name."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback


def log(event: str, **facts: object) -> None:
    """Write a line: a word for what happened, and JSON values; seconds are rounded to a hundredth of a millisecond."""
    rounded = {name: round(fact, 5) if isinstance(fact, float) else fact for name, fact in facts.items()}
    line = json.dumps({"time": round(time.time(), 3), "event": event, **rounded}, default=str)
    sys.stderr.write(line + "\n")


def log_error(error: BaseException) -> None:
    """Write down an error that nobody foresaw: its kind and where it was raised, not what it says of the sample."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    log("error", kind=type(error).__name__, where=[f"{frame.filename}:{frame.lineno}" for frame in frames])


class LogHandler(logging.Handler):
    """Writes what uvicorn, and Mien below the server, have to say into the same log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record's sentence, without the traceback that may follow it."""
        log("server", level=record.levelname.lower(), what=record.getMessage().partition("\n")[0])

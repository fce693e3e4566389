"""Samples that visitors give, with their consent: a folder that `mien run` reads as it is."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from pathlib import Path

from mien import kinds
from mien.core.errors import SettingError, StorageError
from mien.core.files import storage_error, write_bytes
from mien.core.types import InputContract
from mien.serve.http import ProblemError

LOG = ".consent.jsonl"  # a folder's hidden files are no samples


class Inbox:
    """A folder of class folders. A sample is kept once, without the place and time that phones write into files."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
            self._known = {path.stem for path in files}
            self._bytes = sum(path.stat().st_size for path in files)
        except OSError as error:
            raise storage_error(folder, error) from error

    def keep(self, data: bytes, label: str, prediction: str, model: str, contract: InputContract) -> bool:
        """Keep a sample under what the visitor says it is; False if it is there already.

        `ProblemError` if the inbox is full, `SettingError` if the label is no class of the model, `MediaError` if it
        cannot be read.
        """
        labels, kind = contract.labels, kinds.kind(contract.kind)
        if label not in labels:
            raise SettingError(f"The model does not know the class '{label[:80]}'", expected=", ".join(labels))
        decoded = kind.decode(data)
        name = hashlib.sha256(repr(decoded.shape).encode() + decoded.tobytes()).hexdigest()
        with self._lock:
            if name in self._known:
                return False
            known = prediction if prediction in labels else ""
            kept, ending = kind.keep(data, decoded)
            self._write(kept, f"{label}/{name}.{ending}", known, model)
            self._known.add(name)
        return True

    def _write(self, data: bytes, path: str, prediction: str, model: str) -> None:
        if self._bytes + len(data) > self._most:
            raise ProblemError(507, f"The inbox is full ({self._most:,} bytes).", "storage")
        try:
            write_bytes(self._folder / path, data)
            fact = {"time": round(time.time(), 3), "file": path, "said": prediction, "model": model, "consent": True}
            with (self._folder / LOG).open("a") as log:
                log.write(json.dumps(fact) + "\n")
        except (StorageError, OSError) as error:
            raise ProblemError(507, "The disk of the inbox takes nothing more.", "storage") from error
        self._bytes += len(data)

"""The files of the page that people use, ready to be sent: for the server and for a folder that any host can serve.

`browser/` holds what we wrote. `packed/` holds the runtime from npm, compressed once by `app/build.mjs`, beside the
package; it is no part of the repository, but of the wheel. Where it is missing the page works all the same: it lets the
server answer, and says so.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from html import escape
from pathlib import Path
from types import MappingProxyType

from mien.html import stylesheet

_HERE = Path(__file__).parent
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
KINDS = ("picture", "sound")
"""What the page can be for."""

_WORKER = "sw.js"
_WORDS = ("strings.js", "kinds/sound/words.js")  # what the later ones say takes the place of what the earlier say
_WORD = re.compile(r'^  (\w+): ("(?:[^"\\]|\\.)*"),$', re.MULTILINE)
_SMALL = 1_000  # bytes: compressing less saves nothing
_COMPRESSED = (".png", ".mp3", ".br", ".gz")


@dataclass(frozen=True)
class Asset:
    """One file of the page.

    `path` is relative to the page: ``index.html``, ``vendor/ort.mjs``. `etag`, of the plain content, is 32 hexadecimal
    digits, which ``ETag`` wants in quotes and with the encoding. `brotli` is None where the build made none.
    """

    path: str
    media_type: str
    etag: str
    brotli: bytes | None = None
    _plain: bytes | None = field(default=None, repr=False)
    _gzip: bytes | None = field(default=None, repr=False)

    @cached_property
    def plain(self) -> bytes:
        """The content itself; of what the build packed it is unpacked when it is first asked for."""
        return gzip.decompress(self._gzip or b"") if self._plain is None else self._plain

    @cached_property
    def gzip(self) -> bytes | None:
        """The content compressed by gzip; None where that saves nothing."""
        if self._gzip is not None or len(self.plain) < _SMALL or self.path.endswith(_COMPRESSED):
            return self._gzip
        return gzip.compress(self.plain, 9, mtime=0)


def assets(kinds: Sequence[str] = ("picture",)) -> Mapping[str, Asset]:
    """Return every file of the page by path. Who serves it adds models and ``mien.json``.

    Parameters
    ----------
    kinds : sequence of str
        What the models take, of `KINDS`, at least one. ``index.html``, which comes first, is the page for the first of
        them; each is also there as ``KIND.html``.

    Returns
    -------
    mapping of str to Asset
        Without the files that the other kinds have for themselves.
    """
    with _READING:
        return _read(tuple(dict.fromkeys(kinds)))


_READING = threading.Lock()


@cache
def _read(kinds: tuple[str, ...]) -> Mapping[str, Asset]:
    style = [_asset(name, stylesheet(name).encode()) for name in ("page.css", "pieces.css")]  # as reports have it
    written = (asset for asset in _written(_HERE / "browser") if _kind_of(asset.path) in (None, *kinds))
    found = {asset.path: asset for asset in (*style, *written, *_packed(_HERE / "packed"))}
    for kind in kinds:
        path, words = (
            f"{kind}.html",
            [found[name].plain for name in _WORDS if name in found and _kind_of(name) in (None, kind)],
        )
        found[path] = _asset(path, _worded(found[path].plain, words))
    found["index.html"] = _asset("index.html", found[f"{kinds[0]}.html"].plain)
    # The service worker is told what there is, and in which version: any change makes it another file, and so the
    # browser fetches what has changed, and that alone.
    listed = {path: asset.etag for path, asset in found.items() if path != _WORKER}
    source = f"const FILES = {json.dumps(listed, indent=1)};\n".encode() + found[_WORKER].plain
    found[_WORKER] = _asset(_WORKER, source)
    first = {"index.html": found.pop("index.html")}
    return MappingProxyType(first | found)


def _worded(page: bytes, sources: Sequence[bytes]) -> bytes:
    """Put the words that scripts say into the page that names them, so that nothing moves when the scripts run."""
    words = {name: json.loads(said) for source in sources for name, said in _WORD.findall(source.decode())}

    def filled(match: re.Match[str]) -> str:
        return match[1] + escape(words.get(match[2], ""), quote=False) + match[3]

    return re.sub(r'(data-say="(\w+)"[^>]*>)(</)', filled, page.decode()).encode()


def _kind_of(path: str) -> str | None:
    """Return the kind that alone needs a file; None where all do."""
    return next((kind for kind in KINDS if path.startswith((f"{kind}.", f"kinds/{kind}"))), None)


def _written(folder: Path) -> Iterator[Asset]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield _asset(file.relative_to(folder).as_posix(), file.read_bytes())


def _packed(folder: Path) -> Iterator[Asset]:
    stamp = folder / "built.json"  # written last: without it the build was interrupted
    if not stamp.is_file():
        return
    for path, digest in sorted(json.loads(stamp.read_text("utf-8"))["sha256"].items()):
        small, other = ((folder / f"{path}{ending}").read_bytes() for ending in (".br", ".gz"))
        yield Asset(path, _type(path), digest[:32], small, _gzip=other)
    for file in sorted(folder.glob("*/*.txt")):
        yield _asset(file.relative_to(folder).as_posix(), file.read_bytes())


def _asset(path: str, content: bytes) -> Asset:
    return Asset(path, _type(path), hashlib.sha256(content).hexdigest()[:32], _plain=content)


def _type(path: str) -> str:
    return _TYPES[Path(path).suffix]

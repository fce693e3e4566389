"""The page's files, the models' files, and what the page must know."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from mien import app, faces, media
from mien.serve.http import ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request

    from mien.serve._settings import Settings
    from mien.serve.inference import ModelRegistry


class Pages:
    """Answers for everything that is no call of the API."""

    def __init__(self, registry: ModelRegistry, settings: Settings) -> None:
        self._registry, self._settings = registry, settings
        self._assets = app.assets()
        self._detector = faces.yunet_bytes() if registry.detector.name == "yunet" else None

    def get(self, path: str, request: Request) -> Response:
        """Answer for a file in the encoding that is asked for, or with 304; `HTTPException` if there is none."""
        path = path or "index.html"
        if path == "mien.json":
            return _file(request, json.dumps(self.config()).encode(), "application/json")
        if path == app.DETECTOR and self._detector:
            return _file(request, self._detector, "application/octet-stream")
        for one in self._registry:
            if path == one.page.file:
                return _file(request, one.page.data, "application/octet-stream", one.page.sha256)
        if path not in self._assets:
            raise HTTPException(404)
        return self._asset(path, request)

    def config(self) -> dict[str, object]:
        """Return what ``mien.json`` holds; `ProblemError` if no model here takes pictures, which the page is for."""
        settings, models = self._settings, [one.page for one in self._registry if one.predictor.kind.faces]
        if not models:
            raise ProblemError(404, "The page is for models of pictures, and none is here. Ask /v1/predict.", "model")
        limits = {"bytes": settings.max_bytes, "pixels": media.MAX_DECODED}
        limits |= {"faces": settings.max_faces, "samples": settings.max_samples}
        found, inbox, key = self._detector, settings.inbox is not None, bool(settings.key)
        return app.page_config(
            models, version=version("mien"), server=True, detector=found, inbox=inbox, key=key, limits=limits
        )

    def _asset(self, path: str, request: Request) -> Response:
        asset = self._assets[path]
        accepted = {word.split(";")[0].strip() for word in request.headers.get("accept-encoding", "").split(",")}
        for coding, data in (("br", asset.brotli), ("gzip", asset.gzip)):
            if data is not None and coding in accepted:
                return _file(request, data, asset.media_type, f"{asset.etag}-{coding}", coding)
        return _file(request, asset.plain, asset.media_type, asset.etag)


def _file(request: Request, data: bytes, media_type: str, tag: str = "", coding: str = "") -> Response:
    etag = f'"{tag or hashlib.sha256(data).hexdigest()}"'
    headers = {"etag": etag, "cache-control": "no-cache", "vary": "accept-encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if coding:
        headers["content-encoding"] = coding
    return Response(data, media_type=media_type, headers=headers)

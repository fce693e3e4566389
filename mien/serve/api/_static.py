"""The page's files, the models' files, and what the page must know."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from mien import app, faces, kinds, media
from mien.kinds.sound import LONGEST
from mien.serve.http import ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request

    from mien.serve._settings import Settings
    from mien.serve.inference import ModelRegistry


class Pages:
    """Answers for everything that is no call of the API."""

    def __init__(self, registry: ModelRegistry, settings: Settings) -> None:
        self._registry, self._settings = registry, settings
        self._detector = faces.fcos_bytes() if registry.detector.name in faces.OWN else None

    def get(self, path: str, request: Request) -> Response:
        """Answer for a file in the encoding that is asked for, or with 304; `HTTPException` if there is none."""
        path = path or "index.html"
        if path == "mien.json":
            return _file(request, json.dumps(self.config()).encode(), "application/json")
        if path == app.DETECTOR and self._detector:
            return _file(request, self._detector, "application/octet-stream")
        if path == app.CHECK:
            return _file(request, faces.check_bytes(), "application/octet-stream")
        for one in self._registry:
            if path == one.page.file:
                return _file(request, one.page.data, "application/octet-stream", one.page.sha256)
        assets = app.assets(list(self._shown()) or app.KINDS[:1])
        if path not in assets:
            raise HTTPException(404)
        return _asset(assets[path], request)

    def config(self) -> dict[str, object]:
        """Return what ``mien.json`` holds; `ProblemError` if no model here takes what the page is for."""
        settings, shown = self._settings, self._shown()
        models = [model for models in shown.values() for model in models]
        if not models:
            expected = " or ".join(kinds.kind(name).many for name in app.KINDS)
            raise ProblemError(
                404, f"The page is for models of {expected}, and none is here. Ask /v1/predict.", "model"
            )
        limits = {"bytes": settings.max_bytes, "pixels": media.MAX_DECODED, "seconds": int(LONGEST)}
        limits |= {"faces": settings.max_faces, "samples": settings.max_samples}
        found = self._detector if any(kinds.kind(name).faces for name in shown) else None
        inbox, key = settings.inbox is not None, bool(settings.key)
        return app.page_config(
            models, version=version("mien"), server=True, detector=found, inbox=inbox, key=key, limits=limits
        )

    def _shown(self) -> dict[str, list[app.PageModel]]:
        """Return the models that the page can show, by kind, the default one's kind first."""
        shown: dict[str, list[app.PageModel]] = {}
        for one in self._registry:
            if one.predictor.kind.name in app.KINDS:
                shown.setdefault(one.predictor.kind.name, []).append(one.page)
        return shown


def _asset(asset: app.Asset, request: Request) -> Response:
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

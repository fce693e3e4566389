"""The application: models, routes, middleware, and one shape for every error."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from mien.core.errors import MediaError, MienError
from mien.serve.api import Addresses, ProblemOut, examples, explain_damage, routes
from mien.serve.http import MEDIA_TYPE, Metrics, Middleware, ProblemError, from_error, listen, log, log_error, phrase
from mien.serve.inference import HourlyCounts, InferenceService, ModelRegistry

if TYPE_CHECKING:
    from starlette.requests import Request

    from mien.kinds import Kind
    from mien.serve._settings import Settings

LOOK = 1.0  # seconds between two looks at the models' files
_ABOUT = (
    "Says what samples look or sound like: what annotators would call an expression, not what a person feels. Nothing "
    "that is sent is stored or logged."
)


def app(settings: Settings) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    settings : Settings
        How it behaves.

    Returns
    -------
    fastapi.FastAPI
        An ASGI application; its models are open.

    Raises
    ------
    ModelFileError
        If a file is no model.
    SettingError
        If two models have one name.
    StorageError
        If the inbox cannot be made, or the file for counts not written.
    """
    metrics = Metrics()
    registry = ModelRegistry(settings.models, settings.wait, metrics.batch, settings.detector)
    hours = HourlyCounts(settings.counts) if settings.counts else None
    service = InferenceService(settings, metrics, hours)
    metrics.models(len(list(registry)))

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loops = [asyncio.create_task(_reload_changed(registry, service))]
        loops += [asyncio.create_task(_write_counts(hours, service))] if hours else []
        yield
        for loop in loops:
            loop.cancel()
        service.close()

    application = FastAPI(
        title="Mien", version=version("mien"), description=_ABOUT, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    application.state.stopping = lambda: False
    router = routes(registry, settings, metrics, service)
    application.include_router(router)
    what = registry.get(None).predictor.kind
    addresses = Addresses(router.routes, what)
    _errors(application, addresses, what)
    _describe(application, {one.predictor.kind.name for one in registry}, key=bool(settings.key))
    application.add_middleware(Middleware, settings=settings, metrics=metrics, normalize=addresses.normalize)
    return application


def run(settings: Settings, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve until told to stop (Ctrl-C, SIGTERM); what was taken by then is answered.

    Parameters
    ----------
    settings : Settings
        How.
    ready : callable, optional
        Told the address once it answers.

    Raises
    ------
    SettingError
        If the address cannot be listened on.
    MienError
        As `app`.
    """
    listen(lambda: app(settings), settings, ready)


async def _reload_changed(registry: ModelRegistry, service: InferenceService) -> None:
    while True:
        await asyncio.sleep(LOOK)
        for name, what in await service.run_in_thread(registry.refresh):
            log("model", model=name, what=what)


async def _write_counts(hours: HourlyCounts, service: InferenceService) -> None:
    while True:
        await asyncio.sleep(LOOK)
        await service.run_in_thread(hours.write)


def _errors(application: FastAPI, addresses: Addresses, what: Kind) -> None:
    async def problem(request: Request, error: Exception) -> Response:
        reply = _problem(_as_asked(request, error, addresses, what))
        return Response(reply.body, reply.status, reply.headers, MEDIA_TYPE)

    for kind in (ProblemError, MienError, HTTPException, RequestValidationError):
        application.add_exception_handler(kind, problem)

    @application.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log_error(error)
        return await problem(request, error)


def _as_asked(request: Request, error: Exception, addresses: Addresses, what: Kind) -> Exception:
    """Look at what was asked, where that is what went wrong."""
    path = request.scope["path"]
    if isinstance(error, HTTPException) and error.status_code in (404, 405):
        return addresses.no_route(request.method, path)
    if isinstance(error, MediaError):
        return explain_damage(error, request.headers.get("content-type", "").lower(), path, what)
    return error


def _problem(error: Exception) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, MienError):
        return from_error(error)
    if isinstance(error, HTTPException):
        return ProblemError(error.status_code, f"{phrase(error.status_code)}.", "http", dict(error.headers or {}))
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return ProblemError(422, f"{where}: {first['msg']}.", "parameter")
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. It is not your fault.", "server")


def _describe(application: FastAPI, served: Collection[str], *, key: bool) -> None:
    """Add to the OpenAPI what FastAPI cannot know: the shape of errors, examples of the kinds served, and the key."""
    plain = application.openapi

    def described() -> dict[str, object]:
        schema = plain()
        parts = schema.setdefault("components", {})
        shapes = parts.setdefault("schemas", {})
        shapes["ProblemOut"] = ProblemOut.model_json_schema()
        shapes["PredictOut"]["examples"], shapes["ProblemOut"]["examples"] = examples(served)
        if key:
            parts["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}
            schema["security"] = [{"key": []}]
        return schema

    application.openapi = described  # type: ignore[method-assign]

"""The addresses of the API: read what came, call, answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from mien.core.deprecated import INPUTS_OF_CROP, reworded
from mien.core.errors import SettingError
from mien.core.prediction_sets import CONFIDENCE, LEVELS
from mien.serve._settings import Settings
from mien.serve.api import _schema
from mien.serve.api._body import FIELD
from mien.serve.api._inbox import Inbox
from mien.serve.api._schema import answer_json, problems
from mien.serve.api._static import Pages
from mien.serve.api._upload import read_body
from mien.serve.http import Metrics, ProblemError
from mien.serve.inference import InferenceService, LoadedModel, ModelRegistry

Model = Annotated[str | None, Query(description="Who is asked; the first model if none.", max_length=64)]
Labels = Annotated[str, Query(description="Only these classes, with commas between.", max_length=4096)]
_SURE = "How often the truth is to be in the prediction set."
Confidence = Annotated[float, Query(description=_SURE, ge=LEVELS[0], le=LEVELS[-1])]
_INPUTS = "What pictures are: photos to look for faces in, faces cut out already, whole; or as the model was made for."
_CROP = "The earlier name of `inputs`: face is photos, none is faces."


async def _inputs(
    inputs: Annotated[Literal["auto", "photos", "faces", "whole"], Query(description=_INPUTS)] = "auto",
    crop: Annotated[Literal["auto", "face", "whole", "none"] | None, Query(description=_CROP, deprecated=True)] = None,
) -> str:
    if crop is None:
        return inputs
    if inputs != "auto":
        raise ProblemError(400, "Both inputs and crop, its earlier name, came. Leave crop out.", "inputs")
    return str(reworded(crop, INPUTS_OF_CROP))


Inputs = Annotated[str, Depends(_inputs)]
_ERRORS = (400, 401, 403, 404, 408, 413, 415, 422, 429, 503)
_BYTES = {"type": "string", "format": "binary"}
_FILES_FORM = {"type": "object", "required": [FIELD], "properties": {FIELD: {"type": "array", "items": _BYTES}}}
_SAMPLE_FORM = {
    "type": "object",
    "required": [FIELD, "label", "consent"],
    "properties": {
        FIELD: _BYTES,
        "label": {"type": "string", "description": "What it is, a class of the model."},
        "consent": {"type": "string", "enum": ["true"], "description": "The visitor agrees that it is kept."},
        "said": {"type": "string", "description": "What the model said it is."},
    },
}


def _form(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def _samples(registry: ModelRegistry) -> dict[str, Any]:
    """Describe a body of samples, in the words of the kinds that the models take."""
    taken = dict.fromkeys(one.predictor.kind for one in registry)
    text = {
        "type": "string",
        "format": "byte",
        "description": f"A {' or '.join(kind.one for kind in taken)} in base64.",
    }
    either = {"oneOf": [text, {"type": "array", "items": text}]}
    body = _form(_FILES_FORM)
    content = body["requestBody"]["content"]
    content["application/octet-stream"] = {"schema": _BYTES}
    content["application/json"] = {"schema": {"type": "object", "required": [FIELD], "properties": {FIELD: either}}}
    return body


def routes(registry: ModelRegistry, settings: Settings, metrics: Metrics, service: InferenceService) -> APIRouter:
    """Make the routes, to be mounted at the root."""
    router = APIRouter()
    _prediction_routes(router, registry, settings, service)
    _info_routes(router, registry, metrics)
    _inbox_routes(router, registry, settings, metrics, service)
    pages = Pages(registry, settings)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def file(path: str, request: Request) -> Response:
        return pages.get(path, request)

    return router


def _prediction_routes(
    router: APIRouter, registry: ModelRegistry, settings: Settings, service: InferenceService
) -> None:
    sent = _samples(registry)

    @router.post("/v1/predict", response_model=_schema.PredictOut, responses=problems(*_ERRORS), openapi_extra=sent)
    async def predict(
        request: Request, inputs: Inputs, model: Model = None, labels: Labels = "", confidence: Confidence = CONFIDENCE
    ) -> Response:
        """Say what samples look or sound like: the body is one sample, or a form with several, or JSON with base64."""
        loaded = _model(registry, model)
        predictor = loaded.predictor.with_options(labels=_names(labels), inputs=inputs, confidence=confidence)
        body = await read_body(request, settings, predictor.kind)
        answers = [answer_json(one) for one in await service.predict(loaded, predictor, body.samples)]
        return JSONResponse({"model": loaded.name, "kind": predictor.contract.kind, "answers": answers})

    @router.post("/v1/explain", response_model=_schema.ExplainOut, responses=problems(*_ERRORS), openapi_extra=sent)
    async def explain(
        request: Request,
        inputs: Inputs,
        model: Model = None,
        face: Annotated[int, Query(ge=0, le=499, description="Which face of a picture, the largest is 0.")] = 0,
    ) -> Response:
        """Say which part of a sample spoke for its answer."""
        loaded = _model(registry, model)
        predictor = loaded.predictor.with_options(inputs=inputs)
        sample = (await read_body(request, settings, predictor.kind, most=1)).samples[0]
        return JSONResponse(await service.explain(loaded, predictor, sample, face))


def _info_routes(router: APIRouter, registry: ModelRegistry, metrics: Metrics) -> None:
    @router.get("/v1/models", response_model=_schema.ModelsOut, responses=problems(401))
    async def models() -> Response:
        """List the models."""
        return JSONResponse({"default": registry.get(None).name, "models": [one.page.summary() for one in registry]})

    @router.get("/v1/models/{name}", response_model=_schema.ModelOut, responses=problems(401, 404, 422))
    async def model(name: Annotated[str, Path(max_length=64)]) -> Response:
        """Describe a model."""
        return JSONResponse(_model(registry, name).page.summary())

    @router.get("/healthz", response_model=_schema.HealthOut)
    async def healthz() -> Response:
        """Say whether the process is alive."""
        return JSONResponse({"status": "ok"})

    @router.get("/readyz", response_model=_schema.HealthOut, responses=problems(503))
    async def readyz(request: Request) -> Response:
        """Say whether it takes requests: not once it was told to stop."""
        if request.app.state.stopping():
            raise ProblemError(503, "The server is stopping.", "stopping", {"retry-after": "5"})
        return JSONResponse({"status": "ready"})

    @router.get("/metrics", include_in_schema=False)
    async def prometheus() -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")


def _inbox_routes(
    router: APIRouter, registry: ModelRegistry, settings: Settings, metrics: Metrics, service: InferenceService
) -> None:
    if settings.inbox is None:
        return
    inbox = Inbox(settings.inbox, settings.inbox_bytes)

    @router.post(
        "/v1/samples",
        status_code=201,
        response_model=_schema.KeptOut,
        responses=problems(*_ERRORS, 507),
        openapi_extra=_form(_SAMPLE_FORM),
    )
    async def keep(request: Request, model: Model = None) -> Response:
        """Give a sample, with what it is: kept only with consent."""
        loaded = _model(registry, model)
        body = await read_body(request, settings, loaded.predictor.kind, most=1)
        if body.fields.get("consent") != "true":
            raise ProblemError(400, "The sample was not kept: consent=true is missing.", "consent")
        label, prediction = body.fields.get("label", ""), body.fields.get("said", "")
        data, contract = body.samples[0].data, loaded.predictor.contract
        stored = await service.run_in_thread(inbox.keep, data, label, prediction, loaded.name, contract)
        if stored:
            metrics.stored()
        return JSONResponse({"stored": stored}, status_code=201)


def _model(registry: ModelRegistry, name: str | None) -> LoadedModel:
    try:
        return registry.get(name)
    except SettingError as error:
        raise ProblemError(404, str(error), "model") from error


def _names(labels: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in labels.split(",") if name.strip())

"""From what was uploaded to what is answered: prepared in threads, answered in batches."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import explain, media
from mien.core.errors import MediaError
from mien.core.types import Answer
from mien.serve.http import ProblemError, log_error
from mien.serve.inference._batcher import fail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mien.predict import Predictor, Sample
    from mien.serve._settings import Settings
    from mien.serve.http import Metrics
    from mien.serve.inference._counts import HourlyCounts
    from mien.serve.inference._registry import LoadedModel

PATCHES = 16  # along each side of what `explain` answers; the model is asked with half as many


@dataclass(frozen=True)
class Upload:
    """A sample as a client sent it: its file's name, or ``-``, and its content."""

    name: str
    data: bytes


class InferenceService:
    """Answers requests. It knows no kind of input: what a sample is, the predictor knows."""

    def __init__(self, settings: Settings, metrics: Metrics, hours: HourlyCounts | None = None) -> None:
        self._settings, self._metrics, self._hours = settings, metrics, hours
        self._threads = ThreadPoolExecutor((os.cpu_count() or 1) + 1, "mien-sample")  # one works the model

    async def run_in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401 - what `work` returns
        """Do work off the event loop, together with the making ready of samples."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def predict(self, model: LoadedModel, predictor: Predictor, samples: Sequence[Upload]) -> list[Answer]:
        """Answer for samples, at least one, by their clients' names; of several, an unreadable one has its `error`."""
        if len(samples) == 1:
            return [await self._one(model, predictor, samples[0])]
        return list(await asyncio.gather(*(self._one_of_many(model, predictor, sample) for sample in samples)))

    async def explain(self, model: LoadedModel, predictor: Predictor, sample: Upload, face: int) -> dict[str, Any]:
        """Say as JSON values which part of a sample's face, from 0, the largest, spoke for its answer.

        `MediaError` if it cannot be read, `ProblemError` if it shows no such face.
        """
        return {"model": model.name, **await self.run_in_thread(_explain, predictor, sample, face)}

    def close(self) -> None:
        """Stop the threads, and write what was counted."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._hours:
            self._hours.close()

    async def _one(self, model: LoadedModel, predictor: Predictor, upload: Upload) -> Answer:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._threads.submit(self._prepare, model, predictor, upload, future)
        try:
            ready, probabilities = await future
        except MediaError:
            self._metrics.sample(model.name, "unreadable")
            self._count(model, predictor, None, None)
            raise
        answer = predictor.answer(ready, probabilities)
        self._metrics.sample(model.name, "answered" if answer.label else "nothing")
        self._count(model, predictor, ready, answer)
        return answer

    def _count(self, model: LoadedModel, predictor: Predictor, sample: Sample | None, answer: Answer | None) -> None:
        """Count in a thread what was answered: nobody waits for it."""
        if self._hours:
            with contextlib.suppress(RuntimeError):  # the threads have stopped
                self._threads.submit(self._hours.add, model, predictor, sample, answer).add_done_callback(_log_failed)

    async def _one_of_many(self, model: LoadedModel, predictor: Predictor, upload: Upload) -> Answer:
        try:
            return await self._one(model, predictor, upload)
        except MediaError as error:
            return Answer(upload.name, error=str(error), rule=predictor.rule)

    def _prepare(self, model: LoadedModel, predictor: Predictor, upload: Upload, future: asyncio.Future[Any]) -> None:
        """Make a sample ready and bring it to the model: all in one thread, as each change of threads costs."""
        try:
            with model.batcher.preparing():
                ready = predictor.prepare(upload.data, name=upload.name, most=self._settings.max_faces)
        except Exception as error:  # reaches whoever asked
            future.get_loop().call_soon_threadsafe(fail, [future], error)
            return
        model.batcher.submit(ready, future)


def _log_failed(counted: Future[None]) -> None:
    error = None if counted.cancelled() else counted.exception()
    if error:
        log_error(error)


def _explain(predictor: Predictor, upload: Upload, face: int) -> dict[str, Any]:
    if not predictor.kind.maps:
        detail = f"The model takes {predictor.kind.many}, and what moved its answer cannot be drawn."
        raise ProblemError(422, detail, "unsupported")
    ready = predictor.prepare(upload.data, name=upload.name, most=face + 1)
    if len(ready.rows) <= face:
        raise ProblemError(422, f"There is no face number {face} in the sample.", "faceless")
    whole = ready.rows[face]
    row, part = predictor.probabilities(whole[None])[0], predictor.contract.deciding(whole)
    pixels, patches = whole[part], min(PATCHES // 2, predictor.contract.size)
    heat = explain.occlusion(predictor.probabilities, whole, grid=patches, part=part)
    steps = np.linspace(0, len(pixels), min(PATCHES, len(pixels)) + 1).astype(int)[:-1]
    counts = np.diff(steps, append=len(pixels))
    grid = np.add.reduceat(np.add.reduceat(heat, steps, 0), steps, 1) / np.outer(counts, counts)
    picture = base64.b64encode(media.encode_png(pixels)).decode()
    return {
        "label": predictor.labels[int(row.argmax())],
        "grid": (np.round(grid.astype(float), 4) + 0.0).tolist(),
        "box": ready.faces[face].box if ready.faces else None,
        "image": f"data:image/png;base64,{picture}",
    }

"""From what was sent to what is answered: made ready in threads, asked in lanes."""

from __future__ import annotations

import asyncio
import base64
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import explain, media
from mien.core.errors import MediaError
from mien.core.types import Answer
from mien.serve.http import ProblemError
from mien.serve.inference._batcher import fail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mien.predict import Predictor
    from mien.serve._settings import Settings
    from mien.serve.http import Figures
    from mien.serve.inference._registry import Served

PATCHES = 16  # along each side of what `explain` answers; the model is asked with half as many


@dataclass(frozen=True)
class Given:
    """A sample that was sent.

    Parameters
    ----------
    name : str
        Its file's name, or ``-``.
    data : bytes
        Its content.
    """

    name: str
    data: bytes


class Answering:
    """Answers requests. It knows no kind of input: what a sample is, the predictor knows.

    Parameters
    ----------
    settings : Settings
        The limits.
    figures : Figures
        Where samples are counted.
    """

    def __init__(self, settings: Settings, figures: Figures) -> None:
        self._settings, self._figures = settings, figures
        self._threads = ThreadPoolExecutor((os.cpu_count() or 1) + 1, "mien-sample")  # one works the model

    async def threaded(self, work: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401 - what `work` returns
        """Do work off the event loop, together with the making ready of samples.

        Parameters
        ----------
        work : callable
            Whatever takes time.
        *given : object
            Its arguments.

        Returns
        -------
        object
            What it returned.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    async def predict(self, model: Served, predictor: Predictor, samples: Sequence[Given]) -> list[Answer]:
        """Answer for samples.

        Parameters
        ----------
        model : Served
            Who is asked.
        predictor : Predictor
            The model's own, asked in the way that the request wants.
        samples : sequence of Given
            At least one.

        Returns
        -------
        list of Answer
            One a sample, its path the name that the client gave. Of several, one that cannot be read has its `error`.

        Raises
        ------
        MediaError
            If the only sample cannot be read.
        """
        if len(samples) == 1:
            return [await self._one(model, predictor, samples[0])]
        return list(await asyncio.gather(*(self._one_of_many(model, predictor, sample) for sample in samples)))

    async def explain(self, model: Served, predictor: Predictor, sample: Given, face: int) -> dict[str, Any]:
        """Say which part of a sample spoke for its answer.

        Parameters
        ----------
        model : Served
            Who is asked.
        predictor : Predictor
            As of `predict`.
        sample : Given
            Which.
        face : int
            Which of its faces, from 0, the largest.

        Returns
        -------
        dict
            JSON values.

        Raises
        ------
        MediaError
            If it cannot be read, or shows no such face.
        """
        return {"model": model.name, **await self.threaded(_explained, predictor, sample, face)}

    def close(self) -> None:
        """Stop the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _one(self, model: Served, predictor: Predictor, given: Given) -> Answer:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._threads.submit(self._ready, model, predictor, given, future)
        try:
            ready, probabilities = await future
        except MediaError:
            self._figures.sample(model.name, "unreadable")
            raise
        answer = predictor.answer(ready, probabilities)
        self._figures.sample(model.name, "answered" if answer.label else "nothing")
        return answer

    async def _one_of_many(self, model: Served, predictor: Predictor, given: Given) -> Answer:
        try:
            return await self._one(model, predictor, given)
        except MediaError as error:
            return Answer(given.name, error=str(error))

    def _ready(self, model: Served, predictor: Predictor, given: Given, future: asyncio.Future[Any]) -> None:
        """Make a sample ready and bring it to the model: all in one thread, as each change of threads costs."""
        try:
            with model.lane.coming():
                ready = predictor.prepare(given.data, name=given.name, most=self._settings.max_faces)
        except Exception as error:  # reaches whoever asked
            future.get_loop().call_soon_threadsafe(fail, [future], error)
            return
        model.lane.put(ready, future)


def _explained(predictor: Predictor, given: Given, face: int) -> dict[str, Any]:
    ready = predictor.prepare(given.data, name=given.name, most=face + 1)
    if len(ready.rows) <= face:
        raise ProblemError(422, f"There is no face number {face} in the sample.", "faceless")
    whole = ready.rows[face]
    row, part = predictor.probabilities(whole[None])[0], predictor.contract.deciding(whole)
    seen, patches = whole[part], min(PATCHES // 2, predictor.contract.size)
    heat = np.maximum(explain.occlusion(predictor.probabilities, whole, grid=patches, part=part), 0)
    steps = np.linspace(0, len(seen), min(PATCHES, len(seen)) + 1).astype(int)[:-1]
    grid = np.add.reduceat(np.add.reduceat(heat, steps, 0), steps, 1)
    picture = base64.b64encode(media.encode_png(seen)).decode()
    return {
        "label": predictor.labels[int(row.argmax())],
        "grid": np.round(grid / max(float(grid.max()), 1e-9), 4).tolist(),
        "box": ready.faces[face].box if ready.faces else None,
        "image": f"data:image/png;base64,{picture}",
    }

"""What the stages of one run hand on to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien import evaluate, load, models, train
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Batches, InputContract, Manifest, Progress, silent

if TYPE_CHECKING:
    import keras

    from mien.core.types import Pixels, Predict, Probabilities

CHUNK = 64  # pictures per call of the network when measuring


@dataclass(frozen=True)
class Desk:
    """Where the story tells how it goes.

    Parameters
    ----------
    progress : Progress
        Wraps every long loop.
    say : callable
        Called with a sentence when a stage has something to tell.
    epoch : callable
        Called with every finished epoch of training.
    """

    progress: Progress = silent
    say: Callable[[str], None] = lambda _: None
    epoch: Callable[[train.Epoch], None] = lambda _: None


class Work:
    """What the stages of one run hand on: read from the run's folder when a stage before was done earlier.

    Parameters
    ----------
    run : Run
        The folder.
    recipe : Recipe
        Resolved.
    desk : Desk
        Where to tell how it goes.
    """

    def __init__(self, run: Run, recipe: Recipe, desk: Desk) -> None:
        self.run = run
        self.recipe = recipe
        self.desk = desk
        self._manifest: Manifest | None = None
        self._cache: load.Cache | None = None
        self._model: keras.Model | None = None

    @property
    def manifest(self) -> Manifest:
        """The manifest as the last stage left it."""
        if self._manifest is None:
            self._manifest = Manifest.read(self.run.manifest)
        return self._manifest

    def keep(self, manifest: Manifest) -> None:
        """Write down the manifest that a stage made; the next stage gets it.

        Parameters
        ----------
        manifest : Manifest
            The new one.
        """
        manifest.save(self.run.manifest)
        self._manifest = manifest

    @property
    def contract(self) -> InputContract:
        """What the model eats."""
        return models.contract(self.recipe, self.recipe.labels or self.manifest.labels)

    @property
    def cache(self) -> load.Cache:
        """The decoded pictures."""
        if self._cache is None:
            folder = self.run.folder.parent / "cache"
            self._cache = load.build(self.manifest.used, self.contract, folder, progress=self.desk.progress)
        return self._cache

    @property
    def model(self) -> keras.Model:
        """The network: fresh, or with its best weights once training is done."""
        if self._model is None:
            self._model = models.build(self.contract, self.recipe)
            if self.run.done("train"):
                train.load_best(self._model, self.run)
        return self._model

    def side(self, name: str, *, training: bool = False) -> Batches:
        """Batches of one side of the split.

        Parameters
        ----------
        name : str
            ``train``, ``val`` or ``test``.
        training : bool
            Shuffled and augmented.

        Returns
        -------
        Batches
            For `train` and for measuring.
        """
        return self.cache.batches(
            self.manifest.of(name),
            labels=self.contract.labels,
            batch=int(self.recipe.batch or CHUNK) if training else CHUNK,
            seed=self.recipe.seed,
            augment=float(self.recipe.augment or 0.0) if training else 0.0,
            shuffle=training,
        )

    def predict(self, temperature: float) -> Predict:
        """Return the calibrated network as a callable.

        Parameters
        ----------
        temperature : float
            From validation.

        Returns
        -------
        Predict
            uint8 ``[N, S, S, 3]`` to float32 ``[N, classes]``.
        """

        def answer(pixels: Pixels) -> Probabilities:
            padded = np.pad(pixels, ((0, -len(pixels) % CHUNK), (0, 0), (0, 0), (0, 0)))  # one shape, one trace
            answers = np.asarray(self.model.predict_on_batch(padded))[: len(pixels)]
            return evaluate.apply_temperature(answers, temperature).astype(np.float32)

        return answer

"""What the stages of one run hand on to each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import faces, kinds, load, models, split, train
from mien.core import artifacts
from mien.core.calibration import Calibration
from mien.core.errors import SourceError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Batches, InputContract, Manifest, Progress, silent
from mien.pipeline import _warm_start
from mien.pipeline._distillation import taught
from mien.pipeline._measured_data import CHUNK

if TYPE_CHECKING:
    from mien.core.types import Predict, Probabilities


@dataclass(frozen=True)
class Reporter:
    """Where the story tells how it goes.

    `progress` wraps every long loop; `say` is called with sentences, `watch` with each `train.Event`, `stage` with the
    word of a stage that begins.
    """

    progress: Progress = silent
    say: Callable[[str], None] = lambda _: None
    watch: Callable[[train.Event], None] = lambda _: None
    stage: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class EnsembleMember:
    """One of the models that a run trains, with recipe and folder of its own: the only one, or one of several seeds."""

    recipe: Recipe
    run: Run


class RunContext:
    """What the stages of one run hand on: read from the run's folder when a stage before was done earlier.

    `whole` is the run that this is a round of: it has the pictures, and what is kept of other models.
    """

    def __init__(self, run: Run, recipe: Recipe, reporter: Reporter, *, whole: RunContext | None = None) -> None:
        self.run = run
        self.recipe = recipe
        self.reporter = reporter
        self._whole = whole or self
        self._manifest: Manifest | None = None
        self._cache: load.Cache | None = None
        self._models: list[Any] = []
        self._rounds: tuple[RunContext, ...] = ()

    @property
    def manifest(self) -> Manifest:
        if self._manifest is None:
            self._manifest = artifacts.read_manifest(self.run)
        return self._manifest

    def write_manifest(self, manifest: Manifest) -> None:
        """Write down the manifest that a stage made; the next stage gets it."""
        artifacts.write_manifest(self.run, manifest)
        self._manifest = manifest

    def write_recipe(self, recipe: Recipe) -> None:
        """Write down the resolved recipe that a stage decided on; the next stage gets it."""
        artifacts.write_recipe(self.run, recipe)
        self.recipe = recipe

    @property
    def contract(self) -> InputContract:
        manifest = self._whole.manifest
        return models.contract(self.recipe, self.recipe.labels or manifest.labels, manifest.kind)

    @property
    def kind(self) -> kinds.Kind:
        return kinds.kind(self._whole.manifest.kind)

    def open_cache(self) -> load.Cache:
        """Open the decoded samples; what is not there yet is decoded, and where faces are cut the detector is noted."""
        if self._whole is not self:
            return self._whole.open_cache()
        if self._cache is None:
            folder, shown = self.run.folder.parent / "cache", self.reporter.progress
            used, detector = self.manifest.used, self.open_detector()
            self._cache = load.build(used, self.contract, folder, detector=detector, progress=shown)
        return self._cache

    @property
    def detector(self) -> str:
        """Which face detector the run has used, or is to use."""
        return self.run.state().detector or faces.AUTO

    def open_detector(self) -> faces.Detector | None:
        """Make who cuts the faces of this run; None where they are taken as they are."""
        if self.contract.inputs == "whole" or self.recipe.inputs == "faces":
            return None
        # A run that goes on elsewhere, or with a network once more, must cut its faces as it began.
        found = faces.detector(self.detector)
        self.run.update(detector=found.name)
        return found

    def open_rounds(self) -> tuple[RunContext, ...]:
        """Open the rounds of cross-validation, each with folder and split of its own; none for one test split."""
        if self.recipe.folds > 1 and not self._rounds:
            alone = dataclasses.replace(self.recipe, folds=1)
            parts = rounds_of(self.run, self.recipe, self.manifest)
            folds = [self.run.fold(number) for number in range(1, len(parts) + 1)]
            self._rounds = tuple(RunContext(fold, alone, self.reporter, whole=self) for fold in folds)
            for context, part in zip(self._rounds, parts, strict=True):
                context.write_manifest(part)
        return self._rounds

    def forget(self) -> None:
        """Let go of the networks; they are read again when they are asked."""
        self._models = []

    @property
    def members(self) -> tuple[EnsembleMember, ...]:
        if self.recipe.seeds == 1:
            return (EnsembleMember(self.recipe, self.run),)
        alone = dataclasses.replace(self.recipe, seeds=1)
        seeds = range(self.recipe.seed, self.recipe.seed + self.recipe.seeds)
        return tuple(EnsembleMember(dataclasses.replace(alone, seed=seed), self.run.member(seed)) for seed in seeds)

    def fresh(self, member: EnsembleMember) -> Any:  # noqa: ANN401 - a Keras model or an Estimator
        """Build a member before its training, with weights from its seed, its checkpoint, or the run it starts from."""
        fresh = not train.begun(member.run)  # what was begun has its weights in a checkpoint
        base = _warm_start.network(self._whole.run)
        return models.build(self.contract, member.recipe, training=True, base=base, pretrained=fresh)

    def load_models(self) -> list[Any]:
        """Build the members with their best weights, computing in float32; kept until `forget`."""
        if not self._models:
            for member in self.members:
                base = _warm_start.network(self._whole.run)
                model = models.build(self.contract, member.recipe, base=base, pretrained=False)
                train.load_best(model, member.run)
                self._models.append(model)
        return self._models

    def train(self, member: EnsembleMember) -> train.History:
        """Train a member, and write down that it is trained."""
        model, recipe, told = self.fresh(member), member.recipe, self.reporter
        batches = self.training(member), self.side("val")
        history = train.fit(model, *batches, recipe, member.run, watch=told.watch, progress=told.progress)
        member.run.update(trained=True, stopped=history.stopped, best_epoch=history.best.epoch)
        return history

    def training(self, member: EnsembleMember) -> Batches:
        """Return batches to train a member on: shuffled, varied, and taught where there is a teacher.

        An estimator gets them in order and as they are.
        """
        if not models.family(member.recipe.model).network:
            return self.side("train")
        batches = self.open_cache().training(self.manifest.of("train"), member.recipe, labels=self.contract.labels)
        return taught(batches, member.recipe, self._whole.run)

    def side(self, name: str) -> Batches:
        """Return batches of ``train``, ``val`` or ``test`` to measure on, in order, as the samples are."""
        return self.open_cache().batches(self.manifest.of(name), labels=self.contract.labels, batch=CHUNK)

    def predict(self, calibration: Calibration = Calibration()) -> Predict:  # noqa: B008 - frozen
        """Return the calibrated answer of all members together: [N, *contract.shape] to float32 [N, classes]."""

        def answer(rows: Any) -> Probabilities:  # noqa: ANN401
            together = np.mean([raw(model, rows, mirror=self.recipe.mirror) for model in self.load_models()], axis=0)
            return calibration.apply(together).astype(np.float32)

        return answer


def rounds_of(run: Run, recipe: Recipe, manifest: Manifest) -> list[Manifest]:
    """Divide a run's data into the rounds of its cross-validation."""
    parts, _ = split.rounds(manifest, recipe.folds, seed=recipe.split_seed)
    left = [_warm_start.without_seen(run, part, needed=("val",)) for part in parts]
    measured = [part for part in left if len(part.of("test"))]
    if not measured:
        kind = kinds.kind(manifest.kind)
        came = f"The model that this one learns from has seen every {kind.one}"
        raise SourceError(came, expected=f"{kind.many} that are new to both")
    return measured


def raw(model: Any, rows: Any, *, mirror: bool = False) -> Probabilities:  # noqa: ANN401 - a Keras model or an Estimator
    """Ask one model, uncalibrated: float32 [N, classes], with `mirror` the mean over pictures and mirror images."""
    if mirror:
        both: Probabilities = np.mean([raw(model, rows), raw(model, rows[:, :, ::-1])], axis=0)
        return both
    padded = np.pad(rows, [(0, -len(rows) % CHUNK), *[(0, 0)] * (rows.ndim - 1)])  # one shape, one trace
    parts = [np.asarray(model.predict_on_batch(part)) for part in np.split(padded, len(padded) // CHUNK)]
    answers = np.concatenate(parts)[: len(rows)]
    scaled: Probabilities = answers / answers.sum(1, keepdims=True)  # sigmoid outputs do not sum to one
    return scaled

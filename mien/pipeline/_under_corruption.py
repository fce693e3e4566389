"""Measure a model file under corruptions: what `mien evaluate --corrupt` does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import evaluate, report
from mien.core import artifacts
from mien.core.errors import SettingError
from mien.core.files import write_text
from mien.core.run import Run
from mien.core.threads import in_order
from mien.core.types import Manifest, Progress, silent
from mien.core.units import units_of
from mien.kinds import STRENGTHS, Corruption, Kind, Preview, kind
from mien.pipeline._known_labels import known_labels
from mien.pipeline._measured_data import DataOptions, Opened, Unseen, find_unseen, gathered, left_out_words, opened
from mien.predict import Predictor, model_file

if TYPE_CHECKING:
    from mien.core.types import Integers, Probabilities

MOST = 700  # samples: each is answered 116 times
SEED = 0
SHOWN_AT = 3  # strength of what is shown
SIDE = 144  # pixels of what is shown


@dataclass(frozen=True)
class UnderCorruption:
    """How a model file fares under corruptions, what of it can be shown, and what was left out, as `Measured` has it.

    `model` is what the file is called.
    """

    robustness: evaluate.Robustness
    shown: tuple[evaluate.Illustration, ...]
    model: str
    samples: int
    left_out: dict[str, int] = field(default_factory=dict)
    faceless: int = 0

    @property
    def sentence(self) -> str:
        """What is kept, and what was left out, in words."""
        return " ".join([self.robustness.sentence, *left_out_words(self.left_out, self.samples, self.faceless)])

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as JSON values."""
        counts = {"samples": self.samples, "left_out": sum(self.left_out.values()), "faceless": self.faceless}
        return {**self.robustness.to_dict(), **counts, "left_out_because": self.left_out, "sentence": self.sentence}

    def write(self, path: Path) -> Path:
        """Write it as a page."""
        one = kind(self.robustness.basis.kind)
        note = " ".join(left_out_words(self.left_out, self.samples, self.faceless))
        return write_text(path, evaluate.robustness_page(self.robustness, self.shown, one, self.model, note))


def measure_corrupted(
    model: Path | str,
    source: Path | str | None = None,
    options: DataOptions = DataOptions(),  # noqa: B008 - frozen
    *,
    most: int = MOST,
    baseline: Path | str | None = None,
    progress: Progress = silent,
) -> UnderCorruption:
    """Measure a model file on labelled data under every corruption that its kind knows.

    Parameters
    ----------
    model : path
        A model file, or the folder of a run.
    source : path, optional
        As for `measure`. Without it, the test split of the run that the model is of; what comes out is then kept in the
        run, and its report written anew.
    options : DataOptions
        How the data is read, and what is asked.
    most : int
        Samples to measure on, at least 1; of more, so many are drawn at random.
    baseline : path, optional
        Another model file, beside whose errors its own are set.
    progress : Progress
        Shown while reading and measuring.

    Returns
    -------
    UnderCorruption
        Figures with intervals, and what hurts most, to be shown.

    Raises
    ------
    SettingError
        If the kind knows no corruption, no data came where the model has no test split of its own, or the data does not
        fit.
    MienError
        If model or data cannot be read.
    """
    file = model_file(model)
    run = None if source is not None else _run_of(file)
    if run is not None and options.inputs == "auto" and artifacts.read_recipe(run).inputs == "faces":
        options = dataclasses.replace(options, inputs="faces")  # cut already
    predictor = _predictor(file, options, run)
    other = _rival(Path(baseline), predictor, options) if baseline is not None else None
    if run:
        found = _tested(run, predictor.labels)
    else:
        manifest = gathered(str(source), options, predictor.kind, progress)
        found = find_unseen(predictor, file, manifest, options, str(source))
    chosen = _drawn(found.manifest, most)
    with opened(predictor, chosen, options.inputs, progress) as data:
        answers = _Answers.of(predictor, data, progress)
        robust = answers.measured(data.basis(found.seen))
        if len(chosen) < len(found.manifest):
            robust = dataclasses.replace(robust, drawn_from=len(found.manifest))
        if other is not None:
            robust = robust.beside(_beside(other, answers, data, options, progress), Path(str(baseline)).name)
        shown = tuple(_illustrations(predictor, data, answers, robust))
    name = file.parent.resolve().name if file.name == "model.onnx" else file.name
    result = UnderCorruption(robust, shown, name, found.samples, found.left_out, data.faceless)
    if run is not None:
        keep(run, result)
    return result


def keep(run: Run, found: UnderCorruption) -> None:
    """Keep it in a run, and write the report anew."""
    shown = [one.to_dict() for one in found.shown]
    artifacts.write_robustness(run, {"robustness": found.robustness.to_dict(), "shown": shown})
    report.write(run)


def _predictor(file: Path, options: DataOptions, run: Run | None = None) -> Predictor:
    """Open a model for one of several threads, each of which answers by itself."""
    detector = (run.state().detector if run else "") or "auto"
    predictor = Predictor(file, threads=1, labels=options.labels, inputs=options.inputs, detector=detector)
    if not predictor.kind.corruptions():
        came = f"The model takes {predictor.kind.many}, of which no corruption is known"
        raise SettingError(came, expected="a model of pictures or clips", todo="See Kind.corruptions in docs/kinds.md")
    return predictor


def _run_of(file: Path) -> Run:
    run = Run(file.parent)
    if file != run.model or not run.manifest.exists():
        came = f"No data came, and '{file}' is not the model of a run"
        raise SettingError(came, expected="data", todo="Give it: mien evaluate MODEL DATA --corrupt")
    return Run.open(file.parent)


def _tested(run: Run, labels: tuple[str, ...]) -> Unseen:
    """Find the run's own test split, which it has proven not to have seen."""
    manifest = artifacts.read_manifest(run).of("test")
    if not len(manifest):
        came = f"The run '{run.folder}' has no test split: it was measured in rounds, and its model has seen everything"
        raise SettingError(came, expected="data", todo=f"Give new data: mien evaluate {run.folder} DATA --corrupt")
    manifest, _ = known_labels(manifest, labels)
    seen = artifacts.read_scores(run).get("test", {}).get("basis", {}).get("seen", evaluate.NEW)
    return Unseen(manifest, len(manifest), {}, str(seen))


def _drawn(manifest: Manifest, most: int) -> Manifest:
    if most < 1:
        raise SettingError(f"The most samples to measure on is {most}", expected="1 or more")
    if len(manifest) <= most:
        return manifest
    places = np.sort(np.random.default_rng(SEED).choice(len(manifest), most, replace=False))
    return manifest.with_frame(manifest.frame[places.tolist()])


@dataclass(frozen=True)
class _Answers:
    """What a model says of samples, clean and corrupted, and what they are."""

    truth: Integers
    clean: Probabilities
    corrupted: dict[Corruption, list[Probabilities]]  # five a corruption
    labels: tuple[str, ...]
    units: Integers

    @classmethod
    def of(cls, predictor: Predictor, data: Opened, progress: Progress) -> _Answers:
        """Ask a model, in threads over the cores."""
        corruptions = predictor.kind.corruptions()
        total = len(data.side) * (len(corruptions) + 1)
        tasks = progress(_tasks(data, corruptions), total=total, what="measuring")
        clean: list[Probabilities] = []
        found: dict[Corruption, list[list[Probabilities]]] = {one: [[] for _ in STRENGTHS] for one in corruptions}
        for corruption, answers in in_order(lambda task: (task.corruption, task.ask(predictor)), tasks):
            for kept, part in zip([clean] if corruption is None else found[corruption], answers, strict=True):
                kept.append(part)
        joined = {one: [np.concatenate(part) for part in parts] for one, parts in found.items()}
        units = units_of(data.readable.frame)
        return cls(data.side.numbers, np.concatenate(clean), joined, predictor.labels, units)

    def measured(self, basis: evaluate.Basis) -> evaluate.Robustness:
        """Measure what was answered."""
        said = self.truth, self.clean, self.corrupted
        return evaluate.robustness(*said, self.labels, clusters=self.units, basis=basis)


@dataclass(frozen=True)
class _Task:
    corruption: Corruption | None
    rows: Any
    numbers: Integers

    def ask(self, predictor: Predictor) -> list[Probabilities]:
        if self.corruption is None:
            return [predictor.probabilities(self.rows)]
        strengths = (self.corruption.apply(self.rows, one, seed=SEED, numbers=self.numbers) for one in STRENGTHS)
        return [predictor.probabilities(rows) for rows in strengths]


def _tasks(data: Opened, corruptions: Sequence[Corruption]) -> Iterator[_Task]:
    start = 0
    for rows, _ in data.side.epoch(0):
        numbers = np.arange(start, start + len(rows))
        yield from (_Task(one, rows, numbers) for one in (None, *corruptions))
        start += len(rows)


def _rival(baseline: Path, predictor: Predictor, options: DataOptions) -> Predictor:
    """Open a baseline, before anything is measured; `SettingError` unless it answers the same classes of one kind."""
    other = _predictor(model_file(baseline), dataclasses.replace(options, labels=()))
    if other.kind.name != predictor.kind.name:
        came = f"The baseline takes {other.kind.many}, and the model {predictor.kind.many}"
        raise SettingError(came, expected="a baseline of the same kind")
    return other.with_options(labels=predictor.labels, inputs=options.inputs)


def _beside(
    other: Predictor, answers: _Answers, data: Opened, options: DataOptions, progress: Progress
) -> evaluate.Robustness:
    """Measure a baseline on the same samples."""
    with opened(other, data.readable, options.inputs, progress) as theirs:
        found = _Answers.of(other, theirs, progress)
    if len(found.truth) < len(answers.truth):
        came = f"The baseline finds no face in {len(answers.truth) - len(found.truth):,} samples that the model answers"
        raise SettingError(came, expected="a baseline that answers the same samples", todo="Try: --inputs faces")
    return found.measured(theirs.basis(evaluate.UNKNOWN))


def _illustrations(
    predictor: Predictor, data: Opened, answers: _Answers, robust: evaluate.Robustness
) -> Iterator[evaluate.Illustration]:
    """Show what hurts most, each on another sample: one that was answered rightly as it is, and wrongly corrupted."""
    known = {one.name: one for one in answers.corrupted}
    taken: set[int] = set()
    for worst in robust.hardest:
        corruption = known[worst.name]
        after = answers.corrupted[corruption][SHOWN_AT - 1]
        place = _telling(answers, after, taken)
        taken.add(place)
        row = _row(data, place)
        changed = corruption.apply(row[None], SHOWN_AT, seed=SEED, numbers=np.array([place]))[0]
        clean, corrupted = _seen(predictor.kind, row), _seen(predictor.kind, changed)
        if clean is None or corrupted is None:
            continue
        both = answers.clean[place], after[place]
        said = answers.labels[int(both[0].argmax())], answers.labels[int(both[1].argmax())]
        label = answers.labels[int(answers.truth[place])]
        shares = float(both[0].max()), float(both[1].max())
        yield evaluate.Illustration(corruption.name, SHOWN_AT, label, said, shares, clean, corrupted)


def _telling(answers: _Answers, after: Probabilities, taken: set[int]) -> int:
    right, wrong = answers.clean.argmax(1) == answers.truth, after.argmax(1) != answers.truth
    score = 2 * (right & wrong) + answers.clean.max(1)  # the surest of those that turn
    score[list(taken)] -= 10
    return int(score.argmax())


def _row(data: Opened, place: int) -> Any:  # noqa: ANN401 - array [*contract.shape]
    for rows, _ in data.side.epoch(0):
        if place < len(rows):
            return rows[place]
        place -= len(rows)
    raise IndexError(place)


def _seen(what: Kind, row: Any) -> Preview | None:  # noqa: ANN401
    file, _ = what.keep(b"", row)
    return what.preview(file, SIDE)

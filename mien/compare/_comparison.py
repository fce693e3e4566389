"""What a comparison says: plain values, to JSON, each with its sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mien.compare import _words
from mien.compare._words import LEVEL
from mien.core.run import Run
from mien.evaluate import Gap, Paired, PairedSeeds, Scores
from mien.kinds import PICTURE, kind

COMPARISON_FORMAT = 1
FACES = ("face", "faces")


@dataclass(frozen=True)
class Entry:
    """One run of a comparison.

    Parameters
    ----------
    name : str
        What to call it.
    run : Run
        Its folder.
    model : str
        Its family.
    scores : Scores
        On the pictures that are compared.
    seeds : tuple of (int, float)
        Seed and accuracy of each of its models, 0..1.
    train_seconds : float or None
        How long its training took; None where it is not known.
    model_bytes : int or None
        Size of its model file; None where it has none.
    milliseconds : float or None
        To answer one picture on one thread, measured here; None where that was not asked for.
    gaps : tuple of Gap
        Between groups of the run's own test samples, as it measured them.
    """

    name: str
    run: Run
    model: str
    scores: Scores
    seeds: tuple[tuple[int, float], ...]
    train_seconds: float | None
    model_bytes: int | None
    milliseconds: float | None
    gaps: tuple[Gap, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        own = {"name": self.name, "run": str(self.run.folder), "model": self.model}
        seeds = [{"seed": seed, "accuracy": accuracy} for seed, accuracy in self.seeds]
        costs = {name: getattr(self, name) for name in ("train_seconds", "model_bytes", "milliseconds")}
        return {
            **own,
            "seeds": seeds,
            **costs,
            "scores": self.scores.to_dict(),
            "gaps": [gap.to_dict() for gap in self.gaps],
        }


@dataclass(frozen=True)
class Example:
    """A picture that only one of two models gets right.

    Parameters
    ----------
    id : str
        Its row in the manifest of the comparison's best run.
    label : str
        What it is labelled.
    first, second : str
        What each model said.
    """

    id: str
    label: str
    first: str
    second: str


@dataclass(frozen=True)
class Pair:
    """Two runs against each other.

    Parameters
    ----------
    first, second : str
        Names of the runs; the first is right at least as often.
    figures : Paired
        The model files on the pictures that are compared.
    p : float
        Its p-value, corrected for all pairs of the comparison (Holm 1979).
    tests : int
        How many pairs the comparison has.
    same : str
        ``recipe`` where the two differ in nothing but the seed, ``all`` where not even in that, else empty.
    seeds : PairedSeeds or None
        Their recipes over pictures and seeds, where several models of each are there.
    seeds_p : float or None
        Its p-value, corrected likewise.
    examples : tuple of two tuples of Example
        Pictures that only the first and only the second gets right, those first on which they differ most.
    counted : tuple of str
        What figures count, in one and in many: ``face`` and ``faces``, or ``clip`` and ``clips``.
    """

    first: str
    second: str
    figures: Paired
    p: float
    tests: int
    same: str = ""
    seeds: PairedSeeds | None = None
    seeds_p: float | None = None
    examples: tuple[tuple[Example, ...], tuple[Example, ...]] = ((), ())
    counted: tuple[str, str] = FACES

    @property
    def told(self) -> bool:
        """True when the first is better on these pictures by more than chance; the interval and the test agree."""
        return self.p < LEVEL and self.figures.accuracy.one_sided

    @property
    def told_over_seeds(self) -> bool:
        """True when the first's recipe is better by more than chance, over pictures and seeds."""
        return self.seeds is not None and (self.seeds_p or 0.0) < LEVEL and self.seeds.accuracy.low > 0

    @property
    def hopeless(self) -> bool:
        """True when so few faces or persons cannot tell any difference, even were all of them for one model."""
        return self.tests * 2.0 ** (1 - self.figures.units) >= LEVEL

    @property
    def needed(self) -> int | None:
        """How many faces of the same kind would tell this difference; None where there is none or it is told."""
        found = self.figures.needed(LEVEL / self.tests)
        return None if found is None or self.told else max(found, self.figures.n + 1)

    @property
    def tellable(self) -> float:
        """The smallest difference in accuracy, 0..1, that these pictures would tell."""
        return self.figures.tellable(LEVEL / self.tests)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; ``corrected_p`` is `p`."""
        verdict = {name: getattr(self, name) for name in ("same", "told", "hopeless", "needed", "tellable")}
        seeds = None
        if self.seeds is not None:
            seeds = {**self.seeds.to_dict(), "corrected_p": self.seeds_p, "told": self.told_over_seeds}
        first, second = ([asdict(one) for one in ones] for ones in self.examples)
        names = {"first": self.first, "second": self.second, **self.figures.to_dict(), "corrected_p": self.p}
        words = {"sentences": _words.of_pair(self), "examples": {"only_first": first, "only_second": second}}
        return {**names, **verdict, "seeds": seeds, **words}


@dataclass(frozen=True)
class Setting:
    """Something in which the runs differ.

    Parameters
    ----------
    name : str
        A setting of the recipe, or ``source``, ``training pictures``, ``versions``.
    values : tuple of str
        One a run, in the order of the entries; empty where a run has none.
    about : str
        What it means.
    """

    name: str
    values: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Comparison:
    """Runs side by side.

    Parameters
    ----------
    entries : tuple of Entry
        The one that is right most often first.
    pairs : tuple of Pair
        The best against each other, then the others against each other where there are not too many.
    labels : tuple of str
        The classes that all runs know.
    n : int
        Pictures compared.
    people : int
        Persons in them; 0 where the data does not say.
    what : str
        What the pictures are, in the plural: ``drawn faces``, ``photos``, ``face crops``, ``pictures``, or ``faces``.
    left_out : dict of str to int
        Why, to how many test pictures of the runs.
    settings : tuple of Setting
        In what the runs differ.
    commonest : Scores
        Always answering the commonest class of the training, on the same pictures.
    other_labels : bool
        True when a run knows further classes, which were left out of its answers.
    kind : str
        What the samples are, a name of `mien.kinds`.
    """

    entries: tuple[Entry, ...]
    pairs: tuple[Pair, ...]
    labels: tuple[str, ...]
    n: int
    people: int
    what: str
    left_out: dict[str, int]
    settings: tuple[Setting, ...]
    commonest: Scores
    other_labels: bool
    kind: str = PICTURE

    @property
    def counted(self) -> tuple[str, str]:
        """What figures count, in one and in many."""
        return kind(self.kind).counted

    @property
    def against_best(self) -> tuple[Pair, ...]:
        """The best run against each other one."""
        return tuple(pair for pair in self.pairs if pair.first == self.entries[0].name)

    def sentences(self) -> list[str]:
        """Say what came out: the verdict, what is to be known of seeds, and on what it was measured."""
        doubt, typed = [*_words.of_seeds(self), "", ""][:2]
        seeds = [f"{doubt} To know: {typed}"] if doubt else []
        return [*_words.verdict(self), *seeds, *_words.basis(self)]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "format": COMPARISON_FORMAT,
            "sentences": self.sentences(),
            "n": self.n,
            "people": self.people,
            "what": self.what,
            "labels": list(self.labels),
            "left_out": self.left_out,
            "runs": [entry.to_dict() for entry in self.entries],
            "pairs": [pair.to_dict() for pair in self.pairs],
            "settings": [{**asdict(setting), "values": list(setting.values)} for setting in self.settings],
            "commonest": self.commonest.to_dict(),
        }

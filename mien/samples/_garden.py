"""A set of samples with the defects among them; planted here are those that pictures and clips share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from mien.core.types import Progress
from mien.samples._folder import Planted, Sample, SampleFolder
from mien.samples._order import defects_of


@dataclass(frozen=True)
class Garden:
    """The clean samples, and what grows beside them."""

    plan: Callable[..., Any]  # a sample's number, who is in it, and where it is filed -> the sample
    labels: Sequence[str]  # the classes
    clean: Sequence[Any]  # samples

    def fresh(self, number: int, filed: str = "") -> Any:  # noqa: ANN401 - a sample
        """Plan a new sample of a known person."""
        someone = self.clean[(number * 31) % len(self.clean)].who
        return self.plan(len(self.clean) + number, someone, filed)

    def other(self, label: str, number: int) -> str:
        """Give a class that is not `label`."""
        rest = [name for name in self.labels if name != label] or [label]
        return rest[number % len(rest)]


Defect = Callable[[Any, int], Planted[Any]]


def make(
    into: SampleFolder,
    plan: Callable[..., Any],
    defects: Mapping[str, Defect],
    progress: Progress,
    *,
    what: str,
    often: Sequence[str],
    garden: type[Garden] = Garden,
) -> pl.DataFrame:
    """Write the samples that were asked for, and the defects if they were, or read back the ones that are there.

    `what` the progress shows; `often`: defects of which there are more.
    """
    done = into.finished()
    if done is not None:
        return done
    samples, labels = into.asked["samples"], into.asked["labels"]
    clean = [plan(index) for index in range(samples)]
    kinds = defects_of((*defects, *often), samples, len(labels)) if into.asked["dirty"] else []
    around = garden(plan, labels, clean)
    planted = [defects[kind](around, number) for number, kind in enumerate(kinds)]
    return into.write(labels, clean, planted, partial(progress, total=samples, what=what))


def renamed(shown: Any, ending: str) -> Any:  # noqa: ANN401 - a sample
    """Give the same sample a file name with another ending."""
    return replace(shown, path=str(PurePosixPath(shown.path).with_suffix(ending)))


def copied(
    shown: Any,  # noqa: ANN401 - a sample
    number: int,
    defect: str,
    *,
    folder: str = "",
    data: bytes = b"",
    ending: str = "",
) -> Planted[Any]:
    """Plant a copy of a sample: its bytes, or others, under its class or another one."""
    old = PurePosixPath(shown.path)
    copy = replace(shown, label=folder or shown.label)
    copy = replace(copy, path=f"{copy.label}/{old.stem}_{number:03d}{ending or old.suffix}")
    return Planted(copy.path, defect, shown.path, data or shown.data(), copy)


def _twin(garden: Garden, number: int) -> Planted[Any]:
    return copied(garden.clean[(number * 17) % len(garden.clean)], number, "twin")


def _torn_twin(garden: Garden, number: int) -> Planted[Any]:
    first: Sample = garden.clean[(number * 13 + 5) % len(garden.clean)]
    return copied(first, number, "twin_other_label", folder=garden.other(first.label, number))


def _wrong_label(garden: Garden, number: int) -> Planted[Any]:
    truth = garden.labels[(len(garden.clean) + number) % len(garden.labels)]
    shown: Sample = garden.fresh(number, garden.other(truth, number))
    return Planted(shown.path, "wrong_label", f"{shown.verb} {truth}", shown.data(), shown)


SHARED: Mapping[str, Defect] = {"twin": _twin, "twin_other_label": _torn_twin, "wrong_label": _wrong_label}

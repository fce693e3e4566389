"""What both data sets refuse of what is asked, and how they deal out defects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from mien.core.errors import SettingError, did_you_mean

_SHARE = 0.09  # planted files for each clean one
_OF_TWO = ("wrong_label", "twin_other_label")  # defects that need a second class


def check_order(samples: int, seed: int, enough: int) -> None:
    """Refuse a data set of no samples; `enough` is a size to train on."""
    if samples < 1:
        raise SettingError(f"{samples} samples", expected="at least 1", todo=f"Ask for {enough} to train on")
    if seed < 0:
        raise SettingError(f"The seed is {seed}", expected="a whole number from 0")


def check_numbers(seed: int, index: int, person: int | None, intensity: float | None) -> None:
    """Refuse numbers that no sample has."""
    if seed < 0 or index < 0 or (person or 0) < 0:
        raise SettingError(f"seed {seed}, index {index}, person {person}", expected="whole numbers from 0")
    if intensity is not None and not 0.0 <= intensity <= 1.0:
        raise SettingError(f"The intensity is {intensity}", expected="a number from 0 to 1")


def check_labels(labels: Iterable[str], known: Collection[str], made: str) -> tuple[str, ...]:
    """Refuse classes that are not `known`; `made` is how a sample is: drawn, spoken."""
    asked = tuple(labels)
    for label in asked:
        if label not in known:
            raise SettingError(f"'{label}' is no emotion that can be {made}", todo=did_you_mean(label, known))
    if not asked or len(set(asked)) < len(asked):
        todo = f"Choose from {', '.join(known)}"
        raise SettingError(f"The labels are {list(asked)}", expected="at least one, each once", todo=todo)
    return asked


def defects_of(turn: Sequence[str], samples: int, labels: int) -> list[str]:
    """Say which defects, in `turn`, a set of so many clean samples gets."""
    dealt = [kind for kind in turn if labels > 1 or kind not in _OF_TWO]
    return [dealt[number % len(dealt)] for number in range(max(len(dealt), round(_SHARE * samples)))]

"""How much of its accuracy a model keeps when samples are corrupted: values, to and from JSON, with their sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from mien.core.errors import StorageError
from mien.evaluate._basis import PEOPLE, UNKNOWN, Basis
from mien.evaluate._scores import Estimate
from mien.html import count, listing, percent, span

ROBUSTNESS_FORMAT = 1
HARDEST = 3  # corruptions that are named, and shown
_SEEN = {
    PEOPLE: "They show people that it was trained on; of other people this says nothing.",
    UNKNOWN: "It cannot be known whether it was trained on some of them.",
}


@dataclass(frozen=True)
class Corrupted:
    """How a model fares under one corruption.

    Parameters
    ----------
    name, group, about : str
        As `kinds.Corruption` has them.
    further : bool
        Whether it is averaged apart.
    accuracy, balanced_accuracy : tuple of Estimate
        One a strength, the weakest first.
    kept : Estimate
        Mean accuracy over the strengths, as a share of the accuracy on clean samples: 0 and up.
    error : float or None
        Errors over all strengths, as a share of a baseline model's; None without one.
    """

    name: str
    group: str
    about: str
    further: bool
    accuracy: tuple[Estimate, ...]
    balanced_accuracy: tuple[Estimate, ...]
    kept: Estimate
    error: float | None = None

    @property
    def title(self) -> str:
        """The name as people read it."""
        return self.name.replace("_", " ")

    @property
    def errors(self) -> float:
        """Share of wrong answers, summed over the strengths."""
        return sum(1 - one.value for one in self.accuracy)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Corrupted:
        """Read what `dataclasses.asdict` made of one."""
        shares = {name: tuple(Estimate(**one) for one in values[name]) for name in ("accuracy", "balanced_accuracy")}
        return cls(**{**values, **shares, "kept": Estimate(**values["kept"])})


@dataclass(frozen=True)
class Robustness:
    """How a model fares under every corruption of its kind.

    Parameters
    ----------
    n : int
        Samples measured on, clean and under each corruption.
    units : int
        What the intervals are drawn over.
    basis : Basis
        What was measured on.
    clean, clean_balanced : Estimate
        Accuracy and balanced accuracy on the samples as they are.
    commonest : tuple of (str, float)
        The commonest class, and its share: what always saying it gives, clean or corrupted.
    corruptions : tuple of Corrupted
        In the kind's order.
    kept : Estimate
        Mean accuracy over all corruptions and strengths but the further ones, as a share of the clean accuracy.
    kept_further : Estimate or None
        The same over the further ones; None where there are none.
    mean_error : float or None
        Mean of their `error` but the further ones: the mean corruption error (Hendrycks & Dietterich 2019, section 4).
    baseline : str
        Whose errors those are a share of; empty without one.
    drawn_from : int
        How many samples these were drawn from at random; 0 where all were measured.
    """

    n: int
    units: int
    basis: Basis
    clean: Estimate
    clean_balanced: Estimate
    commonest: tuple[str, float]
    corruptions: tuple[Corrupted, ...]
    kept: Estimate
    kept_further: Estimate | None = None
    mean_error: float | None = None
    baseline: str = ""
    drawn_from: int = field(default=0)

    @property
    def hardest(self) -> tuple[Corrupted, ...]:
        """Up to three corruptions under which least is kept, the worst first; none under which all is."""
        lost = [one for one in self.corruptions if one.kept.value < 1]
        return tuple(sorted(lost, key=lambda one: one.kept.value)[:HARDEST])

    @property
    def sentence(self) -> str:
        """What is kept, of what, and what hurts most, in words."""
        main = [one for one in self.corruptions if not one.further] or self.corruptions
        share = np.mean([cell.value for one in main for cell in one.accuracy])
        if not self.clean.value:
            return f"It is right on none of {self.n:,} {self.basis.what} as they are: there is nothing to keep."
        first = (
            f"Under corruption it keeps {percent(self.kept.value)} of its accuracy "
            f"({span(self.kept.low, self.kept.high)}): right on {percent(float(share), unit=False)} of 100 "
            f"{self.basis.what}, averaged over {count(len(main), 'corruption')} in 5 strengths, and on "
            f"{percent(self.clean.value, unit=False)} of 100 as they are."
        )
        label, guessed = self.commonest
        words = [first, f"Always saying {label} would keep {percent(guessed / self.clean.value)}."]
        if self.kept_further is not None:
            further = count(len(self.corruptions) - len(main), "further one")
            ends = f"({span(self.kept_further.low, self.kept_further.high)})"
            words.append(f"Over {further} it keeps {percent(self.kept_further.value)} {ends}.")
        worst = [f"{one.title} ({percent(one.kept.value)} kept)" for one in self.hardest]
        words.append(f"What hurts most: {listing(worst)}." if worst else "No corruption costs it any.")
        if self.mean_error is not None:
            words.append(f"Its mean corruption error is {percent(self.mean_error)} of that of '{self.baseline}'.")
        words.append(_SEEN.get(self.basis.seen, ""))
        if self.drawn_from:
            words.append(f"Measured on {self.n:,} of {self.drawn_from:,}, drawn at random.")
        return " ".join(filter(None, words))

    def beside(self, other: Robustness, name: str) -> Robustness:
        """Set each corruption's errors against those of a baseline model on the same samples.

        Parameters
        ----------
        other : Robustness
            The baseline's.
        name : str
            What it is called.

        Returns
        -------
        Robustness
            With `error`, `mean_error` and `baseline`; a corruption in which the baseline makes none has no `error`.
        """
        errors = {one.name: one.errors for one in other.corruptions}
        known = tuple(
            replace(one, error=one.errors / errors[one.name] if errors.get(one.name) else None)
            for one in self.corruptions
        )
        shares = [one.error for one in known if one.error is not None and not one.further]
        mean = float(np.mean(shares)) if shares else None
        return replace(self, corruptions=known, mean_error=mean, baseline=name)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; `from_dict` reads them back."""
        return {"format": ROBUSTNESS_FORMAT, **asdict(self), "sentence": self.sentence}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Robustness:
        """Read what `to_dict` wrote; `StorageError` if it is none, or a newer Mien's."""
        try:
            if int(values["format"]) > ROBUSTNESS_FORMAT:
                came = f"Figures of corruptions have format {values['format']}"
                raise StorageError(came, expected=str(ROBUSTNESS_FORMAT), todo="Install a newer Mien")
            further, label_share = values["kept_further"], values["commonest"]
            return cls(
                n=values["n"],
                units=values["units"],
                clean=Estimate(**values["clean"]),
                clean_balanced=Estimate(**values["clean_balanced"]),
                kept=Estimate(**values["kept"]),
                mean_error=values["mean_error"],
                baseline=values["baseline"],
                drawn_from=values["drawn_from"],
                basis=Basis.from_dict(values["basis"]),
                commonest=(str(label_share[0]), float(label_share[1])),
                corruptions=tuple(Corrupted.from_dict(one) for one in values["corruptions"]),
                kept_further=None if further is None else Estimate(**further),
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise StorageError("Figures of corruptions are damaged", todo="Run: mien evaluate --corrupt") from error

"""A long sample is judged piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import InputContract

    Decoded = Any  # an array of the kind's own


@dataclass(frozen=True)
class Window:
    """A piece of a long sample, as a model takes it.

    Parameters
    ----------
    start, end : float
        Seconds from the beginning of the sample that are this window's own; the next one begins where it ends.
    row : array [*contract.shape], or None
        In the contract's dtype: what is to be judged of these seconds and of as many that follow; None where there is
        nothing.
    weight : float
        Seconds of what is to be judged in the row, such as of speech.
    spans : tuple of (float, float)
        Where in its own seconds there is something to be judged: beginnings and ends, seconds from the beginning of the
        sample.
    """

    start: float
    end: float
    row: Any | None
    weight: float
    spans: tuple[tuple[float, float], ...]


class Windowed:
    """What a kind says of long samples; `windowed` is whether it has any, and whether not all in them is judged."""

    one: ClassVar[str]
    windowed: ClassVar[bool] = False

    def windows(
        self, source: bytes | BinaryIO | Iterable[Decoded], contract: InputContract, *, live: bool = False
    ) -> Iterator[Window]:
        """Cut a sample of any length into what is judged piece by piece, where `windowed`.

        Parameters
        ----------
        source : bytes, binary file, or iterable of arrays
            A file, whole, or open and able to seek; or ``decoded``, one piece after the other.
        contract : InputContract
            The model's.
        live : bool
            Whether it is being recorded: then windows come as soon as they can, at more work.

        Yields
        ------
        Window
            In order, without gaps. Of a sample that is hardly longer than a row a single one, whose row is that of
            `prepare`.

        Raises
        ------
        MediaError
            If the file cannot be decoded, also in its middle.
        """
        raise SettingError(f"A {self.one} is judged as a whole", todo="Leave the time line out")

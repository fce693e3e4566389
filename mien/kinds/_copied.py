"""What a kind knows of near copies of its samples."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mien.core.errors import MediaError

if TYPE_CHECKING:
    from mien.core.types import Pixels, Signatures


class Copied:
    """What samples are compared by; of a plain kind copies cannot be told."""

    @abstractmethod
    def decode(self, data: bytes) -> Any:  # noqa: ANN401 - an array of the kind's own
        """Decode a sample: see `Kind.decode`."""

    def forms(self, decoded: Any) -> Sequence[Pixels]:  # noqa: ANN401
        """Reduce a sample to what near copies of it share.

        Parameters
        ----------
        decoded : array
            From `decode`.

        Returns
        -------
        sequence of uint8 [48, 48]
            Without its frame, and with it where it has one; empty where copies cannot be told.
        """
        return ()

    def signatures(self, forms: Pixels) -> Signatures:
        """Compute of forms what those of copies are close in; see `core.neighbours`.

        Parameters
        ----------
        forms : uint8 [N, 48, 48]
            From `forms`; all zero where a sample has none.

        Returns
        -------
        int8 [N, 64]
            All zero where there is nothing to tell copies by.
        """
        from mien import copies

        return copies.signatures(forms)

    def compare_forms(self, first: Pixels, second: Pixels, mirrored: bool, closeness: float) -> float:
        """Say how sure it is that two forms are those of copies.

        Parameters
        ----------
        first, second : uint8 [48, 48]
            From `forms`.
        mirrored : bool
            Whether the second one's signature was close when mirrored.
        closeness : float
            Cosine of their signatures.

        Returns
        -------
        float
            Probability, 0..1.
        """
        from mien import copies

        return copies.compare_forms(first, second, mirrored, closeness)

    def confirm_copies(self, pairs: Sequence[tuple[Any, Any, bool, float]]) -> Sequence[bool | None]:
        """Look at both samples of each pair and say whether they are copies; see `core.lineage.Confirm`."""
        from mien import copies

        return copies.confirm_copies(pairs, self._reduced, self.compare_forms)

    def _reduced(self, data: bytes) -> Pixels | None:
        try:
            return next(iter(self.forms(self.decode(data))), None)
        except MediaError:
            return None

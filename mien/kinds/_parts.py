"""What of a sample can be hidden from a model, and how it is drawn: what `mien.explain` asks of a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mien.core.types import Pixels, Rows, Singles


@dataclass(frozen=True)
class Axis:
    """One direction in which a sample is cut into parts.

    Parameters
    ----------
    spread : float32 [parts, pixels]
        How much of each line of pixels belongs to each part; columns sum to 1.
    unit : str
        Of `edges`, such as ``seconds``.
    edges : tuple of float
        Where parts begin and end, one more than there are parts.
    words : callable, optional
        From two of `edges` to what lies between them, such as ``0.8-1.2 s``; None where whole lines of parts mean
        nothing, as in a picture: they are not hidden then.
    ticks : dict of float to str
        Which of `edges` are written beside a drawing, and how.
    """

    spread: Singles
    unit: str = ""
    edges: tuple[float, ...] = ()
    words: Callable[[float, float], str] | None = None
    ticks: Mapping[float, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.spread)


@dataclass(frozen=True)
class Parts:
    """What of one row can be hidden: a grid of parts.

    Parameters
    ----------
    picture : uint8 [H, W, 3]
        What the map is laid over: of a picture it itself.
    down, across : Axis
        From the top, and from the left.
    hide : callable
        From how far each part is hidden, float32 [N, down, across], 0..1, to rows, array [N, *contract.shape]. Zeros
        give the row as it is.
    sound : bytes
        What can be played of the row, MP3; empty where nothing can.
    note : str
        What a reader must know of edges and sound, in a sentence.
    """

    picture: Pixels
    down: Axis
    across: Axis
    hide: Callable[[Singles], Rows]
    sound: bytes = b""
    note: str = ""

"""What stages need to know of an input, and nothing else."""

from __future__ import annotations

import base64
import dataclasses
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from mien.core.errors import SettingError
from mien.kinds._article import article
from mien.kinds._copied import Copied
from mien.kinds._corruption import Corruptible
from mien.kinds._prepared import Prepared, Preview
from mien.kinds._quality import Rated
from mien.kinds._window import Windowed
from mien.kinds._words import Words

if TYPE_CHECKING:
    from mien.core.recipe import Recipe
    from mien.core.types import InputContract, Integers, Rows, Targets
    from mien.faces import Detector
    from mien.kinds._check import Check
    from mien.kinds._parts import Parts
    from mien.kinds._property import Property
    from mien.kinds._variation import Variation

    Decoded = Any  # an array of the kind's own
    Sample = Any  # a file's bytes, or decoded


class Kind(Words, Windowed, Rated, Corruptible, Copied, ABC):
    """A kind of input. What is abstract every kind must say; the rest says what a plain one does.

    `decode` makes of a file an array of the kind's own, called ``decoded`` here; `prepare` makes of it what a model
    takes.

    Attributes
    ----------
    changes : tuple of str
        Settings of a recipe that vary samples of this kind and that `vary` and `mix` understand.
    wide : int
        How many times as wide as high a preview is.
    of_people : bool
        Whether it shows people, so that every card and report says what not to do with it.
    maps : bool
        Whether rows are pictures, ``uint8 [N, H, W, 3]``, over which the page lays what moved an answer.
    hub_task : str
        What a hub calls a classifier of this kind, such as ``image-classification``; empty where it has no word.
    rate : int
        Of sounds, samples a second, one channel: rows are then ``float32 [N, T]``, -1..1. Else 0.
    """

    changes: ClassVar[tuple[str, ...]] = ()
    wide: ClassVar[int] = 1
    of_people: ClassVar[bool] = False
    maps: ClassVar[bool] = False
    hub_task: ClassVar[str] = ""
    rate: ClassVar[int] = 0

    @abstractmethod
    def sniff(self, data: bytes) -> str | None:
        """Say what some bytes are.

        Parameters
        ----------
        data : bytes
            A file's content, or its beginning.

        Returns
        -------
        str or None
            A format of this kind, such as ``jpeg``; None where it is none.
        """

    @abstractmethod
    def decode(self, data: bytes) -> Decoded:
        """Turn a file into an array.

        Parameters
        ----------
        data : bytes
            The file.

        Returns
        -------
        array
            ``decoded``: equal for files that say the same.

        Raises
        ------
        MediaError
            If it cannot be, in a sentence, and with a word for the audit.
        """

    def convert(self, value: Any) -> Decoded:  # noqa: ANN401
        """Turn what Python calls a sample, neither path nor bytes nor file, into what `decode` gives.

        Parameters
        ----------
        value : object
            Such as an array or nested lists.

        Returns
        -------
        array
            ``decoded``.

        Raises
        ------
        SettingError
            If it is no sample of this kind.
        """
        raise SettingError(f"{article(value)} came, which is no {self.one}", expected=self.accepted)

    def unwrap(self, data: bytes) -> bytes:
        """Take a file out of what it travels in, such as base64 text.

        Parameters
        ----------
        data : bytes
            What came.

        Returns
        -------
        bytes
            The file; `data` itself where it travels in nothing.

        Raises
        ------
        MediaError
            If what it travels in is damaged.
        """
        if self.sniff(data) is not None:
            return data
        try:
            file = base64.b64decode(data, validate=True)
        except ValueError:
            return data
        return data if self.sniff(file) is None else file

    @abstractmethod
    def contract(self, recipe: Recipe, labels: tuple[str, ...], *, colour: str = "rgb") -> InputContract:
        """Say what a model of a recipe takes.

        Parameters
        ----------
        recipe : Recipe
            Resolved.
        labels : tuple of str
            The classes, in the order of the outputs.
        colour : str
            What the family makes of colours.

        Returns
        -------
        InputContract
            With this kind's name, and the shape and dtype of a row.
        """

    def sized(self, recipe: Recipe, contract: InputContract) -> Recipe:
        """Let a recipe ask for what another model takes, so that its own takes as much; the counterpart of `contract`.

        Parameters
        ----------
        recipe : Recipe
            One that does not say it.
        contract : InputContract
            Of the other model.

        Returns
        -------
        Recipe
            With its ``size``, or what stands for it.
        """
        return dataclasses.replace(recipe, size=contract.size)

    @abstractmethod
    def prepare(
        self,
        sample: Sample,
        contract: InputContract,
        detector: Detector | None = None,
        *,
        most: int | None = None,
        cut_already: bool = False,
    ) -> Prepared:
        """Make of a sample what a model takes: the same for training and for every answer.

        Parameters
        ----------
        sample : bytes or array
            A file, or ``decoded``.
        contract : InputContract
            The model's.
        detector : Detector, optional
            Who looks for faces, where the kind has them.
        most : int, optional
            Faces to cut, the largest; all by default.
        cut_already : bool
            The sample is a face crop.

        Returns
        -------
        Prepared
            One row, or one a face.

        Raises
        ------
        MediaError
            If the file cannot be decoded.
        """

    @abstractmethod
    def preview(self, data: bytes, side: int) -> Preview | None:
        """Make something small to put on a page.

        Parameters
        ----------
        data : bytes
            The file.
        side : int
            Pixels that what is drawn is high; `wide` times as many across.

        Returns
        -------
        Preview or None
            None where it cannot be shown.
        """

    def parts(self, row: Any, contract: InputContract, decoded: Decoded | None = None) -> Parts | None:  # noqa: ANN401
        """Say what of a row can be hidden from a model, so that `mien.explain` finds what moved its answer.

        Parameters
        ----------
        row : array [*contract.shape]
            From `prepare`.
        contract : InputContract
            The model's.
        decoded : array, optional
            What the row was cut of: parts are then called by where they lie in it, else by where they lie in the row.

        Returns
        -------
        Parts or None
            None where nothing can be hidden.
        """
        return None

    def keep(self, data: bytes, decoded: Decoded) -> tuple[bytes, str]:
        """Say what is stored of a sample that a visitor gives: nothing beside what a model sees.

        Parameters
        ----------
        data : bytes
            The file.
        decoded : array
            From `decode`.

        Returns
        -------
        tuple of (bytes, str)
            A file, and its ending.
        """
        return data, self.endings[0]

    def checks(self) -> tuple[Check, ...]:
        """Give what the audit looks for in this kind alone, in the order in which the issues are shown."""
        return ()

    def properties(self, contract: InputContract) -> tuple[Property, ...]:
        """Say what can be measured of samples, so that groups can be told without a column.

        Parameters
        ----------
        contract : InputContract
            Of the model that takes them.

        Returns
        -------
        tuple of Property
            Each with its own error.
        """
        return ()

    def reworded(self) -> dict[str, dict[str, str]]:
        """Say in other words what the audit finds in all kinds: an issue's word to the fields that differ."""
        return {}

    def is_drawn(self, data: bytes) -> bool:
        """Say whether a file bears the mark of those that Mien makes; False where nothing says so."""
        return False

    def taken(self, data: bytes, decoded: Decoded) -> tuple[float | None, str | None]:
        """Say when a sample was recorded, and by what.

        Parameters
        ----------
        data : bytes
            The file.
        decoded : array
            From `decode`.

        Returns
        -------
        tuple of (float or None, str or None)
            Seconds, and a device; None where the file does not say.
        """
        return None, None

    def vary(
        self, source: Rows, rows: Integers, numbers: Integers, when: tuple[int, int], variation: Variation
    ) -> Rows:
        """Read rows as they look in one epoch.

        Parameters
        ----------
        source : array [N, *contract.shape]
            The cache, of which only `rows` are touched.
        rows, numbers : int64 [B]
            Which, and a number for each that nothing else in the epoch has.
        when : tuple of int
            Seed and epoch.
        variation : Variation
            How strongly.

        Returns
        -------
        array [B, *contract.shape]
            New memory.
        """
        return np.take(source, rows, axis=0)

    def mix(
        self, values: Rows, targets: Targets, variation: Variation, when: tuple[int, int, int]
    ) -> tuple[Rows, Targets]:
        """Mix the samples of a batch, and their labels, with each other.

        Parameters
        ----------
        values : array [B, *contract.shape]
            A batch.
        targets : float32 [B, classes]
            The share of each class.
        variation : Variation
            How.
        when : tuple of int
            Seed, epoch and batch.

        Returns
        -------
        tuple of (array [B, *contract.shape], float32 [B, classes])
            New memory.
        """
        return values, targets

    def vectors(self, rows: Rows) -> Any:  # noqa: ANN401
        """Write rows so that their distance says how alike they are, for the nearest-neighbour baseline.

        Parameters
        ----------
        rows : array [N, *contract.shape]
            What models take.

        Returns
        -------
        float32 [N, D]
            Or pictures, uint8 [N, H, W, 3], which `mien.evaluate` reduces by itself.
        """
        return np.asarray(rows, np.float32).reshape(len(rows), -1)

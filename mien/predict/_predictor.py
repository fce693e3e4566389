"""Predictor: one model file, ready to answer."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien import media
from mien.core.errors import MediaError, SettingError, did_you_mean
from mien.core.types import Answer, FaceAnswer, InputContract
from mien.predict._file import model_file, open_model

if TYPE_CHECKING:
    from mien.core.types import Pixels, Probabilities

CHUNK = 32
CROPS = ("auto", "face", "none")
WHOLE = "This model judges whole pictures; it did not look for faces. To look for them: --crop face."


@dataclass(frozen=True)
class Sample:
    """An input made ready: what is left to do is the model's work.

    Parameters
    ----------
    name : str
        What to call it in the answer.
    rows : uint8 [N, size, size, 3]
        What the model is given: one row a face, or the whole in one.
    faces : tuple of Face, or None
        Where the rows come from; None where the input is taken whole.
    """

    name: str
    rows: Pixels
    faces: tuple[media.Face, ...] | None = None


class Predictor:
    """One model file, ready to answer.

    Parameters
    ----------
    path : path, optional
        A ``.onnx`` file that Mien exported, the folder of a run with one in it, or the name of a model that Mien
        brings along. None is the face model that it brings along.
    threads : int
        Threads for one answer; 0 lets ONNX Runtime use every core.
    labels : sequence of str
        The classes to answer with, in this order; their probabilities are scaled to sum to 1. Empty means all.
    crop : str
        ``face`` looks for faces, ``none`` takes the whole picture, ``auto`` does what the model was made for.
    finder : str or Finder
        Who looks for faces: a name from `media.finders`, ``auto``, or one that others use too.

    Raises
    ------
    ModelFileError
        If the file is missing, is no model, is damaged, or is newer than this Mien.
    SettingError
        If the model does not know one of the classes, or `crop` is another word.
    """

    def __init__(
        self,
        path: Path | str | None = None,
        *,
        threads: int = 0,
        labels: Sequence[str] = (),
        crop: str = "auto",
        finder: str | media.Finder = "auto",
    ) -> None:
        file = open_model(model_file(path), threads)
        self._session = file.session
        self._file = file
        self.contract, self.card, self.scores = file.contract, file.card, file.scores
        self._columns = _columns(self.contract.labels, labels)
        self._crop, self._note = finds(self.contract, crop), _note(self.contract, crop)
        self._finder_name = finder if isinstance(finder, str) else finder.name
        self._finder = None if isinstance(finder, str) else finder

    def asked(self, *, labels: Sequence[str] = (), crop: str = "auto") -> Predictor:
        """Return a predictor with the same model, open already, that is asked another question.

        Parameters
        ----------
        labels : sequence of str
            As for the class itself.
        crop : str
            As for the class itself.

        Returns
        -------
        Predictor
            It shares session and finder with this one.

        Raises
        ------
        SettingError
            If the model does not know one of the classes, or `crop` is another word.
        """
        other = copy.copy(self)
        other._columns = _columns(self.contract.labels, labels)  # noqa: SLF001 - one of us
        other._crop, other._note = finds(self.contract, crop), _note(self.contract, crop)  # noqa: SLF001
        return other

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes it answers with, in the order of its probabilities."""
        return tuple(self.contract.labels[column] for column in self._columns)

    @property
    def lineage(self) -> str:
        """What the model has seen, as ``core.lineage.Lineage.from_text`` reads it; empty where nobody says."""
        return self._file.lineage

    @property
    def finder(self) -> media.Finder | None:
        """Who looks for faces; None where pictures are taken whole."""
        if not self._crop:
            return None
        if self._finder is None:
            self._finder = media.finder(self._finder_name)
        return self._finder

    def probabilities(self, pixels: Pixels) -> Probabilities:
        """Answer a batch that already has the contract's size.

        Parameters
        ----------
        pixels : uint8 [N, size, size, 3]
            RGB, 0..255.

        Returns
        -------
        float32 [N, classes]
            Rows sum to 1.

        Raises
        ------
        SettingError
            If dtype or shape do not fit.
        """
        if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != self.contract.shape:
            raise SettingError(
                f"An array came as {pixels.dtype} {list(pixels.shape)}",
                expected=f"uint8 [N, {', '.join(map(str, self.contract.shape))}], RGB",
                todo="Or give predict() the picture itself; it does the rest",
            )
        parts = [
            self._session.run(["probabilities"], {"pixels": pixels[start : start + CHUNK]})[0]
            for start in range(0, len(pixels), CHUNK)
        ]
        if not parts:
            return np.zeros((0, len(self.labels)), np.float32)
        return self._restricted(np.concatenate(parts))

    def predict(self, picture: Path | str | bytes | Pixels, *, name: str | None = None) -> Answer:
        """Say what one picture looks like: its largest face, where the model is made for faces.

        Parameters
        ----------
        picture : path, bytes, or uint8 [H, W, 3]
            A file, a file's content, or RGB pixels of any size.
        name : str, optional
            What to call it in the answer; the path by default.

        Returns
        -------
        Answer
            Label, probability of each class, and both in words; no label and a reason where there is no face.

        Raises
        ------
        MediaError
            If the picture cannot be read.
        StorageError
            If the file of the finder that was named cannot be had.
        """
        sample = self.prepare(picture, name=name)
        return self._answer(sample, self.probabilities(sample.rows))

    def prepare(
        self, picture: Path | str | bytes | Pixels, *, name: str | None = None, most: int | None = None
    ) -> Sample:
        """Do all of `predict` that needs no model: so that a server can ask the model about many inputs at once.

        Parameters
        ----------
        picture : path, bytes, or uint8 [H, W, 3]
            As for `predict`.
        name : str, optional
            As for `predict`.
        most : int, optional
            Faces to answer for, the largest; all by default.

        Returns
        -------
        Sample
            For `answer`. May be called from many threads.

        Raises
        ------
        MediaError
            If the picture cannot be read.
        """
        named = name or (str(picture) if isinstance(picture, Path | str) else "-")
        size, finder = self.contract.size, self.finder
        if finder is None:
            return Sample(named, self._pixels(picture, size)[None])
        pixels = self._pixels(picture)
        return self._cut(named, pixels, finder.find(pixels)[:most])

    def answer(self, sample: Sample, probabilities: Probabilities) -> Answer:
        """Put into words what the model says of a sample.

        Parameters
        ----------
        sample : Sample
            From `prepare`.
        probabilities : float32 [N, classes]
            What the model says of its rows, in all classes that the model knows.

        Returns
        -------
        Answer
            As of `predict`.
        """
        return self._answer(sample, self._restricted(probabilities))

    def _answer(self, sample: Sample, probabilities: Probabilities) -> Answer:
        said = [self._said(row) for row in probabilities]
        if sample.faces is None:
            return Answer(sample.name, *said[0], note=self._note)
        finder = self.finder.name if self.finder else None
        if not said:
            reason = "No face was found in the picture. To judge the whole picture all the same: --crop none."
            return Answer(sample.name, finder=finder, reason=reason)
        faces = tuple(FaceAnswer(face.box, *pair) for face, pair in zip(sample.faces, said, strict=True))
        return Answer(sample.name, *said[0], faces, finder)

    def _cut(self, name: str, pixels: Pixels, found: tuple[media.Face, ...]) -> Sample:
        size, margin = self.contract.size, self.contract.margin
        rows = [media.crop(pixels, face, size, margin) for face in found]
        return Sample(name, np.stack(rows) if rows else np.zeros((0, *self.contract.shape), np.uint8), found)

    def _restricted(self, probabilities: Probabilities) -> Probabilities:
        if self._columns == [*range(len(self.contract.labels))]:
            return probabilities
        some = np.maximum(probabilities[:, self._columns], np.finfo(np.float32).tiny)  # all could be 0
        scaled: Probabilities = some / some.sum(1, keepdims=True)
        return scaled

    def faces(self, pixels: Pixels) -> tuple[FaceAnswer, ...]:
        """Say what every face of a picture looks like.

        Parameters
        ----------
        pixels : uint8 [H, W, 3]
            RGB, 0..255, of any size.

        Returns
        -------
        tuple of FaceAnswer
            Largest first; empty where there is none, or where the model takes pictures whole.
        """
        if self.finder is None:
            return ()
        sample = self._cut("-", pixels, self.finder.find(pixels))
        return self._answer(sample, self.probabilities(sample.rows)).faces

    def sees(self, picture: Path | str | bytes | Pixels) -> Pixels:
        """Return the part of a picture that decides its answer, as the model is given it.

        Parameters
        ----------
        picture : path, bytes, or uint8 [H, W, 3]
            As for `predict`.

        Returns
        -------
        uint8 [size, size, 3]
            RGB: the largest face, or the whole picture.

        Raises
        ------
        MediaError
            If the picture cannot be read, or has no face where one was looked for.
        """
        rows = self.prepare(picture, most=1).rows
        if not len(rows):
            raise MediaError("No face was found in the picture", issue="faceless", todo="Try --crop none")
        seen: Pixels = rows[0]
        return seen

    def answers(self, pictures: list[tuple[str, Path | bytes]]) -> Iterator[Answer]:
        """Answer many inputs in order; one that cannot be read gets its sentence, the others their answers.

        Parameters
        ----------
        pictures : list of (name, path or bytes)
            The inputs.

        Yields
        ------
        Answer
            One an input, with ``error`` set where there is no answer.
        """
        for name, picture in pictures:
            try:
                yield self.predict(picture, name=name)
            except MediaError as error:
                yield Answer(path=name, error=str(error))

    def _said(self, row: Probabilities) -> tuple[str, dict[str, float]]:
        pairs = {label: float(value) for label, value in zip(self.labels, row, strict=True)}
        return self.labels[int(row.argmax())], pairs

    def _pixels(self, picture: Path | str | bytes | Pixels, size: int | None = None) -> Pixels:
        if isinstance(picture, np.ndarray):
            if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
                raise SettingError(
                    f"An array came as {picture.dtype} {list(picture.shape)}", expected="uint8 [H, W, 3], RGB, 0..255"
                )
            return picture if size is None else media.fit(picture, size)
        data = picture if isinstance(picture, bytes) else media.read(str(picture))
        return media.decode(data, size)


def finds(contract: InputContract, crop: str) -> bool:
    """Say whether faces are looked for.

    Parameters
    ----------
    contract : InputContract
        The model's.
    crop : str
        ``auto``, ``face`` or ``none``.

    Returns
    -------
    bool
        False where pictures are taken whole.

    Raises
    ------
    SettingError
        If `crop` is another word.

    Examples
    --------
    >>> finds(InputContract(("happy", "sad"), 48, crop="face"), "auto")
    True
    """
    if crop not in CROPS:
        raise SettingError(f"crop = '{crop}' is not known", todo=did_you_mean(crop, CROPS))
    return crop == "face" or (crop == "auto" and contract.crop == "face")


def _note(contract: InputContract, crop: str) -> str | None:
    """Say what to know of an answer to a whole picture, unless the person asked for the whole."""
    return WHOLE if crop == "auto" and not finds(contract, crop) else None


def _columns(known: tuple[str, ...], labels: Sequence[str]) -> list[int]:
    for label in labels:
        if label not in known:
            raise SettingError(f"The model does not know the class '{label}'", todo=did_you_mean(label, known))
    if labels and len(set(labels)) < max(2, len(labels)):
        raise SettingError(f"The classes asked for are {', '.join(labels)}", expected="two different ones or more")
    return [known.index(label) for label in labels] or [*range(len(known))]

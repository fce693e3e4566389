"""Predictor: one model file, ready to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        The classes to answer with, in this order; their weights are scaled to sum to 1. Empty means all.
    crop : str
        ``face`` looks for faces, ``none`` takes the whole picture, ``auto`` does what the model was made for.
    finder : str
        Who looks for faces, a name from `media.finders`, or ``auto``.

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
        finder: str = "auto",
    ) -> None:
        file = open_model(model_file(path), threads)
        self._session = file.session
        self.contract, self.card, self.scores = file.contract, file.card, file.scores
        self._columns = _columns(self.contract.labels, labels)
        self._crop = finds(self.contract, crop)
        self._finder_name = finder
        self._finder: media.Finder | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes it answers with, in the order of its weights."""
        return tuple(self.contract.labels[column] for column in self._columns)

    @property
    def finder(self) -> media.Finder | None:
        """Who looks for faces; None where pictures are taken whole."""
        if self._crop and self._finder is None:
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
        weights: Probabilities = np.concatenate(parts)
        if self._columns == [*range(len(self.contract.labels))]:
            return weights
        some = np.maximum(weights[:, self._columns], np.finfo(np.float32).tiny)  # all could be 0
        scaled: Probabilities = some / some.sum(1, keepdims=True)
        return scaled

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
            Label and weight of each class; no label and a reason where there is no face.

        Raises
        ------
        MediaError
            If the picture cannot be read.
        StorageError
            If the file of the finder that was named cannot be had.
        """
        named = name or (str(picture) if isinstance(picture, Path | str) else "-")
        finder = self.finder
        if finder is None:
            label, weights = self._said(self.probabilities(self._pixels(picture, self.contract.size)[None])[0])
            return Answer(named, label, weights)
        faces = self.faces(self._pixels(picture))
        if not faces:
            reason = "No face was found in the picture. To judge the whole picture all the same: --crop none."
            return Answer(named, finder=finder.name, reason=reason)
        return Answer(named, faces[0].label, faces[0].probabilities, faces, finder.name)

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
        found = self.finder.find(pixels) if self.finder else ()
        if not found:
            return ()
        size, margin = self.contract.size, self.contract.margin
        rows = self.probabilities(np.stack([media.crop(pixels, face, size, margin) for face in found]))
        return tuple(FaceAnswer(face.box, *self._said(row)) for face, row in zip(found, rows, strict=True))

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
        finder = self.finder
        if finder is None:
            return self._pixels(picture, self.contract.size)
        pixels = self._pixels(picture)
        found = finder.find(pixels)
        if not found:
            raise MediaError("No face was found in the picture", issue="faceless", todo="Try --crop none")
        return media.crop(pixels, found[0], self.contract.size, self.contract.margin)

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

    def _said(self, weights: Probabilities) -> tuple[str, dict[str, float]]:
        pairs = {label: float(weight) for label, weight in zip(self.labels, weights, strict=True)}
        return self.labels[int(weights.argmax())], pairs

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


def _columns(known: tuple[str, ...], labels: Sequence[str]) -> list[int]:
    for label in labels:
        if label not in known:
            raise SettingError(f"The model does not know the class '{label}'", todo=did_you_mean(label, known))
    if labels and len(set(labels)) < max(2, len(labels)):
        raise SettingError(f"The classes asked for are {', '.join(labels)}", expected="two different ones or more")
    return [known.index(label) for label in labels] or [*range(len(known))]

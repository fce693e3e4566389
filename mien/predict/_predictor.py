"""Predictor: one model file, ready to answer."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import faces, kinds, media
from mien.core.answer import SpokenAnswer
from mien.core.deprecated import INPUTS_OF_CROP, renamed_argument, renamed_attribute
from mien.core.errors import MediaError, SettingError
from mien.core.prediction_sets import CONFIDENCE, level_of
from mien.core.types import Answer, FaceAnswer
from mien.predict._file import model_file, open_model
from mien.predict._input import load, name_of, with_names
from mien.predict._options import columns_of, looks_for_faces
from mien.predict._sample import NO_FACE, NOBODY, NOT_A_FACE, Sample, accepted, doubted, note
from mien.predict._windows import SILENT, answered, mean

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Probabilities, Rows
    from mien.faces import Detector
    from mien.kinds import Window

CHUNK = 32


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
    inputs : str
        What it is given: ``photos``, in which it looks for faces; ``faces``, which are cut out already; ``whole``,
        pictures to take as they are; ``auto`` does what the model was made for.
    detector : str or Detector
        Who looks for faces: a name from `faces.detectors`, ``auto``, or one that others use too.
    confidence : float
        How often the truth is to be in the prediction set of an answer, 0.5..0.99; rounded up to whole per cent.

    Raises
    ------
    ModelFileError
        If the file is missing, is no model, is damaged, or is newer than this Mien.
    SettingError
        If the model does not know one of the classes, `inputs` is another word, or `confidence` out of range.
    """

    @renamed_argument("finder", "detector")
    @renamed_argument("crop", "inputs", INPUTS_OF_CROP)
    def __init__(
        self,
        path: Path | str | None = None,
        *,
        threads: int = 0,
        labels: Sequence[str] = (),
        inputs: str = "auto",
        detector: str | Detector = "auto",
        confidence: float = CONFIDENCE,
    ) -> None:
        file_path = model_file(path)
        file = open_model(file_path, threads)
        self._path, self._threads = file_path.absolute(), threads
        self._session, self._file = file.session, file
        self.contract, self.card, self.scores, self.terms = file.contract, file.card, file.scores, file.terms
        self.kind = kinds.kind(file.contract.kind)
        self._set(labels, inputs, confidence)
        self._detector_name = detector if isinstance(detector, str) else detector.name
        self._detector = None if isinstance(detector, str) else detector

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross to another process, where the file is opened anew: a session is tied to the one that opened it."""
        own = self._detector_name not in (faces.AUTO, *faces.detectors())
        detector: Any = self._detector if own else self._detector_name
        options = partial(Predictor, threads=self._threads, labels=self.labels, inputs=self._inputs, detector=detector)
        return partial(options, confidence=self.confidence), (self._path,)

    def __copy__(self) -> Predictor:
        """Share the session, which any number of threads may use."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other

    def __deepcopy__(self, known: dict[int, Any]) -> Predictor:
        """Do as `__copy__` does: nothing in it changes."""
        return self.__copy__()

    @renamed_argument("crop", "inputs", INPUTS_OF_CROP)
    def with_options(
        self, *, labels: Sequence[str] = (), inputs: str = "auto", confidence: float = CONFIDENCE
    ) -> Predictor:
        """Return a predictor with the same model, open already, that answers with other classes or of other inputs.

        It shares session and detector with this one; the options are, and fail, as for the class itself.
        """
        other = copy.copy(self)
        other._set(labels, inputs, confidence)  # noqa: SLF001 - one of us
        return other

    def _set(self, labels: Sequence[str], inputs: str, confidence: float) -> None:
        self._columns = columns_of(self.contract.labels, labels)
        self._calibration, self.rule = self._file.answering(self.labels, level_of(confidence))
        self._inputs, self._note = inputs, note(self._file, inputs)
        self._uses_detector = looks_for_faces(self.contract, inputs)
        self._windowed = self.kind.windowed and inputs == "auto"

    @property
    def confidence(self) -> float:
        """How often the truth is to be in a prediction set, 0.5..0.99."""
        return self.rule.confidence

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes it answers with, in the order of its probabilities."""
        return tuple(self.contract.labels[column] for column in self._columns)

    @property
    def note(self) -> str | None:
        """What one should know of each of its answers; None where nothing."""
        return self._note

    @property
    def lineage(self) -> str:
        """What the model has seen, as ``core.lineage.Lineage.from_text`` reads it; empty where nobody says."""
        return self._file.lineage

    @property
    def validation(self) -> str:
        """What it said of its validation samples, for `ValidationAnswers.from_text`; empty in files of before."""
        return self._file.validation

    @property
    def detector(self) -> Detector | None:
        """Who looks for faces; None where pictures are taken whole."""
        if self._uses_detector and self._detector is None:
            self._detector = faces.detector(self._detector_name)
        return self._detector if self._uses_detector else None

    @renamed_argument("pixels", "rows")
    def probabilities(self, rows: Rows) -> Probabilities:
        """Answer a batch that already has the contract's size.

        Parameters
        ----------
        rows : array [N, *contract.shape]
            In the contract's dtype: of pictures uint8 [N, size, size, 3], RGB, 0..255.

        Returns
        -------
        float32 [N, classes]
            Rows sum to 1.

        Raises
        ------
        SettingError
            If dtype or shape do not fit.
        """
        dtype, shape = getattr(rows, "dtype", type(rows).__name__), getattr(rows, "shape", ())
        contract = self.contract
        if dtype != contract.dtype or len(shape) < 2 or tuple(shape[1:]) != contract.shape:
            raise SettingError(
                f"An array came as {dtype} {list(shape)}",
                expected=self.kind.described(contract),
                todo=f"Or give predict() the {self.kind.one} itself; it does the rest",
            )
        parts = [
            self._session.run(["probabilities"], {contract.tensor: rows[start : start + CHUNK]})[0]
            for start in range(0, len(rows), CHUNK)
        ]
        if not parts:
            return np.zeros((0, len(self.labels)), np.float32)
        return self._restrict(np.concatenate(parts))

    def accepts(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Say which rows a model for faces would judge at all; a model of other inputs judges every row.

        `predict` asks this by itself, `probabilities` does not.

        Parameters
        ----------
        rows : array [N, *contract.shape]
            As for `probabilities`.

        Returns
        -------
        bool [N]
            False where what came as a face does not look like one.
        """
        return accepted(rows, self.kind, self.contract, self._inputs)

    def predict(self, picture: Any, *, name: str | None = None) -> Answer:  # noqa: ANN401 - see there
        """Say what one picture looks like: its largest face, where the model is made for faces.

        Parameters
        ----------
        picture : path, bytes, open file, PIL image, or array
            A path; a file's content in bytes, as base64 text or as a ``data:`` address; an open file; a PIL image of
            any mode; or numbers of any size: an array, a tensor, or nested lists, RGB [H, W, 3] (also grey [H, W], with
            alpha, or channels first), 0..255 or 0..1.
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
        SettingError
            If it is nothing of the kind.
        StorageError
            If the file of the detector that was named cannot be had.
        """
        if self._windowed:
            return self._spoken(name or name_of(picture, self.kind), mean(self.windows(picture)))
        sample = self.prepare(picture, name=name)
        return self._answer(sample, self.probabilities(sample.rows))

    def windows(self, sample: Any, *, live: bool = False) -> Iterator[tuple[Window, Probabilities | None]]:  # noqa: ANN401
        """Answer a recording of any length window by window; memory does not grow with it.

        Parameters
        ----------
        sample : path, bytes, open file, array, or iterator of arrays
            As for `predict`; or ``decoded`` pieces, one after the other, such as from a microphone.
        live : bool
            Whether it is being recorded: each window is answered as soon as it is there.

        Yields
        ------
        tuple of (kinds.Window, float32 [classes] or None)
            The window, and the probability of each class, in the order of `labels`; None where nobody speaks.

        Raises
        ------
        MediaError
            If it cannot be read, also in its middle.
        SettingError
            If the model takes samples that are judged as a whole.
        """
        plain = isinstance(sample, Iterator) or (isinstance(sample, io.BufferedIOBase) and sample.seekable())
        source = sample if plain else load(sample, self.kind)
        with ExitStack() as stack:
            if isinstance(source, Path):
                source = stack.enter_context(media.open_file(str(source)))
            pieces = [source] if isinstance(source, np.ndarray) else source
            found = self.kind.windows(pieces, self.contract, live=live)
            yield from answered(found, self.probabilities, at_once=1 if live else CHUNK)

    def prepare(self, picture: Any, *, name: str | None = None, most: int | None = None) -> Sample:  # noqa: ANN401
        """Do all of `predict` that needs no model, from many threads, so that a server can ask the model in batches.

        `most` is how many faces to answer for, the largest; all by default.
        """
        name, source = name or name_of(picture, self.kind), self._loaded(picture)
        if not self._windowed:
            return self._prepared(name, source, most)
        decoded = self.kind.decode(source) if isinstance(source, bytes) else source
        found = [window for window in self.kind.windows([decoded], self.contract) if window.row is not None]
        rows = np.zeros((len(found), *self.contract.shape), self.contract.dtype)
        for place, window in enumerate(found):
            rows[place] = window.row
        return Sample(name, rows, weights=np.array([window.weight for window in found]))

    def answer(self, sample: Sample, probabilities: Probabilities) -> Answer:
        """Put a sample's probabilities in all classes that the model knows, float32 [N, classes], into words."""
        return self._answer(sample, self._restrict(probabilities))

    def _spoken(self, name: str, mean: Probabilities | None) -> Answer:
        if mean is None:
            return SpokenAnswer(name, reason=SILENT, rule=self.rule)
        return SpokenAnswer(name, *self._named(mean), note=self._note, rule=self.rule)

    def _named(self, row: Probabilities) -> tuple[str, dict[str, float]]:
        return self.labels[int(row.argmax())], dict(zip(self.labels, row.tolist(), strict=True))

    def _answer(self, sample: Sample, probabilities: Probabilities) -> Answer:
        if sample.weights is not None:
            some = len(probabilities) > 0
            return self._spoken(sample.name, np.average(probabilities, 0, sample.weights) if some else None)
        answers = [self._named(row) for row in probabilities]
        doubts = sample.doubts or ((),) * len(answers)
        if sample.refused:
            return Answer(sample.name, reason=NOT_A_FACE, rule=self.rule)
        if sample.faces is None:
            spoken = SpokenAnswer if self.kind.windowed else Answer
            return spoken(sample.name, *answers[0], note=self._note, rule=self.rule, doubts=doubts[0])
        detector = self.detector.name if self.detector else None
        if not answers:
            return Answer(sample.name, detector=detector, reason=NOBODY, rule=self.rule)
        if not sample.faces:
            return Answer(sample.name, *answers[0], detector=detector, note=NO_FACE, rule=self.rule)
        each = zip(sample.faces, answers, doubts, strict=True)
        faces = tuple(FaceAnswer(face.box, *answer, self.rule, against) for face, answer, against in each)
        return Answer(sample.name, *answers[0], faces, detector, note=self._note, rule=self.rule, doubts=doubts[0])

    def _prepared(self, name: str, source: Any, most: int | None = None) -> Sample:  # noqa: ANN401
        cut_already = self._inputs == "faces"
        detector = faces.checked(self.detector) if self.detector else None
        found = self.kind.prepare(source, self.contract, detector, most=most, cut_already=cut_already)
        if cut_already and not self.accepts(found.rows).all():
            return Sample(name, found.rows[:0], refused=True)
        # A model that takes both may be asked for faces alone.
        rows = found.rows if found.faces or self._inputs != "photos" else found.rows[:0]
        against = doubted(rows, found.faces, self.kind, self.contract, self._inputs)
        return Sample(name, rows, found.faces, doubts=against)

    def _restrict(self, probabilities: Probabilities) -> Probabilities:
        if self._columns == [*range(len(self.contract.labels))]:
            return probabilities
        some = np.maximum(probabilities[:, self._columns], np.finfo(np.float32).tiny)  # all could be 0
        return self._calibration.apply(some / some.sum(1, keepdims=True)).astype(np.float32)

    def faces(self, picture: Any) -> tuple[FaceAnswer, ...]:  # noqa: ANN401
        """Say what every face of a picture, as for `predict`, looks like.

        The largest first; empty where there is none, or where the model takes pictures whole.
        """
        if self.detector is None:
            return ()
        sample = self._prepared("-", self._loaded(picture))
        return self._answer(sample, self.probabilities(sample.rows)).faces if sample.faces else ()

    def model_input(self, picture: Any) -> Any:  # noqa: ANN401
        """Return what the model is given of a picture, or another sample, for its answer.

        Parameters
        ----------
        picture : path, bytes, open file, PIL image, or array
            As for `predict`.

        Returns
        -------
        array [*contract.shape]
            Of a picture RGB, uint8: of the largest face, or the whole.

        Raises
        ------
        MediaError
            If the picture cannot be read, or has no face where one was looked for.
        """
        sample = self._prepared("-", self._loaded(picture), 1)
        rows = sample.rows
        if sample.refused:
            raise MediaError("This does not look like a face", issue="faceless", todo="Try --inputs whole")
        if not len(rows):
            raise MediaError("No face was found in the picture", issue="faceless", todo="Try --inputs whole")
        return rows[0]

    def answers(self, pictures: Iterable[Any]) -> Iterator[Answer]:
        """Answer many inputs in order; one that cannot be read gets its sentence, the others their answers.

        Parameters
        ----------
        pictures : iterable
            Each a picture as for `predict`, or a pair of a name for the answer and a picture.

        Yields
        ------
        Answer
            One an input, with ``error`` set where there is no answer.

        Raises
        ------
        SettingError
            If it cannot be walked through.
        """
        for name, picture in with_names(pictures, self.kind):
            try:
                yield self.predict(picture, name=name)
            except (MediaError, SettingError) as error:
                yield Answer(path=name or "-", error=str(error), rule=self.rule)

    finder = renamed_attribute("finder", "detector")
    asked = renamed_attribute("asked", "with_options")
    sees = renamed_attribute("sees", "model_input")

    def _loaded(self, sample: Any) -> Any:  # noqa: ANN401
        source = load(sample, self.kind)
        return media.read(str(source)) if isinstance(source, Path) else source

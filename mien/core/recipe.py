"""The recipe: every setting of a run as one flat, frozen table, to and from TOML."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.core._settings import check, check_search, kind, setting
from mien.core.deprecated import INPUTS_OF_CROP, renamed_argument, renamed_attribute, renamed_key
from mien.core.errors import SettingError, did_you_mean
from mien.core.files import write_text
from mien.core.persons import BY, PATTERN, Persons

OPTIMIZERS = ("adam", "adamw", "lion", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine", "one-cycle", "plateau", "step")
LOSSES = ("binary", "cross-entropy", "focal")
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
METRICS = ("val_accuracy", "val_balanced_accuracy", "val_loss")
AUTO = "auto"  # as the model: the data decides
INPUTS = ("photos", "faces", "whole", "both")
FEATURES = ("bands", "embedding", "formants", "hog", "lbp", "loudness", "mfcc", "pitch", "rhythm", "spectrum")

_DATA, _STEPS, _LOSS = "Data", "Steps: optimiser and schedule", "Loss: what counts as wrong"
_CHANGES, _STOP, _START = "Augmentation", "Stopping and checkpoints", "Starting from a trained network"
_FEATURES = "SVM and forest"


@dataclass(frozen=True)
class Recipe:
    """Every setting of a run. What is None is filled in by the model's family, if the family takes it.

    See `about` for the sentence and unit of each field; ``docs/recipe.md`` lists them all.
    """

    model: str = setting(_DATA, "Model family, a name from `mien models`.", default="compact")
    labels: tuple[str, ...] = setting(_DATA, "Classes to use; empty means all that the data has.", default=())
    names: tuple[str, ...] = setting(
        _DATA, "Names of classes that are numbers in the data, in their order, or as number=name.", default=()
    )
    by: str = setting(_DATA, BY, default="")
    person: str = setting(_DATA, PATTERN, default="")
    seed: int = setting(_DATA, "Seed of weights, order and augmentation.", 0, 2**31 - 1, default=0)
    seeds: int = setting(
        _DATA, "How many models to train, each from its own seed; they answer together.", 1, 100, default=1
    )
    split_seed: int = setting(_DATA, "Seed of the split.", 0, 2**31 - 1, default=0)
    folds: int = setting(
        _DATA,
        "Rounds of cross-validation: each picture is measured once, by a model that has not seen it. 1 is one test "
        "split; 0 takes five rounds where that would be small.",
        0,
        1000,
        default=0,
    )
    train_share: float = setting(_DATA, "Share of the pictures to train on, 0..1.", 0.01, 0.98, default=0.7)
    val_share: float = setting(_DATA, "Share to choose the best epoch on, 0..1.", 0.01, 0.98, default=0.2)
    test_share: float = setting(_DATA, "Share to measure on once, 0..1.", 0.01, 0.98, default=0.1)
    size: int | None = setting(_DATA, "Side of the square input, pixels.", 16, 1024)
    seconds: float | None = setting(
        _DATA,
        "Length of a clip that a model is trained on, seconds; of longer ones the loudest part, shorter ones end in "
        "silence.",
        0.2,
        60,
    )
    inputs: str = setting(
        _DATA,
        "What the pictures are. photos: the largest face is cut out of each; faces: they are face crops already; "
        "whole: they are learnt as they are; both: photos, whose face is learnt, and the whole picture where there is "
        "none. After all but whole the model looks for faces in what it is given.",
        among=INPUTS,
        unclear=tuple(INPUTS_OF_CROP),  # face was photos, and is nearest to faces
        default="whole",
    )
    margin: float = setting(
        _DATA,
        "What is shown around a face beyond FER2013's frame, as a share of the frame's side.",
        -0.4,
        4,
        default=0.0,
    )
    mirror: bool = setting(
        _DATA, "Whether the finished model answers with the mean over a picture and its mirror image.", default=False
    )
    lineage: str = setting(
        _DATA,
        "Whether the model file says what it was trained on (compact: about 50 bytes a picture), for mien evaluate to "
        "leave it out, or not (none).",
        among=("compact", "none"),
        default="compact",
    )
    sampling: str | None = setting(
        _DATA, "Order of an epoch: every picture once, or every class equally often.", among=("once", "balanced")
    )
    epochs: int | None = setting(_STEPS, "Passes over the training pictures.", 1, 100_000)
    batch: int | None = setting(_STEPS, "Pictures per step.", 1, 65_536)
    optimizer: str | None = setting(_STEPS, "Rule that turns gradients into steps.", among=OPTIMIZERS)
    learning_rate: float | None = setting(_STEPS, "Length of a step at its largest.", 0.0, 10.0)
    schedule: str | None = setting(_STEPS, "How the learning rate changes over the run.", among=SCHEDULES)
    warmup: float | None = setting(_STEPS, "Share of the run in which the rate rises (cosine, one-cycle).", 0, 0.9)
    decay_every: int | None = setting(
        _STEPS, "Epochs between two cuts of the rate (step), or without a better validation (plateau).", 1, 100_000
    )
    decay_factor: float | None = setting(_STEPS, "What a cut multiplies the rate by.", 0.001, 0.999)
    momentum: float | None = setting(_STEPS, "Share of the last step kept (sgd, rmsprop).", 0, 0.999)
    nesterov: bool | None = setting(_STEPS, "Whether the momentum looks ahead (sgd).")
    weight_decay: float | None = setting(_STEPS, "Pull of the weights towards zero; adam has none.", 0, 1)
    clip_norm: float | None = setting(_STEPS, "Largest norm of all gradients together; 0 does not clip.", 0, 1e6)
    accumulate: int | None = setting(_STEPS, "Batches whose gradients make one step.", 1, 4096)
    ema: float | None = setting(
        _STEPS, "Share of the old in a moving average of the weights; 0 keeps none.", 0, 0.99999
    )
    width: float | None = setting(
        _STEPS, "Channels of the network, as a multiple of the one in the box (face).", 0.25, 4
    )
    precision: str | None = setting(_STEPS, "Numbers that the network computes in.", among=PRECISIONS)
    loss: str | None = setting(_LOSS, "What is minimised.", among=LOSSES)
    focal_gamma: float | None = setting(
        _LOSS, "How little what is already right counts (focal); 0 is cross-entropy.", 0, 10
    )
    label_smoothing: float | None = setting(_LOSS, "Share of each label spread over all classes.", 0, 0.9)
    balance: float | None = setting(
        _LOSS, "How much more a rare class counts: 0 not at all, 1 as much as any other class.", 0, 1
    )
    even_groups: str | None = setting(
        _LOSS,
        "Column whose groups, and the classes in each, count alike; empty for none.",
    )
    votes: tuple[str, ...] | None = setting(
        _LOSS, "Columns of annotators' votes, as label=column; empty uses the label alone."
    )
    votes_share: float | None = setting(_LOSS, "Share of the votes in a soft label, 0..1.", 0, 1)
    outputs: str | None = setting(
        _LOSS, "Last layer: softmax, or sigmoid as the student report published.", among=("softmax", "sigmoid")
    )
    augment: float | None = setting(_CHANGES, "Strength of the random changes in training, 0 (none)..1.", 0, 1)
    randaugment: int | None = setting(_CHANGES, "Further random changes to each picture (RandAugment), a number.", 0, 8)
    erase: float | None = setting(_CHANGES, "Share of the pictures that lose a random rectangle, 0..1.", 0, 1)
    mixup: float | None = setting(
        _CHANGES, "Alpha of MixUp: how often two pictures are blended evenly; 0 never.", 0, 10
    )
    cutmix: float | None = setting(_CHANGES, "Alpha of CutMix: a rectangle of one picture in another; 0 never.", 0, 10)
    patience: int | None = setting(
        _STOP, "Epochs without a better validation before stopping; 0 never stops early.", 0, 100_000
    )
    target: float | None = setting(_STOP, "Stop when target_metric is this good; 0 never.", 0, 100)
    target_metric: str | None = setting(_STOP, "The metric that target is about.", among=METRICS)
    minutes: float | None = setting(_STOP, "Time to train, minutes; 0 is without limit.", 0, 1e6)
    checkpoint_seconds: float | None = setting(
        _STOP, "Seconds between two checkpoints; 0 makes them after epochs alone.", 0, 1e6
    )
    checkpoint_steps: int | None = setting(_STOP, "Steps between two checkpoints; 0 makes them by the clock.", 0, 10**9)
    warm_start: str = setting(_START, "An earlier run whose network to start from.", flag="--from", default="")
    backbone: str | None = setting(_START, "The pretrained network (transfer).")
    weights: str | None = setting(
        _START, "Weights to begin with: none, box (face: what Mien brings), imagenet or a file (transfer)."
    )
    frozen_epochs: int | None = setting(_START, "Epochs in which only the new head learns.", 0, 100_000)
    unfrozen_rate: float | None = setting(
        _START, "Learning rate once everything learns, as a share of the first.", 0, 1
    )
    tuned_on: str = setting(
        _START, "The search of mien tune that chose these settings, to keep its pictures apart.", default=""
    )
    teacher: str = setting(_START, "A run or model file whose answers to learn from (see mien distil).", default="")
    teacher_share: float | None = setting(_START, "Share of the teacher's answer in what is learnt, 0..1.", 0, 1)
    teacher_temperature: float | None = setting(_START, "How soft the teacher answers; 1 as it does.", 0.1, 20)
    features: tuple[str, ...] | None = setting(
        _FEATURES,
        "What is measured: of a picture hog and lbp, of a clip the others, of both embedding.",
        among=FEATURES,
    )
    components: int | None = setting(_FEATURES, "Principal components kept of the features.", 1, 2048)
    kernel: str | None = setting(_FEATURES, "Shape of the boundary (svm).", among=("linear", "rbf"))
    cost: float | None = setting(_FEATURES, "Price of a mistake in training, C (svm).", 1e-6, 1e6)
    landmarks: int | None = setting(
        _FEATURES, "Training pictures that stand for all in the kernel (svm, rbf).", 2, 10_000
    )
    trees: str | None = setting(
        _FEATURES, "Trees side by side, or each mending the last (forest).", among=("forest", "boosting")
    )
    tree_count: int | None = setting(_FEATURES, "Trees, for boosting rounds of trees (forest).", 1, 5000)
    tree_depth: int | None = setting(_FEATURES, "Questions in a row at most (forest).", 1, 64)
    leaf: int | None = setting(_FEATURES, "Training pictures at the end of a branch at least (forest).", 1)
    search: Mapping[str, Any] = setting(
        _DATA, "What `mien tune` may change: a table of choices and ranges.", default={}
    )

    crop = renamed_attribute("crop", "inputs", INPUTS_OF_CROP)

    def __post_init__(self) -> None:
        fields = {item.name: item for item in dataclasses.fields(self)}
        for name, item in fields.items():
            check(item, getattr(self, name))
        check_search(self.search, fields)
        if len(set(self.labels)) < len(self.labels):
            raise SettingError(f"labels = {list(self.labels)} names a class twice", todo="Name each class once")
        Persons(self.by, self.person)
        total = self.train_share + self.val_share + self.test_share
        if abs(total - 1) > 1e-6:
            came = f"The three shares add up to {total:.3f}"
            raise SettingError(came, expected="1", todo="For example 0.7, 0.2, 0.1")

    def with_defaults(self, defaults: Mapping[str, Any]) -> Recipe:
        """Fill in what is None.

        Parameters
        ----------
        defaults : mapping of str to value
            What the model's family prefers.

        Returns
        -------
        Recipe
            The resolved recipe.

        Examples
        --------
        >>> Recipe(epochs=3).with_defaults({"epochs": 20, "batch": 32}).batch
        32
        """
        empty = {name: value for name, value in defaults.items() if getattr(self, name) is None}
        return dataclasses.replace(self, **empty)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """Make a recipe from plain values.

        Parameters
        ----------
        values : mapping of str to value
            Any of the fields.

        Returns
        -------
        Recipe
            Checked.

        Raises
        ------
        SettingError
            On an unknown key, a value of the wrong type or out of range.

        Examples
        --------
        >>> Recipe.from_dict({"epoch": 3})
        Traceback (most recent call last):
        mien.core.errors.SettingError: The recipe has no key 'epoch'. Did you mean 'epochs'?
        """
        values = renamed_key(values, "crop", "inputs", INPUTS_OF_CROP)
        fields, clean = {item.name: item for item in dataclasses.fields(cls)}, dict(values)
        for key, value in values.items():
            if key not in fields:
                raise SettingError(f"The recipe has no key '{key}'", todo=did_you_mean(key, fields))
            if kind(fields[key]) == "tuple" and isinstance(value, list):
                clean[key] = tuple(value)
        return cls(**clean)

    @classmethod
    def read(cls, path: Path | str) -> Recipe:
        """Read a recipe from TOML.

        Parameters
        ----------
        path : path
            The file.

        Returns
        -------
        Recipe
            Checked.

        Raises
        ------
        SettingError
            If the file cannot be read, is no TOML, or holds a wrong setting.
        """
        try:
            values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            came = f"The recipe '{path}' cannot be read ({error.strerror})"
            raise SettingError(came, todo="Check the path") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise SettingError(f"The recipe '{path}' is not TOML ({error})", todo="See docs/recipe.md") from error
        return cls.from_dict(values)

    def save(self, path: Path | str) -> Path:
        """Write the recipe as TOML, one line a setting with its sentence above it."""
        import tomli_w

        lines = []
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if value is not None and value != {}:
                plain = list(value) if isinstance(value, tuple) else value
                lines += [f"# {item.metadata['about']}", tomli_w.dumps({item.name: plain})]
        return write_text(path, "\n".join(lines))


Recipe.__init__ = renamed_argument("crop", "inputs", INPUTS_OF_CROP)(Recipe.__init__)  # type: ignore[method-assign]


def about(one: str = "picture", many: str = "pictures") -> dict[str, str]:
    """Return the sentence of every setting, by name, about samples that are called `one` and `many`."""
    return {item.name: of_samples(item.metadata["about"], one, many) for item in dataclasses.fields(Recipe)}


def of_samples(words: str, one: str, many: str) -> str:
    """Say of samples that are called `one` and `many` what is said of pictures.

    >>> of_samples("Pictures per step, each picture once.", "clip", "clips")
    'Clips per step, each clip once.'
    """
    nouns = {"picture": one, "pictures": many, "Picture": one.capitalize(), "Pictures": many.capitalize()}
    return re.sub(r"\b[Pp]ictures?\b", lambda word: nouns[word[0]], words)


def kinds() -> dict[str, str]:
    """Return the type of every setting by name, such as ``int``; ``tuple`` is of words, ``Mapping`` a TOML table."""
    return {item.name: kind(item) for item in dataclasses.fields(Recipe)}

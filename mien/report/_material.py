"""What the stages left in the run's folder, read once."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.core import parquet
from mien.core.errors import StorageError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Findings, InputContract, Manifest
from mien.evaluate import Scores

if TYPE_CHECKING:
    import polars as pl

WEIGHT = "p:"  # prefix of the columns of predictions.parquet that hold a class's weight


@dataclass(frozen=True)
class Material:
    """All that the report is made of; what is not there is None or empty.

    Parameters
    ----------
    run : Run
        The folder.
    state : dict
        Its progress: ``source``, ``best_epoch``, ``stopped`` and ``seconds`` (stage to seconds) are used.
    recipe : Recipe or None
        Resolved.
    contract : InputContract or None
        What the model eats.
    manifest : Manifest or None
        With its splits.
    findings : Findings or None
        Of the audit.
    history : list of dict of str to float or None
        One an epoch, as `history.csv` has them.
    scores : dict
        As `scores.json` has them: ``test`` and ``baselines`` (`Scores.to_dict`), ``temperature``, ``groups``
        (rows of ``column``, ``value``, ``n``, ``accuracy``, ``low``, ``high``), ``proof`` (`Proof.to_dict`).
    predictions : polars.DataFrame or None
        Columns ``id``, ``label``, ``predicted`` and one ``p:<label>`` a class; the test side.
    environment : dict
        As `environment.json` has it.
    overlays : dict of str to path
        Pictures with heat, by the name of the file without its ending: an id, or the start of a content hash.
    model_bytes : int or None
        Size of the model file.
    """

    run: Run
    state: dict[str, Any] = field(default_factory=dict)
    recipe: Recipe | None = None
    contract: InputContract | None = None
    manifest: Manifest | None = None
    findings: Findings | None = None
    history: list[dict[str, float | None]] = field(default_factory=list)
    scores: dict[str, Any] = field(default_factory=dict)
    predictions: pl.DataFrame | None = None
    environment: dict[str, Any] = field(default_factory=dict)
    overlays: dict[str, Path] = field(default_factory=dict)
    model_bytes: int | None = None

    @classmethod
    def read(cls, run: Run) -> Material:
        """Read what is there.

        Parameters
        ----------
        run : Run
            The folder.

        Returns
        -------
        Material
            What is not there is None or empty.

        Raises
        ------
        MienError
            If a file is there but damaged.
        """
        return cls(
            run=run,
            state=run.state(),
            recipe=Recipe.read(run.recipe) if run.recipe.exists() else None,
            contract=InputContract.from_json(_text(run.contract)) if run.contract.exists() else None,
            manifest=Manifest.read(run.manifest) if run.manifest.exists() else None,
            findings=Findings.read(run.findings) if run.findings.exists() else None,
            history=_history(run.history),
            scores=_object(run.scores),
            predictions=_predictions(run.predictions),
            environment=_object(run.environment),
            overlays={path.stem: path for path in sorted(run.explanations.glob("*.webp"))},
            model_bytes=run.model.stat().st_size if run.model.exists() else None,
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes in the order of the model's outputs."""
        if self.contract is not None:
            return self.contract.labels
        if self.recipe is not None and self.recipe.labels:
            return self.recipe.labels
        if self.manifest is not None:
            return self.manifest.labels
        return self.test.labels if self.test is not None else ()

    @property
    def test(self) -> Scores | None:
        """The scores on the test side."""
        found = self.scores.get("test")
        return Scores.from_dict(found) if found else None

    @property
    def trained_on(self) -> str:
        """What the model was trained on, such as ``drawn faces``; empty where an older run does not say."""
        return str(self.scores.get("trained_on", ""))

    @property
    def baselines(self) -> dict[str, Scores]:
        """The scores of what has to be beaten, by name."""
        return {name: Scores.from_dict(found) for name, found in self.scores.get("baselines", {}).items()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"'{path}' cannot be read ({error})", todo="Start the run anew") from error


def _object(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        value = json.loads(_text(path))
    except ValueError as error:
        raise StorageError(f"'{path}' is damaged ({error})", todo="Start the run anew") from error
    if not isinstance(value, dict):
        raise StorageError(f"'{path}' holds no object", todo="Start the run anew")
    return value


def _history(path: Path) -> list[dict[str, float | None]]:
    if not path.exists():
        return []
    return [{name: _number(value) for name, value in row.items()} for row in csv.DictReader(io.StringIO(_text(path)))]


def _number(value: str | None) -> float | None:
    try:
        return float(value or "")
    except ValueError:
        return None


def _predictions(path: Path) -> pl.DataFrame | None:
    if not path.exists():
        return None
    try:
        frame = parquet.read(path)
    except OSError as error:
        raise StorageError(f"'{path}' is damaged ({error})", todo="Evaluate the run anew") from error
    missing = {"id", "label", "predicted"} - set(frame.columns)
    if missing:
        raise StorageError(f"'{path}' has no column {sorted(missing)}", todo="Evaluate the run anew")
    return frame

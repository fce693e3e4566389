"""What the stages left in the run's folder, read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mien.core import artifacts
from mien.core.history import History
from mien.core.recipe import Recipe
from mien.core.run import Run, RunState
from mien.core.types import Findings, InputContract, Manifest, Predictions
from mien.evaluate import Scores
from mien.kinds import Kind, kind


@dataclass(frozen=True)
class RunFiles:
    """All that the report is made of; what is not there is None or empty."""

    run: Run  # the folder
    state: RunState = field(default_factory=RunState)  # its progress
    recipe: Recipe | None = None  # resolved
    contract: InputContract | None = None  # what the model eats
    manifest: Manifest | None = None  # with its splits
    findings: Findings | None = None  # of the audit
    history: History = field(default_factory=History)  # its epochs
    # As `scores.json` has them: ``test`` and ``baselines`` (`Scores.to_dict`), ``temperature``, ``groups`` (rows of
    # ``column``, ``value``, ``n``, ``accuracy``, ``low``, ``high``), ``proof`` (`Proof.to_dict`)
    scores: dict[str, Any] = field(default_factory=dict)
    # As `robustness.json` has them: ``robustness`` (`Robustness.to_dict`), ``shown`` (rows of `Illustration.to_dict`)
    robustness: dict[str, Any] = field(default_factory=dict)
    predictions: Predictions | None = None  # of the test split
    environment: dict[str, Any] = field(default_factory=dict)  # as `environment.json` has it
    # Samples with heat, by the name of the file without its ending: an id, or the start of a content hash
    overlays: dict[str, Path] = field(default_factory=dict)
    model_bytes: int | None = None  # size of the model file

    @classmethod
    def read(cls, run: Run) -> RunFiles:
        """Read what is there."""
        return cls(
            run=run,
            state=run.state(),
            recipe=artifacts.read_recipe(run) if run.recipe.exists() else None,
            contract=artifacts.read_contract(run) if run.contract.exists() else None,
            manifest=artifacts.read_manifest(run) if run.manifest.exists() else None,
            findings=artifacts.read_findings(run) if run.findings.exists() else None,
            history=artifacts.read_history(run),
            scores=artifacts.read_scores(run) if run.scores.exists() else {},
            robustness=artifacts.read_robustness(run),
            predictions=artifacts.read_predictions(run) if run.predictions.exists() else None,
            environment=artifacts.read_environment(run),
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
    def kind(self) -> Kind:
        """What the samples are; where nothing says it, pictures."""
        if self.manifest is not None:
            return kind(self.manifest.kind)
        return kind(self.contract.kind) if self.contract is not None else kind()

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

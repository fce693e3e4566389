"""Every file of a run's folder is read and written here, whoever asks: pipeline, report, comparison, search.

A file that is missing or damaged is a `StorageError` that names it, unless a sentence below says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mien.core.calibration import Calibration
from mien.core.errors import StorageError
from mien.core.files import read_json, write_bytes, write_json, write_text
from mien.core.history import History
from mien.core.lineage import Lineage
from mien.core.recipe import Recipe
from mien.core.run import Run, environment
from mien.core.types import Findings, InputContract, Manifest, Predictions


def read_recipe(run: Run) -> Recipe:
    """Read the resolved recipe."""
    return Recipe.read(run.recipe)


def write_recipe(run: Run, recipe: Recipe) -> None:
    """Write the resolved recipe."""
    recipe.save(run.recipe)


def read_manifest(run: Run) -> Manifest:
    """Read the manifest with its splits."""
    return Manifest.read(run.manifest)


def write_manifest(run: Run, manifest: Manifest) -> None:
    """Write the manifest."""
    manifest.save(run.manifest)


def read_findings(run: Run) -> Findings:
    """Read what the audit found."""
    return Findings.read(run.findings)


def write_findings(run: Run, findings: Findings) -> None:
    """Write what the audit found."""
    findings.save(run.findings)


def read_contract(run: Run) -> InputContract:
    """Read what the model takes."""
    try:
        return InputContract.from_json(run.contract.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"'{run.contract}' cannot be read ({error})", todo="Start the run anew") from error


def write_contract(run: Run, contract: InputContract) -> None:
    """Write what the model takes."""
    write_text(run.contract, contract.to_json())


def read_history(run: Run) -> History:
    """Read what was measured after each epoch; where nothing was, the history is empty."""
    return History.read(run.history)


def write_history(run: Run, history: History) -> None:
    """Write what was measured after each epoch."""
    history.save(run.history)


def read_scores(run: Run) -> dict[str, Any]:
    """Read how good it is, as JSON values: ``test`` and ``baselines`` (`evaluate.Scores`), ``proof`` and more."""
    return read_json(run.scores)


def write_scores(run: Run, scores: Mapping[str, Any]) -> None:
    """Write how good it is."""
    write_json(run.scores, scores)


def read_calibration(run: Run) -> Calibration:
    """Read what the model's probabilities are made honest by, from its scores."""
    found = read_scores(run)
    return Calibration.from_dict(found.get("calibration", found))


def read_validation(run: Run) -> Predictions | None:
    """Read what the model says of its validation samples, calibrated; None in a run of before."""
    return Predictions.read(run.validation) if run.validation.exists() else None


def write_validation(run: Run, predictions: Predictions) -> None:
    """Write what the model says of its validation samples, calibrated."""
    predictions.save(run.validation)


def read_predictions(run: Run) -> Predictions:
    """Read what the model says of each sample that was measured."""
    return Predictions.read(run.predictions)


def write_predictions(run: Run, predictions: Predictions) -> None:
    """Write what the model says of each sample that was measured."""
    predictions.save(run.predictions)


def read_cards(run: Run) -> dict[str, str]:
    """Read the cards of ``model`` and ``data``, Markdown; those that are not there are left out."""
    found = {"model": run.card, "data": run.data_card}
    try:
        return {name: path.read_text("utf-8") for name, path in found.items() if path.exists()}
    except (OSError, UnicodeDecodeError) as error:
        todo = f"Write them anew: mien export {run.folder}"
        raise StorageError(f"A card in '{run.folder}' cannot be read ({error})", todo=todo) from error


def write_cards(run: Run, model: str, data: str) -> None:
    """Write the cards of the model and of its data."""
    write_text(run.card, model)
    write_text(run.data_card, data)


def read_robustness(run: Run) -> dict[str, Any]:
    """Read how much it keeps under corruptions: ``robustness`` (`evaluate.Robustness`) and ``shown``; else nothing."""
    return read_json(run.robustness) if run.robustness.exists() else {}


def write_robustness(run: Run, found: Mapping[str, Any]) -> None:
    """Write how much it keeps under corruptions."""
    write_json(run.robustness, found)


FEATURES = "features.json"  # in the folder of explanations


class Explained(NamedTuple):
    """What moved an answer: a drawing, WebP; its figures, as JSON values; what can be played, MP3.

    Runs of before have the drawing alone.
    """

    drawing: bytes
    values: Mapping[str, Any] = {}
    sound: bytes = b""


def read_explanation(run: Run, name: str) -> Explained:
    """Read what moved an answer."""
    folder = run.explanations
    values, sound = folder / f"{name}.json", folder / f"{name}.mp3"
    try:
        picture = (folder / f"{name}.webp").read_bytes()
        played = sound.read_bytes() if sound.exists() else b""
    except OSError as error:
        raise StorageError(f"An explanation in '{folder}' cannot be read ({error})", todo="Explain anew") from error
    return Explained(picture, read_json(values) if values.exists() else {}, played)


def write_explanation(run: Run, name: str, found: Explained) -> None:
    """Write what moved an answer."""
    write_bytes(run.explanations / f"{name}.webp", found.drawing)
    write_json(run.explanations / f"{name}.json", found.values)
    if found.sound:
        write_bytes(run.explanations / f"{name}.mp3", found.sound)


def read_feature_report(run: Run) -> Mapping[str, Any]:
    """Read what named features are worth to the model, as JSON values; nothing where that was not measured."""
    path = run.explanations / FEATURES
    return read_json(path) if path.exists() else {}


def write_feature_report(run: Run, values: Mapping[str, Any]) -> None:
    """Write what named features are worth to the model."""
    write_json(run.explanations / FEATURES, values)


def read_lineage(run: Run) -> Lineage:
    """Read what the models have seen that this run learns from; where it has none, nothing."""
    return Lineage.read(run.lineage) if run.lineage.exists() else Lineage.empty()


def write_lineage(run: Run, lineage: Lineage) -> None:
    """Write what the models have seen that this run learns from."""
    lineage.save(run.lineage)


def read_environment(run: Run) -> dict[str, Any]:
    """Read versions, machine and command; where they were not written, nothing."""
    return read_json(run.environment) if run.environment.exists() else {}


def write_environment(run: Run) -> None:
    """Write versions, machine and command as they are now."""
    write_json(run.environment, environment())

"""What an import costs: names of modules, never seconds (those are in bench/)."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "PIL",
    "cv2",
    "fastapi",
    "jax",
    "keras",
    "numpy",
    "onnx",
    "onnxruntime",
    "polars",
    "pyarrow",
    "pydantic",
    "rich",
    "sklearn",
    "tensorboard",
    "tensorflow",
    "tf2onnx",
    "torch",
    "typer",
}


def loaded(statements: str) -> set[str]:
    """Run statements in a fresh Python and return the top names of all modules that are then loaded."""
    code = f"import sys\n{statements}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_probe_sees_what_is_loaded():
    assert "polars" in loaded("import polars")


def test_importing_mien_loads_nothing_heavy():
    assert not loaded("import mien") & HEAVY


def test_importing_mien_loads_none_of_its_parts():
    code = "import mien, sys; print(*sorted(name for name in sys.modules if name.startswith('mien')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["mien", "mien.core", "mien.core.telemetry"]


def test_a_prediction_needs_neither_tables_nor_a_training_library():
    forbidden = HEAVY - {"numpy", "PIL"}
    assert not loaded("from mien import Predictor") & forbidden


def test_the_ground_is_light():
    names = ("errors", "files", "recipe", "registry", "run", "types")
    assert not loaded("\n".join(f"import mien.core.{name}" for name in names)) & HEAVY


def test_the_command_line_starts_without_what_its_commands_need():
    assert not loaded("import mien.cli") & (HEAVY - {"typer", "rich"})


@pytest.mark.parametrize(
    "stage",
    ["kinds", "samples", "faces", "collect", "audit", "split", "load", "evaluate", "explain", "report", "compare"],
)
def test_what_needs_no_deep_learning_does_not_load_it(stage):
    assert not loaded(f"import mien.{stage}") & {"keras", "tensorflow", "jax", "torch", "sklearn", "tf2onnx", "onnx"}


@pytest.mark.parametrize("stage", ["backends", "models", "train", "export", "pipeline", "tune"])
def test_even_training_loads_keras_only_when_it_trains(stage):
    assert not loaded(f"import mien.{stage}") & {"keras", "tensorflow", "tf2onnx", "optuna", "sqlalchemy"}

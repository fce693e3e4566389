"""From samples to answers: the models that are open, a batcher for each, and the service that asks them."""

from __future__ import annotations

from mien.serve.inference._counts import HourlyCounts
from mien.serve.inference._registry import LoadedModel, ModelRegistry
from mien.serve.inference._service import InferenceService, Upload

__all__ = ["HourlyCounts", "InferenceService", "LoadedModel", "ModelRegistry", "Upload"]

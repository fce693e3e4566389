"""From samples to answers: the models that are open, the way to each, and who asks them."""

from __future__ import annotations

from mien.serve.inference._registry import Served, Shelf
from mien.serve.inference._service import Answering, Given

__all__ = ["Answering", "Given", "Served", "Shelf"]

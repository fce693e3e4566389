"""Fit a model, stop it in time, resume it: a model, batches and a recipe become a trained model and its history.

Examples
--------
>>> from mien import train
>>> train.fit  # doctest: +ELLIPSIS
<function fit at ...>
"""

from __future__ import annotations

from mien.core.history import Epoch, History
from mien.train._events import Begun, Event, Saved, Step, Stopped, Watch
from mien.train._fit import begun, fit, load_best

__all__ = ["Begun", "Epoch", "Event", "History", "Saved", "Step", "Stopped", "Watch", "begun", "fit", "load_best"]

"""Has the world changed since a model was made? Its answers of today against those of its validation samples.

Examples
--------
>>> from mien import watch
>>> found = watch.drift("photos-of-may/", "runs/mine")  # doctest: +SKIP
>>> found.changed, found.sentences()[0]  # doctest: +SKIP
(False, 'The answers look as they did when the model was made: 412 answers, compared in 7 ways.')
"""

from __future__ import annotations

from mien.watch._changes import Change
from mien.watch._drift import Drift, Period, drift
from mien.watch._page import write_page
from mien.watch._population import Population
from mien.watch._words import title

__all__ = ["Change", "Drift", "Period", "Population", "drift", "title", "write_page"]

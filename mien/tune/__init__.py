"""Search for the best settings: one source, one recipe with a search space, many short trainings.

Every trial trains on the training side and is judged on the validation side; the test side is not touched.

Examples
--------
>>> from mien import tune
>>> tune.Plan(trials=0)
Traceback (most recent call last):
mien.core.errors.SettingError: trials = 0 came. Expected: at least 1.
"""

from __future__ import annotations

from mien.tune._importance import Importance, importances
from mien.tune._page import write_page
from mien.tune._progress import Now, SearchProgress
from mien.tune._result import summary
from mien.tune._search import Plan, begin, resume, search
from mien.tune._study import Study, is_study
from mien.tune._trial import Trial

__all__ = [
    "Importance",
    "Now",
    "Plan",
    "SearchProgress",
    "Study",
    "Trial",
    "begin",
    "importances",
    "is_study",
    "resume",
    "search",
    "summary",
    "write_page",
]

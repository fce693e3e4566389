"""What the numbers that are measured on a clip are called."""

from __future__ import annotations

from collections.abc import Sequence

from mien.core.errors import SettingError, did_you_mean
from mien.models.features import sound


def statistics(features: Sequence[str] = sound.GROUPS) -> tuple[str, ...]:
    """Name the statistics that `svm` and `forest` measure on a clip.

    Parameters
    ----------
    features : sequence of str
        As a recipe's ``features``: groups of statistics; by default all of them.

    Returns
    -------
    tuple of str
        In the order of the columns that are learnt from: what, over which frames, and which number of it.

    Raises
    ------
    SettingError
        If there is no such group.

    Examples
    --------
    >>> statistics(["pitch"])[:4]
    ('pitch.voiced.mean', 'pitch.voiced.deviation', 'pitch.voiced.p10', 'pitch.voiced.p25')
    >>> len(statistics())
    1100
    """
    for name in features:
        if name not in sound.GROUPS:
            raise SettingError(f"'{name}' is no group of statistics", todo=did_you_mean(name, sound.GROUPS))
    return sound.names(features)

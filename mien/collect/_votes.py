"""FER+: ten columns with what ten people said of each picture of FER2013 (Barsoum et al., 2016)."""

from __future__ import annotations

import polars as pl

from mien.collect._expressions import ANGRY, CONTEMPT, DISGUST, FEAR, HAPPY, NEUTRAL, SAD, SURPRISE
from mien.collect._known_tables import VOTES
from mien.collect._read_table import read_table
from mien.core.errors import SourceError

VOTES_FILE = "fer2013new.csv"
_PREFIX = "ferplus_"
_VOTED = dict(zip(VOTES, (NEUTRAL, HAPPY, SURPRISE, SAD, ANGRY, DISGUST, FEAR, CONTEMPT, "", ""), strict=True))


def votes_of(frame: pl.DataFrame) -> dict[str, str]:
    """Find the columns that hold annotators' votes: the ten of FER+.

    Parameters
    ----------
    frame : polars.DataFrame
        A table, such as that of a manifest.

    Returns
    -------
    dict of str to str
        Column to the label it votes for, empty where it is none; no columns where not all ten are there.
    """
    lowered = {name.strip().lower().removeprefix(_PREFIX): name for name in frame.columns}
    return {lowered[vote]: word for vote, word in _VOTED.items()} if set(VOTES) <= set(lowered) else {}


def vote_columns(frame: pl.DataFrame) -> dict[str, str]:
    """Name the columns of votes as the recipes for FER+ do."""
    return {name: _PREFIX + name.strip().lower().removeprefix(_PREFIX) for name in votes_of(frame)}


def with_votes(rows: pl.DataFrame, place: str) -> pl.DataFrame:
    """Let the votes of FER+ ride along with the rows of FER2013, whose order they have."""
    table = read_table(place, "csv").frame
    renamed = vote_columns(table)
    votes = table.select(renamed.keys()).rename(renamed)
    if votes.height != rows.height or not renamed:
        came = f"'{place}' has {votes.height:,} rows of votes, and the table beside it {rows.height:,} rows"
        raise SourceError(came, expected="one row of votes for each picture, in the same order", todo="Move it away")
    return pl.concat([rows.drop(votes.columns, strict=False), votes], how="horizontal")

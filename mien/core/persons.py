"""Who is to be seen, where the data does not say it by itself: a column to take, or a pattern in the files' paths."""

from __future__ import annotations

from dataclasses import dataclass, field

from mien.core.errors import SettingError

BY = "Column of the data that says who is to be seen; one person stays on one side."
PATTERN = (
    "Regular expression that finds the person in each sample's path, as 'actor(\\d+)' does: its first group, or the "
    "whole match."
)


@dataclass(frozen=True)
class Persons:
    """How to name the persons of a source; with neither, the data's own names count, and both are a `SettingError`.

    `by` is a column of the table, or a group column of a manifest; `pattern` is searched in each sample's path.
    """

    by: str = field(default="", metadata={"about": BY, "option": {"metavar": "COLUMN", "show_default": False}})
    pattern: str = field(
        default="",
        metadata={"about": PATTERN, "option": {"names": ("--person",), "metavar": "PATTERN", "show_default": False}},
    )

    def __post_init__(self) -> None:
        if self.by and self.pattern:
            raise SettingError(f"Both by = {self.by!r} and person = {self.pattern!r} came", expected="one of them")

    def __bool__(self) -> bool:
        return bool(self.by or self.pattern)

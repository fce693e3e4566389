"""What is wrong with the data: every file read once, nothing deleted.

`check` measures and finds, `suggest` says who may be who, `clean` sets aside, `quarantine` moves, `undo` moves back,
`write_page` shows.
"""

from mien.audit._check import Checked, check, clean, require_usable
from mien.audit._page import write_page
from mien.audit._quarantine import quarantine, undo
from mien.audit._suggest import WHO, Suggestion, suggest
from mien.audit._summary import Tally, summary

__all__ = [
    "WHO",
    "Checked",
    "Suggestion",
    "Tally",
    "check",
    "clean",
    "quarantine",
    "require_usable",
    "suggest",
    "summary",
    "undo",
    "write_page",
]

"""A run's folder becomes one page that a person would rather look at than a log.

Examples
--------
>>> from mien import report
>>> from mien.core.run import Run
>>> report.write(Run.open("runs/demo"))  # doctest: +SKIP
PosixPath('runs/demo/report.html')
"""

from mien.core.deprecated import renamed
from mien.report._answer import answer_picture
from mien.report._frame import draw_frame
from mien.report._recording import recording_page
from mien.report._thumbnails import Thumbnails
from mien.report._timeline import timeline_picture
from mien.report._write import write

__all__ = ["Thumbnails", "answer_picture", "draw_frame", "recording_page", "timeline_picture", "write"]

__getattr__ = renamed(__name__, {"draw_moment": "draw_frame"})

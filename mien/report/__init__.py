"""A run's folder becomes one page that a person would rather look at than a log.

Examples
--------
>>> from mien import report
>>> from mien.core.run import Run
>>> report.write(Run.open("runs/demo"))  # doctest: +SKIP
PosixPath('runs/demo/report.html')
"""

from mien.report._answer import answer_picture
from mien.report._moment import draw_moment
from mien.report._thumbnails import Thumbnails
from mien.report._timeline import timeline_picture
from mien.report._write import write

__all__ = ["Thumbnails", "answer_picture", "draw_moment", "timeline_picture", "write"]

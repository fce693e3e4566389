"""The order of the report, on one page."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mien import html
from mien.core.files import write_text
from mien.core.run import Run
from mien.report._data import data, faces
from mien.report._decided import decided
from mien.report._groups import groups
from mien.report._headline import headline, lead, purpose
from mien.report._mistakes import explained, mistakes
from mien.report._robustness import robustness
from mien.report._run_files import RunFiles
from mien.report._scores import scores
from mien.report._selection import select
from mien.report._thumbnails import Thumbnails
from mien.report._training import training
from mien.report._use import cards, recipe, use


def write(run: Run) -> Path:
    """Write the report of a run.

    Every part is made from files that the stages left in the run's folder; a part whose file is not there is left
    out. See docs/report.md for which part reads which file.

    Parameters
    ----------
    run : Run
        The folder.

    Returns
    -------
    pathlib.Path
        ``report.html`` in it: one file, which makes no request. The same folder gives the same bytes.

    Raises
    ------
    MienError
        If a file is there but damaged, or the report cannot be written.
    """
    files = RunFiles.read(run)
    selection = select(files)
    thumbnails = Thumbnails.read(files.manifest, selection.all)
    # What matters most is placed first: the page has room for so much.
    told, moved = mistakes(files, selection, thumbnails), explained(files, selection, thumbnails)
    worse = robustness(files, thumbnails)
    parts = [
        headline(files),
        purpose(files),
        decided(files),
        faces(files, selection, thumbnails),
        data(files, selection, thumbnails),
        training(files),
        scores(files),
        groups(files),
        worse,
        told,
        moved,
        recipe(files),
        use(files),
        cards(files),
    ]
    page = html.page(
        f"Report: {run.folder.resolve().name}",
        *(part for part in parts if part is not None),
        lead=lead(files),
        footer=f"Made with Mien {_version(files)}. This page is one file; it loads nothing and sends nothing.",
    )
    return write_text(run.report, page)


def _version(files: RunFiles) -> str:
    known = files.environment.get("versions", {}).get("mien")
    try:
        return str(known or version("mien"))
    except PackageNotFoundError:
        return "(a copy that is not installed)"

"""The order of the report, on one page."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mien import html
from mien.core.files import write_text
from mien.core.run import Run
from mien.report._album import Album
from mien.report._choice import choose
from mien.report._data import data, faces
from mien.report._decided import decided
from mien.report._headline import headline, lead, purpose
from mien.report._material import Material
from mien.report._mistakes import explained, mistakes
from mien.report._scores import scores
from mien.report._training import training
from mien.report._use import recipe, use


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
    material = Material.read(run)
    choice = choose(material)
    album = Album.read(material.manifest, choice.all)
    parts = [
        headline(material),
        purpose(material),
        decided(material),
        faces(material, choice, album),
        data(material, choice, album),
        training(material),
        scores(material),
        mistakes(material, choice, album),
        explained(material, choice, album),
        recipe(material),
        use(material),
    ]
    page = html.page(
        f"Report: {run.folder.resolve().name}",
        *(part for part in parts if part is not None),
        lead=lead(material),
        footer=f"Made with Mien {_version(material)}. This page is one file; it loads nothing and sends nothing.",
    )
    return write_text(run.report, page)


def _version(material: Material) -> str:
    known = material.environment.get("versions", {}).get("mien")
    try:
        return str(known or version("mien"))
    except PackageNotFoundError:
        return "(a copy that is not installed)"

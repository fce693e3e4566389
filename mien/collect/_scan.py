"""From any source to a manifest: what it is decides who lists it; labels and fingerprints are then the same for all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from mien.collect._contents import fingerprint
from mien.collect._labels import check_labels, name_labels
from mien.collect._persons import name_persons
from mien.core.errors import MienError, SourceError, did_you_mean
from mien.core.persons import Persons
from mien.core.types import Manifest, Progress, silent
from mien.media import container_kind
from mien.samples import SAMPLE, draw_sample, sources


def scan(
    source: str | Path,
    *,
    labels: Sequence[str] = (),
    names: Sequence[str] = (),
    persons: Persons = Persons(),  # noqa: B008 - frozen
    progress: Progress = silent,
) -> Manifest:
    """List every sample of a source, with its label and the fingerprint of its bytes.

    Nothing is decoded, copied, unpacked or changed. Every file of a class is listed, whatever its ending: what is
    wrong with it is for `mien.audit` to say. What lies in the source and is no sample stands in the manifest's
    `skipped`. ``docs/collect.md`` lists all that is understood; in short:

    - **A folder** of class folders, with ready-made splits around them, inside them, or in their names, which then
      fill the column ``split``; or of pictures and a table; or a published data set as it is published. Links to
      folders are not followed, and links to files only when the file lies within the source; the others are listed
      as set aside.
    - **A .zip or .tar** (also .gz, .bz2, .xz) of any of these, read where it lies. One that could write outside a
      folder, holds links, or unpacks to far more than its size is refused.
    - **A table**, .csv, .json or .parquet: a column of paths or of pictures (see `mien.media.pixel_column`), and a
      column of labels or one for each class; perhaps a split and a person; all others ride along. A manifest that
      Mien saved is read back as it is.
    - ``"sample:faces"``: 1200 faces drawn by Mien into ``runs/samples/faces`` under the present folder;
      ``"sample:voices"``: 480 voices that it synthesises; and those of other packages (see `mien.samples.sources`).

    Parameters
    ----------
    source : str or path
        The data.
    labels : sequence of str
        Keep only these classes; all when empty.
    names : sequence of str
        Names of classes that are numbers in the data, in their order, or as ``number=name``.
    persons : Persons
        Which column, or what in the paths, says who is to be seen, where the data does not say it by itself.
    progress : Progress
        Shows how many files have been fingerprinted.

    Returns
    -------
    Manifest
        One row a sample, in the source's own order. ``content`` is the SHA-256 of the bytes (for tables: of the cell),
        or ``unreadable:`` and the id where they cannot be read.

    Raises
    ------
    SourceError
        If there is nothing at the path, it holds fewer than two classes, two labels differ only in case or spaces,
        or an archive is unsafe.
    SettingError
        If a label asked for is not in the data, or `names` or `persons` do not fit it.

    Examples
    --------
    >>> scan("sample:face")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    mien.core.errors.SourceError: There is no sample 'face'. Expected: sample:faces, ... Did you mean 'faces'?
    """
    if str(source).startswith(SAMPLE):
        source = draw_sample(str(source), progress)
    if not str(source).strip() or "\0" in str(source):
        expected = f"a folder, an archive, a table, or {', '.join(sources())}"
        raise SourceError(f"The source is {str(source)!r}", expected=expected)
    path = Path(source).absolute()
    manifest = _list(path, raw=bool(names))
    manifest = name_labels(manifest, names, str(source)) if names else manifest
    check_labels(manifest, str(source))
    if labels:
        manifest = manifest.with_labels(list(dict.fromkeys(labels)))
        check_labels(manifest, str(source), chosen=True)
    manifest = name_persons(manifest, persons)
    if manifest.frame["content"].null_count():
        manifest = fingerprint(manifest, progress)
    return manifest


def _list(path: Path, *, raw: bool) -> Manifest:
    """List the samples; ``content`` is null until they are read."""
    try:
        if path.is_dir():
            from mien.collect._folder import folder_tree
            from mien.collect._read_tree import read_tree

            return read_tree(folder_tree(path), raw=raw)
        if not path.exists():
            raise _nothing_at(path)
        kind = container_kind(path)
        if kind in ("zip", "tar"):
            from mien.collect._archive import archive_tree
            from mien.collect._read_tree import read_tree

            return read_tree(archive_tree(path, kind), raw=raw)
        from mien.collect._table import list_table

        return list_table(path, kind, raw=raw)
    except MienError as error:
        raise error if isinstance(error, SourceError) else SourceError(str(error)) from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        words = " ".join(str(error).split())[:200]
        raise SourceError(f"'{path}' cannot be read as a table ({words})", todo="Check the file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"'{path}' cannot be read ({reason})", todo="Check the path and its rights") from error


def _nothing_at(path: Path) -> SourceError:
    try:
        beside = [entry.name for _, entry in zip(range(10_000), path.parent.iterdir(), strict=False)]
    except OSError:
        beside = []
    close = did_you_mean(path.name, beside)
    expected = f"a folder, a .zip, a .tar, a .csv, a .json, a .parquet, or {', '.join(sources())}"
    if path.is_symlink():
        return SourceError(f"'{path}' is a link that leads nowhere", expected=expected)
    todo = close if close.startswith("Did") else "Check the path"
    return SourceError(f"There is nothing at '{path}'", expected=expected, todo=todo)

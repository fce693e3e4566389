"""What a table beside the class folders knows of the files: `faces.csv`, as the drawn sample has it."""

from __future__ import annotations

from io import BytesIO

import polars as pl

from mien import media
from mien.core.errors import MediaError, SourceError
from mien.core.types import MANIFEST_COLUMNS, Manifest

COMPANION = "faces.csv"


def add_columns(manifest: Manifest, path: str, container: str | None) -> Manifest:
    """Let the further columns of a table ride along, joined by the files' paths.

    Parameters
    ----------
    manifest : Manifest
        Whose ``id`` is the path relative to the source.
    path : str
        The table; it need not exist. Without a column ``path`` it is not meant for us.
    container : str, optional
        The archive that holds it.

    Returns
    -------
    Manifest
        The same rows, with ``person`` and group columns where the table has them.

    Raises
    ------
    SourceError
        If the table cannot be read.
    """
    try:
        table = pl.read_csv(BytesIO(media.read(path, container)), infer_schema_length=None)
    except MediaError as error:
        if error.issue == "missing":
            return manifest
        raise SourceError(str(error)) from error
    except pl.exceptions.PolarsError as error:
        words = " ".join(str(error).split())[:200]
        raise SourceError(f"'{path}' cannot be read as a table ({words})", todo="Mend it, or move it away") from error
    if "path" not in table.columns:
        return manifest
    known = [name for name in table.columns if name not in MANIFEST_COLUMNS]
    columns = [pl.col("path").cast(pl.String).alias("id"), *map(pl.col, known)]
    persons = [pl.col("person").cast(pl.String)] if "person" in table.columns else []
    further = table.select(*columns, *persons).unique("id", keep="first", maintain_order=True)
    frame = manifest.frame.drop("person") if persons else manifest.frame
    return Manifest.build(frame.join(further, on="id", how="left", maintain_order="left").to_dict())

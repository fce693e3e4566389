"""A folder of samples with its table, its note and the list of its defects: whole or not there, and none but ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import polars as pl

from mien.core.errors import SettingError
from mien.core.files import storage_error, write_text
from mien.core.threads import in_order

_DEFECTS = "defects.csv"


class Sample(Protocol):
    """A picture or a clip that is to be made."""

    verb: ClassVar[str]  # what it does with its class

    @property
    def path(self) -> str:
        """Where it goes, relative to the folder, with ``/``."""

    @property
    def label(self) -> str:
        """The folder it is filed under; in a dirty set not always what is in it."""

    @property
    def who(self) -> int:
        """Number of the person."""

    def row(self) -> Mapping[str, Any]:
        """Give its line of the table."""

    def data(self) -> bytes:
        """Make it, and give the file's content."""


Shown = TypeVar("Shown", bound=Sample)


@dataclass(frozen=True)
class Planted(Generic[Shown]):
    """One planted file."""

    path: str  # where it goes, relative to the folder
    defect: str
    detail: str  # what is wrong, in words; for copies and wrong labels, the truth
    data: bytes  # its content
    shows: Shown | None = None  # what can be seen or heard in it, if something can

    def renamed(self, path: str) -> Planted[Shown]:
        """Give the same file another name."""
        return replace(self, path=path, shows=self.shows and replace(self.shows, path=path))  # type: ignore[type-var]


@dataclass(frozen=True)
class SampleFolder:
    """Where samples go: ``NAME.csv`` is their table, ``NAME.json`` holds what was `asked` when all of it is there."""

    folder: Path
    name: str
    schema: pl.Schema
    asked: Mapping[str, Any]

    @property
    def note(self) -> str:
        """The text of ``NAME.json``."""
        return json.dumps(self.asked, indent=1) + "\n"

    def finished(self) -> pl.DataFrame | None:
        """Give the table of a folder that already holds exactly this."""
        try:
            if self._beside("json").read_text("utf-8") != self.note:
                return None
            table = pl.read_csv(self._beside("csv"), schema=self.schema)
            paths = table["path"].to_list()
            if self.asked["dirty"]:
                paths += pl.read_csv(self.folder / _DEFECTS, infer_schema=False)["path"].to_list()
        except (OSError, ValueError, pl.exceptions.PolarsError):
            return None
        here = {path.relative_to(self.folder).as_posix() for path in self.folder.glob("*/*")}
        return table if here.issuperset(paths) else None

    def write(
        self,
        labels: Iterable[str],
        clean: Sequence[Shown],
        planted: Sequence[Planted[Shown]],
        progress: Callable[[Iterator[tuple[str, bytes]]], Iterable[tuple[str, bytes]]],
    ) -> pl.DataFrame:
        """Write all files, then the table, and last the note; return the table."""
        self._refuse_strangers({one.path for one in clean} | {one.path for one in planted})
        self._make_folders(labels)
        for path, data in progress(in_order(lambda one: (one.path, one.data()), clean)):
            _put(self.folder / path, data)
        for part in planted:
            _put(self.folder / part.path, part.data)
        if planted:
            defects = [{"path": part.path, "defect": part.defect, "detail": part.detail} for part in planted]
            write_text(self.folder / _DEFECTS, pl.DataFrame(defects).write_csv())
        shown = [*clean, *(part.shows for part in planted if part.shows is not None)]
        table = pl.DataFrame([one.row() for one in shown], schema=self.schema)
        write_text(self._beside("csv"), table.write_csv())
        write_text(self._beside("json"), self.note)
        return table

    def _beside(self, ending: str) -> Path:
        return self.folder / f"{self.name}.{ending}"

    def _refuse_strangers(self, planned: set[str]) -> None:
        """Refuse to mix with other files: they would be trained on as if they were ours."""
        here = {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}
        others = here.difference(planned, {f"{self.name}.csv", f"{self.name}.json", _DEFECTS})
        strangers = sorted(path for path in others if not Path(path).name.startswith("."))
        if strangers:
            came = f"'{self.folder}' already holds {len(strangers)} other files, such as '{strangers[0]}'"
            expected = f"an empty folder, or one with these very {self.name}"
            raise SettingError(came, expected=expected, todo="Choose another folder")

    def _make_folders(self, labels: Iterable[str]) -> None:
        try:
            for label in labels:
                (self.folder / label).mkdir(parents=True, exist_ok=True)
            # A run that stops half way must not leave the note that says it is complete.
            self._beside("json").unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(self.folder, error) from error


def _put(path: Path, data: bytes) -> None:
    """Write one of many small files: whole or not at all, but without waiting for the disk.

    `mien.core.files.write_bytes` waits twice for each file, which would triple the time for a thousand files; these
    can always be made again, and the folder's note, written last, does wait.
    """
    beside = path.with_name(f".writing-{path.name}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise storage_error(path, error) from error

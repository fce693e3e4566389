"""The one door to Parquet files: what is whole comes back as Polars wrote it, what is damaged is an `OSError`."""

from __future__ import annotations

import base64
import random
import re
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mien
from mien.core import parquet
from mien.core.parquet import ParquetFile

PACKAGE = Path(mien.__file__).parent
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
FRAME = pl.DataFrame(
    {
        "id": [f"{number}.png" for number in range(500)],
        "label": ["happy", None, "sad", "angry", ""] * 100,
        "image": [{"bytes": bytes([number % 256]) * 40, "path": None} for number in range(500)],
        "votes": [[1, 2], [], None, [3], [4]] * 100,
        "score": pl.Series([0.5, None, 1.0, float("inf"), 0.0] * 100, dtype=pl.Float32),
    }
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parquet") / "a.parquet"
    FRAME.write_parquet(path, row_group_size=200, metadata={"mien.manifest": "2", "größe": "ä"})
    return path


def test_everything_comes_back(whole):
    with ParquetFile(whole) as file:
        assert file.rows == 500
        assert file.schema == FRAME.schema
        assert (file.metadata["mien.manifest"], file.metadata["größe"]) == ("2", "ä")
        assert file.read().equals(FRAME)
    assert parquet.read(str(whole)).schema == FRAME.schema


def test_columns_in_the_order_asked_for(whole):
    assert parquet.read(whole, ["score", "id"]).equals(FRAME.select("score", "id"))
    assert parquet.read(whole, []).width == 0
    with pytest.raises(OSError, match="no column twin, hat"):
        parquet.read(whole, ["id", "twin", "hat"])


def test_a_name_with_a_dot_is_a_column_of_its_own(tmp_path):
    frame = pl.DataFrame({"a": [1], "a.b": [2], "a.b.c": [3]})
    frame.write_parquet(tmp_path / "a.parquet")
    for names in (["a"], ["a.b"], ["a.b.c", "a"]):
        assert parquet.read(tmp_path / "a.parquet", names).equals(frame.select(names))


@given(st.lists(st.tuples(st.sampled_from(["id", "image", "votes"]), st.integers(0, 520), st.integers(0, 300))))
@quick
def test_any_slices_in_any_order(whole, asked):
    with ParquetFile(whole) as file:
        file.batch = 64
        for name, first, length in asked:
            assert file.slice(name, first, first + length).to_list() == FRAME[name][first : first + length].to_list()


def test_going_on_through_a_file_is_one_pass(whole, monkeypatch):
    walks = []
    with ParquetFile(whole) as file:
        walk = file._file.iter_batches
        monkeypatch.setattr(file._file, "iter_batches", lambda *order: walks.append(order) or walk(*order))
        file.batch = 64
        found = [value for first in range(0, 500, 30) for value in file.slice("id", first, first + 30)]
    assert found == FRAME["id"].to_list()
    assert len(walks) == 3  # one for each row group


def test_a_footer_that_promises_more_rows_than_there_are(whole):
    with ParquetFile(whole) as file:
        file.rows = 600
        with pytest.raises(OSError, match="10 rows from row 490 on, where its footer promises more"):
            file.slice("id", 490, 550)


def test_a_file_that_is_not_there_and_a_name_that_is_no_text(whole, tmp_path):
    with pytest.raises(FileNotFoundError):
        parquet.read(tmp_path / "none.parquet")
    for path in (tmp_path, PACKAGE / "__init__.py", "a\0b"):
        with pytest.raises(OSError, match=r"."):
            parquet.read(path)
    odd = tmp_path / "caf\udce9.parquet"
    odd.write_bytes(whole.read_bytes())
    assert parquet.read(odd).equals(FRAME)


def opened(path: Path) -> None:
    """Do all that can be done with a file."""
    with ParquetFile(path) as file:
        file.read()
        for name in file.schema:
            file.slice(name, 0, file.rows)


@given(st.integers(0, 1 << 32), st.booleans())
@quick
def test_a_damaged_file_is_a_sentence_or_a_table(whole, tmp_path, seed, cut):
    draw, data = random.Random(seed), bytearray(whole.read_bytes())  # noqa: S311
    start = draw.choice([0, len(data) - 3000])
    for _ in range(draw.randint(1, 8)):
        data[draw.randrange(start, len(data))] ^= draw.randrange(1, 256)
    (tmp_path / "a.parquet").write_bytes(data[: draw.randrange(len(data))] if cut else data)
    words = "."
    try:
        opened(tmp_path / "a.parquet")
    except OSError as error:
        words = str(error)
    assert re.fullmatch(r".+", words)  # one line


def written(path: Path, table: pa.Table, old: bytes, new: bytes) -> Path:
    """Write a table, and damage all places that say `old`."""
    pq.write_table(table, path, compression="none", use_dictionary=False, store_schema=False)
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    return path


@pytest.mark.parametrize("place", ["name", "field", "cell"])
def test_what_is_no_utf8_never_reaches_polars(tmp_path, place):
    inner = "WORD" if place == "field" else "field"
    outer = "WORD" if place == "name" else "name"
    cell = "WORD" if place == "cell" else "cell"
    path = written(tmp_path / "a", pa.table({outer: [{inner: cell}]}), b"WORD", b"WO\xffD")
    with pytest.raises(OSError, match=r"(?i)utf-?8"):
        parquet.read(path)


ZONE = pa.timestamp("us", "WORD")
STORED = {
    "time zone": pa.field("x", ZONE),
    "time zone inside": pa.field("x", pa.list_(ZONE)),
    "key": pa.field("x", pa.int64(), metadata={"WORD": "value"}),
    "value": pa.field("x", pa.int64(), metadata={"key": "WORD"}),
}


@pytest.mark.parametrize("which", STORED)
def test_a_damaged_arrow_schema_never_reaches_polars(tmp_path, which):
    """Found by bench/table_flips.py: Polars panics over these in what pyarrow hands it."""
    path = tmp_path / "a"
    pq.write_table(pa.table([pa.nulls(1, STORED[which].type)], schema=pa.schema([STORED[which]])), path)
    stored = pq.ParquetFile(path).metadata.metadata[b"ARROW:schema"]
    damaged = base64.b64encode(base64.b64decode(stored).replace(b"WORD", b"WO\xffD"))
    path.write_bytes(path.read_bytes().replace(stored, damaged))
    with pytest.raises(OSError, match=r"utf-8"):
        parquet.read(path)


def test_wide_decimals_are_refused(tmp_path):
    pq.write_table(pa.table({"x": pa.array([1], pa.decimal256(60, 2))}), tmp_path / "a")
    with pytest.raises(OSError, match="'x' holds decimals of more than 38 digits"):
        parquet.read(tmp_path / "a")


def test_metadata_that_is_no_text_is_left_out(tmp_path):
    path = tmp_path / "a"
    FRAME.write_parquet(path, metadata={"WORD": "x", "mien.cache": "y"})
    path.write_bytes(path.read_bytes().replace(b"WORD", b"WO\xffD"))
    with ParquetFile(path) as file:
        assert file.metadata.keys() >= {"mien.cache"}
        assert file.read().equals(FRAME)


def test_nothing_else_in_the_package_reads_parquet_or_arrow():
    """Polars' readers of these formats panic, or end the process, over a few flipped bytes."""
    forbidden = re.compile(r"\b(?:read|scan)_(?:parquet|ipc|avro|delta|excel|ods)\w*|\bpyarrow\b")
    found = {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if forbidden.search(path.read_text())
    }
    assert found == {"core/parquet.py"}

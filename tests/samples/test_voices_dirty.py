"""Planted defects are each what `defects.csv` says, judged by content."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl
import pytest
import soundfile
import soxr

from mien.samples.voices import LABELS, write_voices
from mien.samples.voices._dirty import DEFECTS, kinds


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    """Folder, table, and defect -> list of (path, detail)."""
    folder = tmp_path_factory.mktemp("dirty")
    table = write_voices(folder, 8, 5, dirty=True)
    defects = pl.read_csv(folder / "defects.csv", infer_schema=False)
    rows = {kind: defects.filter(pl.col("defect") == kind).select("path", "detail").rows() for kind in DEFECTS}
    return folder, table, rows


def first(dirty, kind):
    """The first file of a kind: path, samples [n] or [n, channels], rate, and its detail."""
    folder, _, defects = dirty
    path, detail = defects[kind][0]
    sound, rate = soundfile.read(folder / path)
    return path, sound, rate, detail


def test_every_kind_is_planted_and_every_file_is_accounted_for(dirty):
    folder, table, defects = dirty
    assert all(defects.values())
    files = {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}
    planted = {path for rows in defects.values() for path, _ in rows}
    assert files == planted | set(table["path"])
    assert len(files) == 8 + len(planted)
    assert {path.name for path in folder.glob("*.*")} == {"voices.csv", "voices.json", "defects.csv"}


def test_sounds_that_were_recorded_badly(dirty):
    assert not first(dirty, "silent")[1].any()
    assert (np.abs(first(dirty, "clipped")[1]) > 0.999).mean() > 0.02
    assert first(dirty, "dc_offset")[1].mean() == pytest.approx(0.25, abs=0.01)
    _, short, rate, _ = first(dirty, "too_short")
    assert len(short) / rate == pytest.approx(0.08, abs=0.001)
    _, long, rate, _ = first(dirty, "too_long")
    assert len(long) > 40 * rate
    assert (np.abs(long) < 0.002).mean() > 0.9
    _, both, _, detail = first(dirty, "dead_channel")
    alive = both.std(axis=0) > 0
    assert alive.tolist() == ([False, True] if detail.endswith("left") else [True, False])


def test_upsampled_is_empty_above_4_khz(dirty):
    _, sound, rate, _ = first(dirty, "upsampled")
    power = np.abs(np.fft.rfft(sound)) ** 2
    assert rate == 44_100
    assert power[np.fft.rfftfreq(len(sound), 1 / rate) > 4100].sum() < 1e-6 * power.sum()


def test_files_that_are_not_whole_or_no_sound(dirty):
    folder, _, defects = dirty
    for path, detail in defects["truncated"]:
        assert f"{(folder / path).stat().st_size} of" in detail
    for path, _ in defects["empty"]:
        assert (folder / path).stat().st_size == 0
    for path, _ in defects["text"]:
        assert path.endswith(".mp3")
        with pytest.raises(soundfile.LibsndfileError):
            soundfile.read(folder / path)
    for path, _ in defects["wrong_ending"]:
        assert path.endswith(".wav")
        assert (folder / path).read_bytes().startswith(b"fLaC")


def test_what_is_no_voice_is_not_in_the_table(dirty):
    _, table, defects = dirty
    for kind in ("silent", "too_short", "noise_only", "music", "truncated", "empty", "text"):
        assert not set(table["path"]) & {path for path, _ in defects[kind]}
    for kind in ("noise_only", "music"):
        assert first(dirty, kind)[1].std() > 0.01


@pytest.mark.parametrize(("kind", "same_class"), [("twin", True), ("twin_other_label", False)])
def test_copies(dirty, kind, same_class):
    folder, table, defects = dirty
    for path, original in defects[kind]:
        assert (folder / path).read_bytes() == (folder / original).read_bytes()
        assert (path.split("/")[0] == original.split("/")[0]) is same_class
        people = table.filter(pl.col("path").is_in([path, original]))["person"]
        assert len(people) == 2
        assert people.n_unique() == 1


def test_copy_saved_again_is_the_same_sound(dirty):
    folder, _, defects = dirty
    for path, original in defects["saved_again"]:
        heard = []
        for name in (path, original):
            sound, rate = soundfile.read(folder / name)
            heard.append(soxr.resample(sound, rate, 8000))
        size = 2 * max(len(sound) for sound in heard)
        spectra = [np.fft.rfft(sound / np.linalg.norm(sound), size) for sound in heard]
        assert np.fft.irfft(spectra[0] * spectra[1].conj()).max() > 0.9
        assert (folder / path).read_bytes() != (folder / original).read_bytes()


def test_wrong_label(dirty):
    _, table, defects = dirty
    for path, detail in defects["wrong_label"]:
        truth = detail.removeprefix("says ")
        assert truth in LABELS
        assert table.filter(pl.col("path") == path)["label"].item() == path.split("/")[0] != truth


def test_clean_part_is_the_clean_set(dirty, tmp_path):
    folder, table, _ = dirty
    clean = write_voices(tmp_path, 3, 5)
    assert table.head(3).equals(clean)
    assert all((folder / path).read_bytes() == (tmp_path / path).read_bytes() for path in clean["path"])


def test_second_run_changes_nothing(dirty):
    folder, table, _ = dirty
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert write_voices(folder, 8, 5, dirty=True).equals(table)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_share_of_defects():
    counted = Counter(kinds(480, 4))
    assert 0.08 <= sum(counted.values()) / 480 <= 0.10
    assert set(counted) == set(DEFECTS)
    assert "wrong_label" not in kinds(480, 1)

from __future__ import annotations

from pathlib import Path

import pytest

from mien import collect, samples
from mien.core import registry
from mien.core.errors import SettingError, SourceError


def test_drawn_faces(tmp_path):
    manifest = collect.scan(samples.draw(tmp_path / "faces", samples=12, seed=3))
    assert manifest.labels == ("angry", "happy", "sad", "surprise")
    assert len(manifest) == 12
    assert manifest.groups == ("skin_tone", "glasses", "light", "intensity")
    assert manifest.frame.select("person", "skin_tone", "intensity").null_count().row(0) == (0, 0, 0)
    assert manifest.frame["content"].n_unique() == 12
    assert samples.draw(tmp_path / "faces", samples=12, seed=3) == tmp_path / "faces"
    assert collect.scan(tmp_path / "faces").frame.equals(manifest.frame)
    again = collect.scan(samples.draw(tmp_path / "again", samples=12, seed=3))
    assert again.frame.drop("path").equals(manifest.frame.drop("path"))


def test_dirty_faces(tmp_path):
    manifest = collect.scan(samples.draw(tmp_path / "faces", samples=40, dirty=True))
    assert len(manifest) > 40
    assert manifest.frame["id"].n_unique() == len(manifest)


def test_wrong_names_and_numbers(tmp_path):
    with pytest.raises(SourceError, match=r"Expected: sample:faces, sample:voices\. Did you mean 'faces'"):
        collect.scan("sample:fases")
    with pytest.raises(SourceError, match="a table, or sample:faces, sample:voices"):
        collect.scan(" ")
    with pytest.raises(SettingError, match="0 samples"):
        samples.draw(tmp_path, samples=0)


def test_whose_voice_it_is_comes_along(tmp_path):
    manifest = collect.scan(samples.synthesise(tmp_path / "voices", samples=12, seed=3))
    assert (manifest.kind, len(manifest), manifest.labels) == ("sound", 12, ("angry", "happy", "sad", "surprise"))
    assert manifest.groups == ("sentence", "intensity", "noise")
    assert manifest.frame["person"].to_list() == ["s3v000"] * 12


def test_another_package_brings_a_sample(tmp_path, monkeypatch):
    info = tmp_path / "my_words-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-words\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mien.samples]\nwords = mien.samples:synthesise\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    registry._points.cache_clear()
    try:
        with pytest.raises(SourceError, match="Expected: sample:faces, sample:voices, sample:words"):
            samples.draw_sample("sample:nothing")
        folder = samples.draw_sample("sample:words", samples=4, seed=2)
        assert folder == Path("runs/samples/words-4-seed2")
        assert len(collect.scan(folder)) == 4
    finally:
        registry._points.cache_clear()

"""Settings without a family: the data's kind names it, and what no usual family takes is refused at once."""

from __future__ import annotations

import numpy as np
import pytest

from mien import pipeline
from mien.core import artifacts
from mien.core.errors import SettingError
from mien.core.recipe import AUTO, Recipe
from mien.kinds.sound import encode_flac


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    for number in range(8):
        place = folder / ("low", "high")[number % 2]
        place.mkdir(exist_ok=True)
        wave = 0.3 * np.sin(np.arange(8_000) * (0.05 + 0.01 * number))
        (place / f"{number}.flac").write_bytes(encode_flac(wave.astype(np.float32)))
    return folder


def test_the_kind_names_the_family(clips, tmp_path):
    made = pipeline.begin(clips, Recipe(model=AUTO, epochs=2, seconds=1.5), tmp_path / "run")
    assert artifacts.read_recipe(made).model == AUTO
    found = artifacts.read_recipe(pipeline.resume(made, until="collect"))
    assert (found.model, found.epochs, found.seconds, found.batch) == ("voice", 2, 1.5, 32)


def test_what_only_another_kind_takes_is_refused_once_the_kind_is_known(clips, tmp_path):
    made = pipeline.begin(clips, Recipe(model=AUTO, size=64), tmp_path / "run")
    with pytest.raises(SettingError, match="'voice' does not take size = 64"):
        pipeline.resume(made, until="collect")


def test_what_none_takes_is_refused_at_once(tmp_path):
    with pytest.raises(SettingError, match="does not take trees"):
        pipeline.begin("nowhere", Recipe(model=AUTO, trees="boosting"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_family_of_both_kinds_gets_the_defaults_of_the_datas(clips, small_faces, tmp_path):
    of_clips, of_pictures = (
        artifacts.read_recipe(
            pipeline.resume(pipeline.begin(data, Recipe(model="svm"), tmp_path / data.name), until="collect")
        )
        for data in (clips, small_faces)
    )
    assert ("pitch" in of_clips.features, of_clips.cost, of_clips.seconds, of_clips.size) == (True, 3.0, 3.0, None)
    assert (of_pictures.features, of_pictures.cost, of_pictures.size) == (("hog", "lbp"), 1.0, 48)


def test_features_of_another_kind_are_refused_before_anything_is_measured(clips, tmp_path):
    made = pipeline.begin(clips, Recipe(model="forest", features=("hog",)), tmp_path / "run")
    with pytest.raises(SettingError, match=r"features = \['hog'\] came, and the data holds clips"):
        pipeline.resume(made, until="collect")

"""The drawn faces: same seed same faces, muscles that move what they should, a table that tells the truth."""

from __future__ import annotations

import dataclasses
import json

import cv2
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.errors import MienError, SettingError
from mien.samples import faces
from mien.samples.faces import ACTION_UNITS, EMOTIONS, LABELS, draw, sample_parameters, write_faces
from mien.samples.faces._beard import STYLES as BEARDS
from mien.samples.faces._hair import STYLES as HAIR
from mien.samples.faces._parameters import Camera, Expression, Pose
from mien.samples.faces._scene import LIGHTS
from mien.samples.faces._wear import FRAMES

# Action unit -> top, bottom, left, right of what it moves, in face units.
REGIONS = {
    1: (-0.95, -0.1, -0.5, 0.5),
    2: (-0.95, -0.1, -0.85, 0.85),
    4: (-0.7, 0.0, -0.8, 0.8),
    5: (-0.35, 0.1, -0.75, 0.75),
    6: (-0.25, 0.75, -0.95, 0.95),
    7: (-0.3, 0.2, -0.75, 0.75),
    9: (-0.6, 0.9, -0.8, 0.8),
    12: (-0.05, 1.2, -0.95, 0.95),
    15: (0.45, 1.25, -0.7, 0.7),
    16: (0.5, 1.2, -0.6, 0.6),
    20: (0.4, 1.15, -0.8, 0.8),
    23: (0.5, 1.15, -0.6, 0.6),
    25: (0.4, 1.8, -1.0, 1.0),
    26: (0.2, 2.0, -1.1, 1.1),
}

# The first 16 digits of each emotion's parameters: a change here is a new data set, so VERSION must go up.
GOLDEN = [
    "25cb70ce1bef5224",
    "6db86beccc8c1039",
    "5284cdb5c5deccb0",
    "997e2d275556cc5e",
    "8486d199e6c21a6a",
    "1b59bcd0abcdad24",
    "03c4570ba409a07a",
]


def plain(units: dict[int, float], person: int = 3, seed: int = 0):
    """A face looking straight ahead in even light, without noise."""
    face = sample_parameters(seed, 0, "neutral", person=person)
    light = dataclasses.replace(sample_parameters(0, 0, "happy").light, ambient=0.55, lamp=0.5, exposure=1.0)
    identity = dataclasses.replace(face.identity, hair_style="crop", beard_style="none", age=30.0)
    return dataclasses.replace(
        face,
        identity=identity,
        expression=Expression("neutral", 1.0, units),
        pose=Pose(),
        camera=Camera(),
        light=light,
        setting=dataclasses.replace(face.setting, glasses=False),
    )


def test_same_seed_same_pixels():
    first, second = (draw(sample_parameters(4, 7, "sad")) for _ in range(2))
    assert first.shape == (128, 128, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, second)
    assert not np.array_equal(first, draw(sample_parameters(5, 7, "sad")))


def test_golden_parameters():
    digests = [sample_parameters(0, index, label, person=index).digest()[:16] for index, label in enumerate(EMOTIONS)]
    assert digests == GOLDEN


def test_person_keeps_who_they_are():
    faces = [sample_parameters(1, index, label, person=5) for index, label in enumerate(LABELS)]
    assert len({json.dumps(dataclasses.asdict(face.identity), sort_keys=True) for face in faces}) == 1
    assert len({face.pose for face in faces}) == len(LABELS)


def test_ten_people_show_ten_skin_tones():
    assert sorted(sample_parameters(2, 0, "sad", person=p).identity.skin_tone for p in range(10)) == list(range(1, 11))


@pytest.mark.parametrize("unit", ACTION_UNITS)
def test_action_unit_moves_its_region(unit):
    still, moved = draw(plain({})), draw(plain({unit: 1.0}))
    change = np.abs(still.astype(float) - moved.astype(float)).mean(axis=2)
    top, bottom, left, right = (int((edge + 2) * 32) for edge in REGIONS[unit])
    inside = np.zeros(change.shape, bool)
    inside[top:bottom, left:right] = True
    assert change[inside].mean() > 0.5
    assert change[inside].sum() > 0.9 * change.sum()


@pytest.mark.parametrize("label", [label for label in EMOTIONS if label != "neutral"])
def test_emotion_moves_its_units_with_its_intensity(label):
    faint, full = (sample_parameters(0, 1, label, intensity=value).expression for value in (0.2, 1.0))
    assert all(full.units[unit] > 3 * faint.units[unit] for unit in EMOTIONS[label])
    assert full.intensity == 1.0


def test_full_classes_look_different_and_neutral_does_not():
    def shown(label, intensity):
        units = dict.fromkeys(EMOTIONS[label], intensity)
        return draw(plain(units)).astype(float)

    full = [shown(label, 1.0) for label in EMOTIONS]
    gaps = [np.abs(a - b).mean() for i, a in enumerate(full) for b in full[:i]]
    faint = np.abs(shown("happy", 0.1) - shown("neutral", 0.1)).mean()
    assert min(gaps) > 2 * faint


@pytest.mark.parametrize("size", [16, 48, 128, 200])
def test_size_changes_nothing_but_the_size(size):
    face = dataclasses.replace(sample_parameters(3, 2, "happy"), camera=Camera())
    picture = draw(face, size)
    assert picture.shape == (size, size, 3)
    small, same = (cv2.resize(part, (16, 16), interpolation=cv2.INTER_AREA) for part in (picture, draw(face, 96)))
    assert np.abs(small.astype(float) - same.astype(float)).mean() < 12


@pytest.mark.parametrize(("part", "names"), [("hair_style", HAIR), ("beard_style", BEARDS), ("glasses_style", FRAMES)])
def test_every_style_is_its_own(part, names):
    face = plain({})
    face = dataclasses.replace(face, setting=dataclasses.replace(face.setting, glasses=True))
    drawn = [
        draw(dataclasses.replace(face, identity=dataclasses.replace(face.identity, **{part: name})), 64).tobytes()
        for name in names
    ]
    assert len(set(drawn)) == len(names)


def test_side_light_lights_one_side():
    face = plain({})
    pictures = []
    for across in (-0.9, 0.9):
        light = dataclasses.replace(face.light, direction=(across, -0.2, 0.39), ambient=0.35, lamp=0.8)
        pictures.append(draw(dataclasses.replace(face, light=light)).astype(float)[40:100, 38:90].mean(axis=(0, 2)))
    assert pictures[0][:20].mean() > pictures[1][:20].mean() + 10
    assert pictures[1][-20:].mean() > pictures[0][-20:].mean() + 10


def test_dark_skin_stays_darker_than_light_skin_but_readable():
    def face_of(tone):
        person = next(p for p in range(10) if sample_parameters(2, 0, "sad", person=p).identity.skin_tone == tone)
        return draw(plain({}, person, seed=2))[50:90, 45:83].astype(float)

    tones = [face_of(tone).mean() for tone in (1, 5, 10)]
    assert tones == sorted(tones, reverse=True)
    assert face_of(10).std() > 8


@given(seed=st.integers(0, 10**6), index=st.integers(0, 10**6), label=st.sampled_from(sorted(EMOTIONS)))
@settings(max_examples=25, deadline=None)
def test_any_face_can_be_drawn(seed, index, label):
    face = sample_parameters(seed, index, label)
    picture = draw(face, 32)
    assert picture.std() > 2
    assert 1 <= face.identity.skin_tone <= 10
    assert all(0 <= value <= 1.25 for value in face.expression.units.values())


def test_pictures_do_not_depend_on_how_many(tmp_path):
    few = write_faces(tmp_path / "few", 6, 3, size=32)
    many = write_faces(tmp_path / "many", 12, 3, size=32)
    assert many.head(6).equals(few)
    for path in few["path"]:
        assert (tmp_path / "few" / path).read_bytes() == (tmp_path / "many" / path).read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faces")
    return folder, write_faces(folder, 48, 0, size=48)


def test_table_tells_the_truth(folder):
    path, table = folder
    assert table.columns == ["path", "label", "person", "skin_tone", "glasses", "light", "intensity"]
    assert len(table) == 48
    assert table["skin_tone"].is_between(1, 10).all()
    assert table["intensity"].is_between(0.15, 1).all()
    assert set(table["light"]) <= set(LIGHTS)
    assert table["glasses"].dtype == pl.Boolean
    for row in table.iter_rows(named=True):
        assert row["path"].startswith(row["label"] + "/")
        assert cv2.imread(str(path / row["path"])).shape == (48, 48, 3)
    assert pl.read_csv(path / "faces.csv", schema=table.schema).equals(table)


def test_people_span_all_classes(folder):
    counts = folder[1].group_by("person", "label").len()
    assert len(counts) == 4 * 4
    assert (counts["len"] == 3).all()


def test_second_run_draws_nothing(folder, monkeypatch):
    path, table = folder
    monkeypatch.setattr(faces._dirty, "draw", lambda *_: pytest.fail("drew again"))
    assert write_faces(path, 48, 0, size=48).equals(table)


def test_missing_file_is_drawn_again(tmp_path):
    table = write_faces(tmp_path, 4, size=32)
    lost = tmp_path / table["path"][1]
    before = lost.read_bytes()
    lost.unlink()
    write_faces(tmp_path, 4, size=32)
    assert lost.read_bytes() == before


def test_other_pictures_are_not_mixed_in(tmp_path):
    write_faces(tmp_path, 8, size=32)
    with pytest.raises(SettingError, match="already holds 4 other files"):
        write_faces(tmp_path, 4, size=32)


def test_other_classes_can_be_asked_for(tmp_path):
    table = write_faces(tmp_path, 9, labels=("fear", "disgust", "neutral"), size=32)
    assert set(table["label"]) == {"fear", "disgust", "neutral"}
    assert (table.filter(pl.col("label") == "neutral")["intensity"] == 0).all()


def test_progress_is_told(tmp_path):
    told = []

    def progress(items, *, total, what):
        told.append((total, what))
        return items

    write_faces(tmp_path, 4, size=32, progress=progress)
    assert told == [(4, "drawing faces")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"samples": 0}, "at least 1"),
        ({"seed": -1}, "from 0"),
        ({"size": 8}, "16 to 1024"),
        ({"labels": ("hapy",)}, "Did you mean 'happy'"),
        ({"labels": ()}, "at least one"),
        ({"labels": ("sad", "sad")}, "each once"),
    ],
)
def test_bad_arguments_are_answered_in_words(tmp_path, arguments, says):
    with pytest.raises(MienError, match=says):
        write_faces(tmp_path / "x", **arguments)
    assert not (tmp_path / "x").exists()


def test_bad_parameters_are_answered_in_words():
    with pytest.raises(SettingError, match="0 to 1"):
        sample_parameters(0, 0, "sad", intensity=1.5)
    with pytest.raises(SettingError, match="from 0"):
        sample_parameters(0, -1, "sad")

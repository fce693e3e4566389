"""What moved an answer to a clip: a model that goes by a known stretch and band is explained by them, and truly so."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import explain, kinds
from mien.core.errors import SettingError
from mien.core.types import InputContract
from mien.explain import Explanation, Line

RATE = LENGTH = 16_000  # one second
CONTRACT = InputContract(("tone", "none"), LENGTH, kind="sound", shape=(LENGTH,), dtype="float32")
SOUND = kinds.kind("sound")


class Listener:
    """A toy model: how sure it is of class 0 grows with the level in one band, up to that of one row."""

    def __init__(self, hertz: tuple[float, float], full: np.ndarray) -> None:
        bins = np.fft.rfftfreq(LENGTH, 1 / RATE)
        self.bins, self.full, self.largest = (bins >= hertz[0]) & (bins < hertz[1]), 1.0, 0
        self.full = float(self.power(full[None])[0])

    def power(self, rows: np.ndarray) -> np.ndarray:
        return (np.abs(np.fft.rfft(rows)) ** 2)[:, self.bins].sum(axis=1) / self.full

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        self.largest = max(self.largest, len(rows))
        sure = np.clip(self.power(rows), 0, 1) * 0.8 + 0.1
        return np.stack([sure, 1 - sure], axis=1).astype(np.float32)


def noisy(seed: int = 0) -> np.ndarray:
    """A second of hiss that rises and falls as a voice does."""
    draw = np.random.default_rng(seed)
    swell = np.interp(np.arange(LENGTH), np.arange(0, LENGTH + 1, 2_000), draw.uniform(0.05, 1, 9))
    return (0.05 * swell * draw.normal(size=LENGTH)).astype(np.float32)


def burst(begin: float, hertz: float, seconds: float = 0.2) -> np.ndarray:
    """The same, and in it one tone."""
    row, time = noisy(), np.arange(round(seconds * RATE)) / RATE
    row[round(begin * RATE) :][: len(time)] += (0.3 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
    return row


@given(st.integers(1, 8), st.sampled_from([(150, 0, 300), (450, 300, 600), (1250, 1000, 1500), (2500, 2000, 3000)]))
@settings(max_examples=4, deadline=None)
def test_the_tone_that_it_goes_by_is_named_and_nothing_else(tenth, band):
    begin, (hertz, low, high) = tenth / 10, band
    row = burst(begin, hertz)
    model = Listener((low, high), row)
    parts = SOUND.parts(row, CONTRACT)
    found = explain.measure(model, parts, label=0)
    names = {f"{begin:.1f}\u2013{begin + 0.2:.1f}\xa0s", parts.down.words(high, low)}
    assert {stretch.words for stretch in found.most} == names
    down, across = np.unravel_index(found.grid.argmax(), found.grid.shape)
    assert parts.down.edges[down] == high
    assert begin - 0.01 < parts.across.edges[across] < begin + 0.19
    assert found.together < 0.2 < found.probability
    assert found.together == pytest.approx(float(model(hidden(parts, found))[0, 0]), abs=1e-6)


def hidden(parts: kinds.Parts, found: Explanation) -> np.ndarray:
    """The row without what was named, made anew from the names."""
    strength = np.zeros((1, len(parts.down), len(parts.across)), np.float32)
    for stretch in found.most:
        for number in range(len(parts.across)):
            if _within(parts.across, number, stretch.words):
                strength[:, :, number] = 1
        for number in range(len(parts.down)):
            if _within(parts.down, number, stretch.words):
                strength[:, number] = 1
    return parts.hide(strength)


def _within(axis: kinds.Axis, number: int, words: str) -> bool:
    runs = [(i, j) for i in range(len(axis)) for j in range(i + 1, len(axis) + 1)]
    return any(axis.words(axis.edges[i], axis.edges[j]) == words and i <= number < j for i, j in runs)


def test_nothing_is_hidden_where_nothing_is_asked_for_and_zeros_at_the_end_stay():
    row = burst(0.5, 900)
    row[12_000:] = 0
    parts = SOUND.parts(row, CONTRACT)
    shape = (2, len(parts.down), len(parts.across))
    assert parts.across.edges[-1] == 0.75
    np.testing.assert_array_equal(parts.hide(np.zeros(shape, np.float32)), np.stack([row, row]))
    all_of_it = parts.hide(np.ones(shape, np.float32))[0]
    assert not all_of_it[12_000:].any()
    assert np.abs(all_of_it).max() < 0.03 * np.abs(row).max()


def test_hiding_a_stretch_leaves_the_others_and_a_band_the_others():
    row = burst(0.5, 900)
    parts = SOUND.parts(row, CONTRACT)
    strength = np.zeros((2, len(parts.down), len(parts.across)), np.float32)
    strength[0, :, 4:6], strength[1, 5] = 1, 1  # 0.4 to 0.6 s; 600 to 1,000 Hz
    assert (parts.across.edges[4], parts.down.edges[5]) == (pytest.approx(0.4), 1000)
    stretch, band = parts.hide(strength)
    np.testing.assert_array_equal(stretch[: int(0.36 * RATE)], row[: int(0.36 * RATE)])
    np.testing.assert_array_equal(stretch[int(0.64 * RATE) :], row[int(0.64 * RATE) :])
    assert np.square(stretch[6_800:9_200]).mean() < 0.01 * np.square(row[6_800:9_200]).mean()
    before, after = (np.abs(np.fft.rfft(one)) ** 2 for one in (row, band))
    hertz = np.fft.rfftfreq(len(row), 1 / RATE)
    assert after[(hertz > 680) & (hertz < 920)].sum() < 0.01 * before[(hertz > 680) & (hertz < 920)].sum()
    far = (hertz < 520) | (hertz > 1080)
    np.testing.assert_allclose(after[far].sum(), before[far].sum(), rtol=0.01)


def test_a_hum_that_never_stops_can_be_hidden_too():
    """It has no background below itself: the loudest is the measure then."""
    row = (0.2 * np.sin(2 * np.pi * 800 * np.arange(LENGTH) / RATE)).astype(np.float32)
    parts = SOUND.parts(row, CONTRACT)
    strength = np.zeros((1, len(parts.down), len(parts.across)), np.float32)
    strength[0, 5] = 1
    assert np.square(parts.hide(strength)[0, 2_000:-2_000]).mean() < 1e-3 * np.square(row).mean()


def test_what_is_removed_first_costs_more_than_what_chance_removes():
    """Deletion (Petsiuk et al. 2018): take parts away by rank, and the answer falls faster than by lot."""
    draw, model = np.random.default_rng(3), Listener((300, 3000), noisy(4))
    parts = SOUND.parts(noisy(4), CONTRACT)
    found = explain.measure(model, parts, label=0)
    ranks = [np.argsort(-found.grid, axis=None), *(draw.permutation(found.grid.size) for _ in range(8))]
    falls = []
    for rank in ranks:
        steps = np.zeros((5, found.grid.size), np.float32)
        for step, count in enumerate((1, 2, 4, 8, 16)):
            steps[step, rank[:count]] = 1
        falls.append(found.probability - model(parts.hide(steps.reshape(5, *found.grid.shape)))[:, 0])
    assert (falls[0] > 1.5 * np.mean(falls[1:], axis=0)).all()
    assert (falls[0] >= np.max(falls[1:], axis=0)).all()


def test_what_speaks_against_it_is_said_with_what_was_measured():
    row = burst(0.4, 450)
    parts = SOUND.parts(row, CONTRACT)
    found = explain.measure(Listener((300, 600), row), parts, label=1)
    assert found.most == ()
    assert found.grid.min() < -0.3
    spoken = Explanation(1, 0.5, found.grid, found.lines, (explain.Stretch("1\u20132 kHz", 0.3),), 0.3)
    assert spoken.sentence("none").startswith(
        "Most moved by 1\u20132 kHz: without it 'none' falls from 50\xa0% to 30\xa0%."
    )
    assert "Against it spoke 300\u2013600\xa0Hz: without it 'none' rises to " in spoken.sentence("none")


def test_the_surer_of_two_is_told_first_and_both_together_only_where_that_costs_more():
    line = Line("seconds", (0, 1), np.zeros(1, np.float32), ("0.0\u20131.0 s",))
    most = (explain.Stretch("1\u20132 kHz", 0.3), explain.Stretch("0.2\u20130.4 s", 0.6))
    both = Explanation(0, 0.81, np.zeros((1, 1)), (line,), most, 0.1).sentence("angry")
    assert (
        both == "Most moved by 1\u20132 kHz and by 0.2\u20130.4 s: without them 'angry' falls from 81\xa0% to 10\xa0%."
    )
    apart = Explanation(0, 0.81, np.zeros((1, 1)), (line,), most, 0.4).sentence("angry")
    assert apart.startswith("Most moved by 1\u20132 kHz: without it 'angry' falls from 81\xa0% to 30\xa0%; then by")
    assert apart.endswith("then by 0.2\u20130.4 s: without it, to 60\xa0%.")


def test_a_model_that_never_changes_its_mind_is_moved_by_nothing():
    parts = SOUND.parts(noisy(), CONTRACT)
    found = explain.measure(lambda rows: np.full((len(rows), 4), 0.25, np.float32), parts)
    assert (found.most, found.together) == ((), 0.25)
    assert not found.grid.any()
    assert "-0.0" not in str(found.to_dict("x"))
    words = "Nothing moved it by itself: whichever stretch or band is hidden, 'x' stays at 25\xa0%."
    assert found.sentence("x") == words
    drawn = explain.draw(parts, found)
    assert np.ptp(drawn[130:440, 120:900].astype(int), axis=2).max() == 0  # neither teal nor amber over the map


@pytest.mark.parametrize("count", [1, 200, 5_000, 15_999])
def test_a_clip_of_any_length_has_its_stretches(count):
    row = np.zeros(LENGTH, np.float32)
    row[:count] = noisy()[:count] + 0.01
    parts = SOUND.parts(row, CONTRACT)
    edges = np.array(parts.across.edges)
    assert (np.diff(edges) > 0).all()
    assert 2 <= len(parts.across) <= 17
    assert edges[-1] == count / RATE
    assert np.isfinite(parts.hide(np.ones((1, len(parts.down), len(parts.across)), np.float32))).all()


def test_where_all_of_a_clip_moved_the_answer_alike_no_more_than_its_peak_is_named():
    row = (0.2 * np.sin(2 * np.pi * 800 * np.arange(LENGTH) / RATE)).astype(np.float32)
    found = explain.measure(Listener((600, 1000), row), SOUND.parts(row, CONTRACT), label=0)
    seconds = [stretch.words for stretch in found.most if stretch.words.endswith("s")]
    assert len(seconds) == 1
    begin, end = map(float, re.findall(r"[\d.]+", seconds[0]))
    assert end - begin == pytest.approx(0.1)


def test_a_silent_row_hides_nothing():
    parts = SOUND.parts(np.zeros(LENGTH, np.float32), CONTRACT)
    assert not parts.hide(np.ones((1, len(parts.down), len(parts.across)), np.float32)).any()


def test_seconds_are_those_of_the_clip_where_it_is_known():
    clip = np.concatenate([np.zeros(2 * RATE, np.float32), noisy()[: RATE // 2]])
    row = SOUND.prepare(clip, CONTRACT).rows[0]
    known, unknown = SOUND.parts(row, CONTRACT, clip), SOUND.parts(row, CONTRACT)
    assert known.across.edges[0] == pytest.approx(1.96)  # two frames before the onset stay
    assert unknown.across.edges[0] == 0
    assert "1.96" not in known.note
    assert known.note == "Played is what the model was given, 2.0\u20132.5\xa0s of the clip."
    assert unknown.note.startswith("Seconds count from")


def test_no_call_has_more_than_32_rows_and_the_same_clip_gives_the_same():
    model, parts = Listener((300, 3000), noisy(4)), SOUND.parts(noisy(4), CONTRACT)
    one, two = explain.measure(model, parts), explain.measure(model, parts)
    assert model.largest == 32
    assert one.to_dict("tone") == two.to_dict("tone")


@pytest.mark.parametrize("label", [-1, 2])
def test_a_label_that_is_not_there_is_refused(label):
    with pytest.raises(SettingError, match="0 to 1"):
        explain.measure(Listener((0, 300), noisy()), SOUND.parts(noisy(), CONTRACT), label=label)


def test_teal_is_drawn_where_the_tone_is():
    row = burst(0.5, 1250)
    model = Listener((1000, 1500), row)
    parts = SOUND.parts(row, CONTRACT)
    found = explain.measure(model, parts, label=0)
    drawn, (height, width) = explain.draw(parts, found).astype(int), parts.picture.shape[:2]
    teal = drawn[..., 1] - drawn[..., 0]  # green above red: teal; below: amber; grey has neither
    inside = teal[126 : 126 + height, 116 : 116 + width]
    down, across = np.nonzero(inside > 40)
    assert across.min() / width == pytest.approx(0.5, abs=0.02)
    assert across.max() / width == pytest.approx(0.7, abs=0.02)
    assert np.ptp(down) < height / 5
    above = teal[12:112, 116 : 116 + width] > 40  # bars stand on the map: those of a tenth and more
    assert above[98:].any()
    columns = np.flatnonzero(above[:88].any(axis=0)) / width
    assert (columns.min(), columns.max()) == (pytest.approx(0.5, abs=0.02), pytest.approx(0.7, abs=0.02))


def test_bars_stand_on_the_map_on_one_scale_and_those_against_point_away():
    parts = SOUND.parts(noisy(), CONTRACT)
    across, down = np.zeros(len(parts.across), np.float32), np.zeros(len(parts.down), np.float32)
    across[2], down[1], down[4] = 0.4, 0.2, -0.4
    lines = (Line("seconds", parts.across.edges, across, ("",) * 10), Line("hertz", parts.down.edges, down, ("",) * 8))
    drawn = explain.draw(parts, Explanation(0, 0.9, np.zeros((8, 10), np.float32), lines)).astype(int)
    height, width = parts.picture.shape[:2]
    green = drawn[..., 1] - drawn[..., 0]  # above 0 teal, below 0 amber
    above, beside = green[12:112, 116 : 116 + width], green[126 : 126 + height, 116 + width + 14 : -12]
    for shown, axis, ends in (((above > 40), 1, (0, 50)), ((beside > 40), 0, (50, 75)), ((beside < -20), 0, (0, 50))):
        there = np.flatnonzero(shown.any(axis=axis))
        assert (there.min(), there.max()) == (pytest.approx(ends[0], abs=2), pytest.approx(ends[1], abs=2))

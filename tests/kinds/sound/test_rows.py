"""What a model is given of a clip, and what Python may call one."""

from __future__ import annotations

import numpy as np
import pytest
import soxr

from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.kinds.sound._rows import row

SILENCE = np.zeros(8000, np.float32)


def test_the_contract_follows_from_the_seconds(sound):
    contract = sound.contract(Recipe(seconds=2.0), ("calm", "happy"))
    assert (contract.kind, contract.shape, contract.dtype, contract.tensor) == ("sound", (32_000,), "float32", "rows")
    assert type(contract).from_json(contract.to_json()) == contract
    assert sound.contract(Recipe(), ("calm", "happy")).shape == (48_000,)
    assert sound.measure(contract) == "2 s"
    assert sound.described(contract) == "float32 [N, 32000], mono, 16 kHz, -1..1"
    assert "the loudest 2 s" in sound.fitting(contract)


def test_silence_is_cut_off_and_zeros_follow(sound, speak):
    clip = speak(0, 1.0)
    found = row(np.concatenate([SILENCE, clip, SILENCE]), 32_000)
    alone = row(clip, 32_000)
    assert np.flatnonzero(alone)[-1] < 16_000
    there = np.flatnonzero(found)[[0, -1]]
    assert there[0] < 800 + np.flatnonzero(alone)[0]
    lag = np.argmax(np.correlate(found[:20_000], alone[2000:14_000], "valid")) - 2000
    np.testing.assert_allclose(found[lag + 2000 : lag + 14_000], alone[2000:14_000], atol=1e-6)


def test_of_a_long_clip_the_loudest_part_stays(speak):
    clip = np.concatenate([0.3 * speak(1, 2.0), speak(2, 1.0), 0.3 * speak(3, 2.0)])
    found = row(clip, 16_000)
    assert found.shape == (16_000,)
    assert np.vdot(found, found) > 0.7 * np.vdot(clip, clip)
    np.testing.assert_array_equal(found, row(clip, 16_000))


def test_silence_all_through_is_a_row_too(sound):
    np.testing.assert_array_equal(row(SILENCE, 16_000), np.zeros(16_000, np.float32))
    assert row(np.full(1, 0.5, np.float32), 16_000).shape == (16_000,)


def test_a_file_and_its_samples_give_the_same_row(sound, speak, save):
    contract = sound.contract(Recipe(), ("calm", "happy"))
    data = save(speak(4), form="FLAC")
    rows = sound.prepare(data, contract).rows
    assert (rows.shape, rows.dtype) == ((1, 48_000), np.float32)
    np.testing.assert_array_equal(rows, sound.prepare(sound.decode(data), contract).rows)


def test_arrays_of_any_kind_are_clips(sound, speak):
    clip = speak(5)
    whole = np.rint(clip * 32_768).astype(np.int16)
    fast = soxr.resample(clip, 16_000, 48_000)
    both = np.stack([clip, clip], axis=1)
    for value, off in (
        (clip, 0),
        (clip.astype(np.float64), 1e-6),
        (whole, 1e-4),
        (whole.tolist(), None),
        (both, 1e-6),
        (both.T, 1e-6),
        (both[None, :, :1], 1e-6),
        ((48_000, fast), 0.02),
        ((fast, 48_000), 0.02),
        ((16_000, whole), 1e-4),
    ):
        if off is None:
            with pytest.raises(SettingError, match=r"-1..1, or 16-bit"):
                sound.convert(value)
            continue
        found = sound.convert(value)
        assert (found.dtype, found.ndim) == (np.float32, 1)
        np.testing.assert_allclose(found, clip, atol=off or 1e-9)


def test_tensors_are_clips(sound, speak):
    torch = pytest.importorskip("torch")
    clip = speak(5)
    np.testing.assert_array_equal(sound.convert(torch.tensor(clip, requires_grad=True)), clip)
    np.testing.assert_array_equal(sound.convert((torch.tensor(clip)[None], 16_000)), clip)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None came, which is no clip"),
        ({"a": 1}, "A dict came, which is no clip. Expected: a path"),
        (3.0, "A float came"),
        (["a"], "A list came"),
        ([[1.0], [1.0, 2.0]], "A list came"),
        (np.zeros((0,)), "shape .0. came. Expected: one clip"),
        (np.zeros((3, 4, 5)), "Expected: one clip"),
        (np.full(99, np.nan), "values up to nan"),
        (np.full(99, 300.0), "values up to 300"),
        ((3, np.zeros(99)), "rate 3. Expected: 4,000 to 192,000"),
        (np.zeros(16_000 * 700, np.float32), "more than 10 minutes"),
    ],
)
def test_what_is_no_clip_is_refused(sound, value, words):
    with pytest.raises(SettingError, match=words):
        sound.convert(value)


def test_what_is_kept_of_a_visitor_s_clip_is_its_samples(sound, speak, save):
    data = save(speak(6), form="FLAC") + b"where it was recorded"
    samples = sound.decode(save(speak(6), form="FLAC"))
    kept, ending = sound.keep(data, samples)
    assert ending == "flac"
    np.testing.assert_array_equal(sound.decode(kept), samples)
    assert b"where" not in kept


def test_the_mark_of_what_mien_has_synthesised_is_found(sound, speak, save, tmp_path):
    from mien import samples

    files = [
        file for file in samples.synthesise(tmp_path / "voices", samples=4).rglob("*.*") if file.parent.name != "voices"
    ]
    assert len(files) == 4
    assert all(sound.is_drawn(file.read_bytes()) for file in files)
    assert not sound.is_drawn(save(speak(0)))


def test_the_preview_is_a_small_picture(sound, speak, save):
    from mien import media

    preview = sound.preview(save(speak(7)), 64)
    page = media.decode(preview.data)
    assert page.shape == (64, 128, 3)
    low = media.decode(sound.preview(save(0.3 * np.sin(np.arange(16_000) / 40)), 64).data)  # 64 Hz
    assert low[58:].mean() < 200 < low[20:40].mean()  # ink at the bottom, paper above
    assert page[19:].std() > 20
    assert sound.preview(save(np.zeros(10)), 64) is not None
    assert sound.preview(b"nothing", 64) is None


def test_the_preview_plays_the_loudest_seconds_of_a_long_clip_and_says_which(sound, speak, save):
    from mien import media

    quiet = np.concatenate([0.05 * speak(1, 6.0), speak(2, 4.0), 0.05 * speak(3, 10.0)])
    preview = sound.preview(save(quiet), 100)
    played = sound.decode(preview.sound)
    assert len(played) / 16_000 == pytest.approx(5, abs=0.2)
    assert np.square(played).sum() > 0.9 * np.square(quiet).sum()
    wave = media.decode(preview.data)[:30].astype(int)  # uint8 [30, 200, 3]: 10 columns a second
    teal = (wave[..., 1] - wave[..., 0]).max(axis=0) > 40
    assert teal[62:98].all()
    assert not teal[:45].any()
    assert not teal[115:].any()
    assert len(preview.sound) < 20_000


def test_a_library_that_writes_no_mp3_leaves_the_picture(sound, speak, save, monkeypatch):
    import soundfile

    monkeypatch.setattr(soundfile, "available_formats", lambda: {"WAV": "WAV"})
    assert sound.preview(save(speak(1)), 64).sound == b""


def test_vectors_say_how_alike_clips_are(sound, speak):
    rows = np.stack([row(speak(seed, pitch=pitch), 32_000) for seed, pitch in ((1, 110), (2, 112), (3, 260))])
    found = sound.vectors(np.concatenate([rows, 0 * rows[:1]]))
    assert (found.shape, found.dtype) == ((4, 80), np.float32)
    apart = np.linalg.norm(found[:3, None] - found[None, :3], axis=-1)
    assert apart[0, 1] < apart[0, 2]

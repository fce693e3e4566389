"""Changed copies of a clip are found wherever they lie; other clips of the same voice are not taken for copies."""

from __future__ import annotations

import numpy as np
import pytest

from mien import copies
from mien.core import neighbours


def form(sound, samples) -> np.ndarray:
    return next(iter(sound.forms(samples)))


@pytest.fixture(scope="module")
def changes(sound, speak, save):
    clip = speak(0)
    return clip, {
        "another rate": sound.decode(save(clip, 44_100)),
        "a telephone's rate": sound.decode(save(clip, 8_000)),
        "MP3": sound.decode(save(clip, 22_050, form="MP3")),
        "Vorbis": sound.decode(save(clip, form="OGG")),
        "trimmed": clip[4000:-4000],
        "louder": np.clip(2 * clip, -1, 1),
        "softer": 0.5 * clip,
        "silence around": np.pad(clip, 9000),
        "all of it": sound.decode(save(0.5 * clip[3000:-4500], 22_050, form="MP3")),
    }


def test_changed_copies_are_close_and_confirmed(sound, changes):
    clip, changed = changes
    forms = np.stack([form(sound, clip), *(form(sound, one) for one in changed.values())])
    marks = sound.signatures(forms).astype(float)
    marks /= np.linalg.norm(marks, axis=1, keepdims=True)
    for name, mark, other in zip(changed, marks[1:], forms[1:], strict=True):
        assert mark @ marks[0] > neighbours.CLOSE, name
        assert sound.compare_forms(forms[0], other, mirrored=False, closeness=0.9) > copies.COPY, name


def test_other_clips_of_the_same_voice_are_kept_apart(sound, speak):
    forms = np.stack([form(sound, speak(seed)) for seed in range(24)])
    answers = [
        sound.compare_forms(forms[a], forms[b], mirrored=False, closeness=0.9) for a in range(24) for b in range(a)
    ]
    assert max(answers) < 0.05
    assert sound.signatures(forms).dtype == np.int8


def test_without_anything_to_tell_it_by_a_clip_has_no_form(sound, speak):
    assert len(sound.forms(np.zeros(32_000, np.float32))) == 0
    assert len(sound.forms(speak(0)[:4000])) == 0
    assert not sound.signatures(np.zeros((2, 48, 48), np.uint8)).any()
    assert sound.compare_forms(np.zeros((48, 48), np.uint8), form(sound, speak(0)), mirrored=False, closeness=1) == 0


def test_copies_are_confirmed_where_the_files_lie(sound, speak, save, tmp_path):
    files = {"one": save(speak(0)), "copy": save(speak(0)[2000:], form="MP3"), "other": save(speak(1)), "not": b"no"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    places = {name: (str(tmp_path / name), None) for name in files}
    pairs = [(places["one"], places[other], False, 0.9) for other in ("copy", "other", "not")]
    assert list(sound.confirm_copies(pairs)) == [True, False, None]

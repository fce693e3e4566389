"""What of a clip stands on the audit's page, when there is little room."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from mien import collect
from mien.audit._thumbnails import thumbnails
from mien.core.types import silent


def test_where_there_is_no_room_for_the_sound_the_picture_stays(tmp_path):
    draw = np.random.default_rng(0)
    for name in ("calm", "sad"):
        (tmp_path / name).mkdir()
        file = io.BytesIO()
        soundfile.write(file, draw.normal(0, 0.1, 48_000), 16_000, format="WAV")
        (tmp_path / name / "clip.wav").write_bytes(file.getvalue())
    manifest = collect.scan(tmp_path)
    few, many = (thumbnails(manifest, dict.fromkeys(manifest.frame["id"], uses), silent) for uses in (1, 50))
    assert [bool(one.sound) for one in few.values()] == [True, True]
    assert [bool(one.sound) for one in many.values()] == [True, False]
    assert all(one.data for one in many.values())

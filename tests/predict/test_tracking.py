"""Who is who from frame to frame, answers that do not flicker, and a time line that stays small."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import media
from mien.core.types import FaceAnswer
from mien.media import Frame
from mien.predict import FrameResult, Timeline, TrackedFace, track
from mien.predict._timeline import MOST_BINS, MOST_TRACKS
from mien.predict._tracking import LOST, SMOOTH

NOTHING = np.zeros((8, 8, 3), np.uint8)


class Scripted:
    """Answers each frame with the next entry of a list: what is tested here is what comes after the predictor."""

    def __init__(self, faces):
        self._faces = iter(faces)

    def faces(self, pixels):
        return tuple(next(self._faces))


def face(left, happy, side=40):
    return FaceAnswer((left, 0, side, side), "happy", {"happy": happy, "sad": 1 - happy})


def tracked(script, step=0.1):
    frames = [Frame(number, number * step, NOTHING) for number in range(len(script))]
    return list(track(Scripted(script), frames))


def numbers(results):
    return [[found.track for found in result.faces] for result in results]


def test_a_face_that_moves_a_little_keeps_its_number():
    assert numbers(tracked([[face(4 * step, 0.9)] for step in range(20)])) == [[1]] * 20


def test_a_face_that_runs_is_expected_where_it_will_be():
    assert numbers(tracked([[face(left, 0.9)] for left in (0, 12, 32, 60, 90, 120)])) == [[1]] * 6


def test_two_faces_that_change_their_order_keep_their_numbers():
    script = [[face(0, 0.9), face(100, 0.1)], [face(102, 0.1), face(2, 0.9)], [face(4, 0.9), face(104, 0.1)]]
    assert numbers(tracked(script)) == [[1, 2], [2, 1], [1, 2]]


def test_a_jump_is_another_face():
    assert numbers(tracked([[face(0, 0.9)], [face(300, 0.9)]])) == [[1], [2]]


@pytest.mark.parametrize(("gap", "same"), [(LOST - 0.2, True), (LOST + 0.2, False)])
def test_a_face_may_be_out_of_sight_for_a_moment(gap, same):
    empty = round(gap / 0.1)
    found = tracked([[face(0, 0.9)], *[[] for _ in range(empty)], [face(0, 0.9)]])
    assert found[-1].faces[0].track == (1 if same else 2)


def people(*names, step=0.1):
    """One face a frame in the same place, of the person named; a drawn one."""
    from mien.samples.faces import draw, sample_parameters

    pictures = {name: draw(sample_parameters(0, name, "happy"), 96) for name in set(names)}
    frames = [Frame(number, number * step, pictures[name]) for number, name in enumerate(names)]
    return list(
        track(Scripted([[FaceAnswer((16, 20, 64, 64), "happy", {"happy": 0.9, "sad": 0.1})]] * len(names)), frames)
    )


@pytest.mark.parametrize("other", range(2, 8))
def test_two_people_across_a_cut_are_two_faces(other):
    assert numbers(people(1, 1, other, other)) == [[1], [1], [2], [2]]


def test_across_a_cut_even_the_same_look_is_another_face():
    walls = [np.random.default_rng(number).integers(0, 256, (4, 4, 3), np.uint8) for number in (0, 0, 1)]
    pictures = [wall.repeat(40, 0).repeat(40, 1) for wall in walls]
    for picture in pictures:
        picture[50:110, 50:110] = pictures[0][50:110, 50:110]
    frames = [Frame(number, number * 0.1, picture) for number, picture in enumerate(pictures)]
    script = [[FaceAnswer((60, 60, 40, 40), "sad", {"happy": 0.1, "sad": 0.9})]] * 3
    assert numbers(track(Scripted(script), frames)) == [[1], [1], [2]]


def test_a_person_in_changing_light_is_one_face():
    from mien.samples.faces import draw, sample_parameters

    picture = draw(sample_parameters(0, 3, "sad"), 96)
    frames = [
        Frame(number, number * 0.1, (picture * share).astype(np.uint8)) for number, share in enumerate((1, 0.4, 0.9))
    ]
    script = [[FaceAnswer((16, 20, 64, 64), "sad", {"happy": 0.1, "sad": 0.9})]] * 3
    assert numbers(track(Scripted(script), frames)) == [[1], [1], [1]]


@pytest.mark.parametrize(("back", "same"), [(LOST / 2, True), (LOST + 5, False)])
def test_where_the_time_falls_back_far_all_begins_anew(back, same):
    frames = [Frame(number, time, NOTHING) for number, time in enumerate((10, 10.1, 10.1 - back, 10.2 - back))]
    found = list(track(Scripted([[face(0, 0.9)]] * 4), frames))
    assert numbers(found) == [[1], [1], *([[1], [1]] if same else [[2], [2]])]


def test_the_closest_box_wins():
    found = tracked([[face(0, 0.9), face(20, 0.1)], [face(18, 0.1), face(1, 0.9)]])
    assert numbers(found) == [[1, 2], [2, 1]]


def test_probabilities_follow_with_the_time_constant():
    # From sure "happy" to sure "sad": after SMOOTH seconds 1/e of the old answer is left.
    step = 0.05
    script = [[face(0, 1.0)]] + [[face(0, 0.0)] for _ in range(round(SMOOTH / step))]
    last = tracked(script, step)[-1].faces[0]
    assert last.probabilities["happy"] == pytest.approx(math.exp(-1), abs=1e-6)
    assert last.label == "sad"


def test_one_wrong_frame_does_not_change_the_answer():
    script = [[face(0, 0.9)] for _ in range(5)] + [[face(0, 0.05)]] + [[face(0, 0.9)]]
    assert [result.faces[0].label for result in tracked(script, 1 / 30)] == ["happy"] * 7


@given(st.lists(st.lists(st.tuples(st.integers(0, 600), st.floats(0, 1)), max_size=6), max_size=30))
def test_every_face_has_a_number_of_its_own_and_probabilities_that_sum_to_one(script):
    for result in tracked([[face(left, happy) for left, happy in faces] for faces in script]):
        found = [item.track for item in result.faces]
        assert len(set(found)) == len(found)
        for item in result.faces:
            assert sum(item.probabilities.values()) == pytest.approx(1)
            assert item.label == max(item.probabilities, key=item.probabilities.get)


def result(time, *tracks, number=0, happy=0.75):
    label = "happy" if happy > 0.5 else "sad"
    probabilities = {"happy": happy, "sad": 1 - happy}
    return FrameResult(
        Frame(number, time, NOTHING), tuple(TrackedFace(one, (0, 0, 9, 9), label, probabilities) for one in tracks)
    )


def test_a_time_line_counts():
    line = Timeline()
    for number in range(40):
        line.add(result(number * 0.1, *([1] if number < 30 else []), *([2] if 10 <= number < 20 else [])))
    assert (line.frames, line.faceless, line.seconds) == (40, 10, pytest.approx(3.9))
    one, two = line.tracks
    assert (one.number, one.frames, one.first, one.last) == (1, 30, 0, pytest.approx(2.9))
    assert (two.number, two.frames, two.label) == (2, 10, "happy")
    assert two.probabilities == pytest.approx({"happy": 0.75, "sad": 0.25})
    assert one.mean(0) == pytest.approx({"happy": 0.75, "sad": 0.25})
    assert one.mean(999) is None


def test_a_time_line_shows_when_it_changed():
    line = Timeline()
    for number in range(100):
        line.add(result(number * 0.1, 1, happy=0.9 if number < 50 else 0.2))
    (track,) = line.tracks
    assert track.mean(int(2 / track.step))["happy"] == pytest.approx(0.9)
    assert track.mean(int(8 / track.step))["happy"] == pytest.approx(0.2)


@settings(max_examples=20)
@given(st.integers(1, 100_000), st.floats(0.01, 400))
def test_a_face_seen_for_days_takes_no_more_room(count, step):
    line = Timeline()
    for number in range(0, count, max(1, count // 2000)):
        line.add(result(number * step, 1))
    (track,) = line.tracks
    assert len(track.bins) <= MOST_BINS
    assert track.frames == line.frames
    assert track.probabilities == pytest.approx({"happy": 0.75, "sad": 0.25})


def test_of_very_many_faces_the_briefest_are_left_out():
    line = Timeline()
    for number in range(30):
        line.add(result(number, 1))
    for number in range(3 * MOST_TRACKS):
        line.add(result(30 + number, 2 + number))
    assert len(line.tracks) <= MOST_TRACKS
    assert line.tracks[0].number == 1
    assert line.left_out == 3 * MOST_TRACKS + 1 - len(line.tracks)


def test_where_two_parts_were_joined_the_answer_follows_at_once(tmp_path):
    """A recorder that started anew: the second part's timestamps begin at 0 again, and its face has another look."""
    from mien.media._silence import hush_videos

    hush_videos()
    parts = []
    for number, grey in enumerate((40, 220)):
        path = tmp_path / f"{number}.ts"
        writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter_fourcc(*"MPG2"), 10, (96, 64))
        for _ in range(15):
            writer.write(np.full((64, 96, 3), grey, np.uint8))
        writer.release()
        parts.append(path.read_bytes())
    (tmp_path / "joined.ts").write_bytes(b"".join(parts))

    class Bright:
        def faces(self, pixels):
            return (face(0, float(pixels.mean() > 128)),)

    with media.Video(str(tmp_path / "joined.ts")) as video:
        labels = {round(result.frame.time, 1): result.faces[0].label for result in track(Bright(), video)}
    assert min(labels) == 0
    assert max(labels) == pytest.approx(2.9, abs=0.11)
    assert labels[1.3] == "sad"
    assert labels[1.9] == "happy"

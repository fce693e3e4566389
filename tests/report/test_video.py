"""What is drawn on frames, and the time line."""

import io

import numpy as np
from PIL import Image

from mien.core.types import Answer, FaceAnswer
from mien.media import Frame, decode
from mien.predict import FrameResult, Timeline, TrackedFace
from mien.report import answer_picture, draw_frame, timeline_picture

GREY = np.full((200, 300, 3), 128, np.uint8)
TEAL, ORANGE = (0, 114, 178), (230, 159, 0)  # sad and happy


def face(track, box, label):
    return TrackedFace(
        track, box, label, {"happy": 0.8, "sad": 0.2} if label == "happy" else {"happy": 0.3, "sad": 0.7}
    )


def places(pixels, colour):
    """Rows and columns of a colour, as (top, bottom, left, right)."""
    rows, columns = np.nonzero((pixels == colour).all(2))
    return (rows.min(), rows.max(), columns.min(), columns.max()) if len(rows) else None


def test_a_box_is_drawn_where_the_face_is_in_the_colour_of_its_class():
    drawn = draw_frame(FrameResult(Frame(0, 0.0, GREY), (face(1, (40, 80, 60, 70), "sad"),)))
    top, bottom, left, _ = places(drawn, TEAL)
    assert (left, bottom) == (40, 150)
    assert top < 80  # the words stand above
    np.testing.assert_array_equal(drawn[100:140, 60:90], GREY[100:140, 60:90])  # the face itself is not painted over
    assert (GREY == 128).all()


def test_words_at_the_edge_stay_in_the_picture():
    for box in [(0, 0, 60, 60), (280, 0, 20, 20), (250, 150, 50, 50), (0, 180, 300, 20)]:
        drawn = draw_frame(FrameResult(Frame(0, 0.0, GREY), (face(12, box, "happy"),)))
        assert drawn.shape == GREY.shape
        assert (drawn == ORANGE).all(2).sum() > 300


def test_a_frame_without_faces_stays_as_it_is():
    np.testing.assert_array_equal(draw_frame(FrameResult(Frame(0, 0.0, GREY), ())), GREY)


def test_the_picture_of_an_answer_shows_where_the_face_is():
    probabilities = {"happy": 0.1, "sad": 0.9}
    faces = (FaceAnswer((100, 50, 80, 80), "sad", probabilities), FaceAnswer((10, 10, 30, 30), "happy", probabilities))
    plain = decode(answer_picture(GREY, Answer("a.png", "sad", probabilities)))
    drawn = decode(answer_picture(GREY, Answer("a.png", "sad", probabilities, faces, "yunet")))
    changed = np.abs(plain.astype(int) - drawn).max(2) > 20
    rows, columns = np.nonzero(changed[:, : 32 + 640])
    assert columns.max() - columns.min() > 300
    assert rows.max() - rows.min() > 100
    assert (drawn == ORANGE).all(2).sum() > (plain == ORANGE).all(2).sum()


def outline(pixels, box, colour):
    """How much of a box's left edge has the colour, 0..1."""
    left, top, _, height = box
    return (pixels[top : top + height, left] == colour).all(1).mean()


def test_a_box_of_which_the_model_is_not_sure_is_dashed():
    box = (40, 80, 60, 70)
    sure = TrackedFace(1, box, "sad", {"happy": 0.02, "sad": 0.98})
    drawn = [draw_frame(FrameResult(Frame(0, 0.0, GREY), (one,))) for one in (sure, face(1, box, "sad"))]
    assert outline(drawn[0], box, TEAL) == 1
    assert 0.3 < outline(drawn[1], box, TEAL) < 0.8


def test_in_a_crowd_boxes_have_numbers_alone():
    def written(count):
        """How wide the words of the first box are, pixels."""
        faces = [face(1, (100, 100, 60, 60), "happy")]
        faces += [face(n, (10 * n, 180, 8, 8), "sad") for n in range(2, count + 1)]
        drawn = draw_frame(FrameResult(Frame(0, 0.0, GREY), tuple(faces)))
        return (drawn[85:95] == ORANGE).all(2).any(0).sum()

    assert written(4) > 100
    assert written(5) < 30


def test_of_several_faces_each_stands_in_a_list_with_its_number():
    happy, sad = {"happy": 0.97, "sad": 0.03}, {"happy": 0.1, "sad": 0.9}
    faces = tuple(FaceAnswer((10 * n, 10, 9, 9), "happy", happy) for n in range(20))
    few, many = (decode(answer_picture(GREY, Answer("a.png", "happy", happy, faces[:n]))) for n in (3, 20))
    assert many.shape[0] > few.shape[0]
    one = decode(
        answer_picture(GREY, Answer("a.png", "sad", sad, (*faces[:2], FaceAnswer((90, 90, 9, 9), "sad", sad))))
    )
    assert (one[:, 700:] == TEAL).all(2).sum() > 500  # its square in the list
    assert not (few[:, 700:] == TEAL).all(2).any()


def line_of(count):
    line = Timeline()
    for number in range(count):
        faces = [face(1, (0, 0, 50, 50), "happy" if number < count / 2 else "sad")]
        faces += [face(2, (90, 0, 50, 50), "sad")] if count / 4 < number < count / 2 else []
        line.add(FrameResult(Frame(number, number / 10, GREY), tuple(faces)))
    return line


def strip(picture, row):
    return np.asarray(picture)[row]


def test_a_time_line_shows_when_the_answer_changed():
    picture = Image.open(io.BytesIO(timeline_picture(line_of(100), "clip.mp4"))).convert("RGB")
    drawn = np.asarray(picture).astype(int)
    # Somewhere a row is more "happy" in its first half than in its second, and the next strip the other way round.
    left, right = drawn[:, 200:600].mean(1), drawn[:, 700:1100].mean(1)
    warmer = (left - right)[:, 0] - (left - right)[:, 2]
    assert warmer.max() > 40
    assert np.abs(warmer).argmax() != 0


def test_a_long_video_and_an_empty_one_can_be_drawn():
    long = Timeline()
    for number in range(3000):
        long.add(FrameResult(Frame(number, number * 3.0, GREY), (face(1 + number // 300, (0, 0, 50, 50), "sad"),)))
    for line in (long, Timeline(), line_of(1)):
        assert decode(timeline_picture(line, "a" * 300)).shape[1] > 1000

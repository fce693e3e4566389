"""A closer look at pairs that leave doubt: slides of one template with two faces are no copies."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mien import audit, collect, copies, kinds, media, samples

PEOPLE = (0, 13, 26, 39)  # one picture each of four drawn people


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    manifest = collect.scan(samples.draw(tmp_path_factory.mktemp("faces") / "faces", samples=48, seed=11))
    return [media.decode(data) for data in media.read_many(manifest.frame.select("path", "container").iter_rows())]


def slide(face: np.ndarray) -> Image.Image:
    """A face on a white ground, lines of text beside it, a bar below."""
    found = Image.new("RGB", (240, 160), "white")
    pen = ImageDraw.Draw(found)
    for line in range(5):
        pen.rectangle((120, 20 + 26 * line, 220 - 14 * (line % 3), 30 + 26 * line), (40, 60, 60 + 20 * line))
    pen.rectangle((0, 148, 240, 160), (200, 40, 40))
    found.paste(Image.fromarray(face).resize((100, 100)), (10, 30))
    return found


def again(picture: Image.Image) -> Image.Image:
    file = io.BytesIO()
    picture.resize((picture.width * 9 // 10, picture.height * 9 // 10)).save(file, "JPEG", quality=80)
    return Image.open(file)


def reduced(one: Path, other: Path) -> tuple[np.ndarray, float]:
    """Two files as they are compared first, and the cosine of their signatures."""
    both = np.stack([copies.reduce_picture(media.decode(path.read_bytes())) for path in (one, other)])
    first, second = copies.signatures(both).astype(float)
    return both, float(first @ second / np.sqrt((first @ first) * (second @ second)))


def known(one: Path, other: Path) -> float:
    """What the first comparison says of two files."""
    both, closeness = reduced(one, other)
    return copies.same_picture(*both, closeness)


def closer(one: Path, other: Path, before: float) -> float:
    (found,) = copies.look_closer([((str(one), None), (str(other), None), False, (0, 0), before)])
    return found


@pytest.fixture(scope="module")
def slides(tmp_path_factory, drawn):
    """Four slides of one template, and a copy of each."""
    folder = tmp_path_factory.mktemp("slides")
    for number in PEOPLE:
        slide(drawn[number]).save(folder / f"{number}.png")
        again(slide(drawn[number])).save(folder / f"{number}-copy.png")
    return folder


def test_slides_of_one_template_leave_doubt_and_a_closer_look_tells_them_apart(slides):
    pairs = [(one, other) for one in PEOPLE for other in PEOPLE if one < other]
    for one, other in pairs:
        files = slides / f"{one}.png", slides / f"{other}.png"
        before = known(*files)
        assert before >= copies.COPY, "the template would be no test"
        assert copies.is_unsure(before)
        assert closer(*files, before) < copies.COPY


def test_a_slide_saved_again_is_still_a_copy(slides):
    for number in PEOPLE:
        files = slides / f"{number}.png", slides / f"{number}-copy.png"
        assert known(*files) >= copies.COPY
        assert closer(*files, 0.9) >= copies.COPY


def test_the_audit_joins_each_slide_with_its_copy_alone(slides, tmp_path):
    for path in slides.iterdir():
        label = tmp_path / ("happy" if int(path.stem.removesuffix("-copy")) < 20 else "sad")
        label.mkdir(exist_ok=True)
        (label / path.name).write_bytes(path.read_bytes())
    frame = audit.check(collect.scan(tmp_path)).manifest.frame
    groups = frame.group_by("copies").agg("id")["id"].to_list()
    assert sorted(sorted(Path(name).stem for name in group) for group in groups) == sorted(
        sorted([str(number), f"{number}-copy"]) for number in PEOPLE
    )


def test_confirming_looks_closer_too(slides):
    files = {name: slides / f"{name}.png" for name in ("0", "0-copy", "13")}
    asked = []
    for name in ("0-copy", "13"):
        _, closeness = reduced(files["0"], files[name])
        asked.append(((str(files["0"]), None), (str(files[name]), None), False, closeness))
    assert known(files["0"], files["13"]) >= copies.COPY
    assert kinds.kind("picture").confirm_copies(asked) == [True, False]


def test_where_nothing_more_is_to_be_seen_the_first_comparison_stands(tmp_path, slides, drawn):
    small = tmp_path / "small.png"
    Image.fromarray(drawn[0]).convert("L").resize((48, 48)).save(small)
    assert closer(small, slides / "0.png", 0.7) == 0.7
    assert closer(slides / "0.png", tmp_path / "gone.png", 0.3) == 0.3
    assert closer(slides / "0.png", slides / "0.png", 0.3) > 0.9

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest
from PIL import Image

from mien import audit, media
from mien.core.errors import StorageError
from mien.core.types import Findings


class _Page(HTMLParser):
    """The words of a page, its pictures and everything it would request."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.links: list[str] = []
        self.hidden = 0
        self.feed(text)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.hidden = tag == "style"
        if tag == "img":
            self.pictures.append(found)
        self.links += [str(found[name]) for name in ("src", "href") if name in found]

    def handle_endtag(self, tag):
        self.hidden = 0

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


def _page(manifest, path, findings=None):
    audit.write_page(manifest, findings or audit.check(manifest).findings, path)
    return _Page(path.read_text("utf-8"))


def test_the_number_comes_first(dirty, manifest_of, tmp_path):
    manifest = manifest_of(dirty)
    text = _page(manifest, tmp_path / "audit.html").text
    assert re.search(r"In short 8 of 18 pictures cannot be used as they are", text)
    assert text.index("One picture, two labels") < text.index("Wrong ending")


def test_every_issue_has_its_section_and_every_file_its_name(dirty, manifest_of, tmp_path):
    manifest = manifest_of(dirty)
    found = audit.check(manifest).findings
    page = _page(manifest, tmp_path / "audit.html")
    for line in audit.summary(found):
        assert page.text.count(line.title) >= 3  # in the table of contents, the table, and over its part
        assert line.about in page.text
        assert line.todo in page.text
    for name in found.frame["id"]:
        assert name in page.text


def test_twins_stand_side_by_side_with_their_labels(dirty, manifest_of, tmp_path):
    page = _page(manifest_of(dirty), tmp_path / "audit.html")
    said = [picture["alt"] for picture in page.pictures]
    at = said.index("happy/3.png, labelled happy")
    assert said[at + 1] == "sad/3 again.png, labelled sad"
    assert said.count("happy/3.png, labelled happy") == 1


def test_the_page_asks_for_nothing(dirty, manifest_of, tmp_path):
    page = _page(manifest_of(dirty), tmp_path / "audit.html")
    assert len(page.pictures) == 7
    assert all(link.startswith(("data:", "#")) for link in page.links)


def test_nothing_found_is_said(faces, manifest_of, tmp_path):
    page = _page(manifest_of(faces), tmp_path / "audit.html")
    assert "0 Nothing was found in 8 pictures." in page.text


def test_a_name_cannot_become_part_of_the_page(faces, manifest_of, tmp_path):
    (faces / "sad" / "<img src=x>.png").write_bytes(b"")
    page = _page(manifest_of(faces), tmp_path / "audit.html")
    assert page.pictures == []
    assert "<img src=x>.png" in page.text


def test_many_pictures_stay_under_three_megabytes(tmp_path, manifest_of):
    noise = np.random.default_rng(0)
    (tmp_path / "set" / "sad").mkdir(parents=True)
    for number in range(70):
        data = media.encode_webp(noise.integers(0, 256, (128, 128, 3), np.uint8), 90)
        (tmp_path / "set" / "sad" / f"{number:03d}.webp").write_bytes(data)
    manifest = manifest_of(tmp_path / "set")
    words = {"severity": "warning", "score": 1.0, "why": "x.", "todo": "y."}
    rows = [{"id": name, "issue": issue, **words} for issue in "abcde" for name in manifest.frame["id"]]
    page = _page(manifest, tmp_path / "audit.html", Findings.build(rows))
    assert (tmp_path / "audit.html").stat().st_size < 3_000_000
    assert 100 < len(page.pictures) < 5 * 60  # what does not fit is named instead
    assert page.text.count("And 10 more;") == 5


def test_a_picture_of_any_shape_is_shown_or_named(faces, manifest_of, tmp_path):
    Image.new("RGB", (20_000, 3)).save(faces / "sad" / "line.png")
    Image.new("RGB", (1, 1)).save(faces / "sad" / "point.png")
    page = _page(manifest_of(faces), tmp_path / "audit.html")
    assert "sad/line.png" in page.text
    assert "sad/point.png" in page.text


def test_a_page_that_cannot_be_written_is_a_sentence(faces, manifest_of, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="could not be written"):
        _page(manifest_of(faces), tmp_path / "file" / "audit.html")


def test_findings_made_by_hand_are_shown(faces, manifest_of, tmp_path):
    row = {"id": "sad/0.png", "issue": "dark", "severity": "warning", "score": 0.4, "why": "It is dark.", "todo": "Go."}
    page = _page(manifest_of(faces), tmp_path / "audit.html", Findings.build([row]))
    assert "dark" in page.text
    assert "It is dark." in page.text
    assert len(page.pictures) == 1


def test_findings_of_other_data_do_not_stop_the_page(faces, manifest_of, tmp_path):
    row = {"id": "gone", "issue": "dark", "severity": "error", "score": 0.4, "why": "It is dark.", "todo": "Go."}
    page = _page(manifest_of(faces), tmp_path / "audit.html", Findings.build([row]))
    assert page.pictures == []
    assert pl.Series(page.words).str.contains("It is dark.").any()

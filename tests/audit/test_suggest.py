"""Who may be who: offered where names, folders or EXIF show it, and never by running numbers and hashes."""

from __future__ import annotations

import hashlib
import io
import shlex
import uuid

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mien import audit, collect, media
from mien.collect._persons import name_persons
from mien.core.persons import Persons
from mien.core.types import Manifest

LABELS = ("angry", "happy", "sad")


def listed(ids: list[str], labels: list[str] | None = None, **columns: object) -> Manifest:
    labels = labels or [next(word for word in LABELS if word in name) for name in ids]
    return Manifest.build({"id": ids, "content": ids, "path": ids, "label": labels, **columns})


def offered(ids: list[str], labels: list[str] | None = None) -> dict[str, str]:
    """The pattern of each suggestion, by its kind."""
    found = audit.suggest(listed(ids, labels))
    return {one.kind: shlex.split(one.option)[1] for one in found}


def names(form: str, persons: int = 12, shots: int = 3) -> list[str]:
    return [
        form.format(label=label, who=who, shot=shot)
        for label in LABELS
        for who in range(persons)
        for shot in range(shots)
    ]


@pytest.mark.parametrize(
    ("form", "pattern", "example"),
    [
        ("s{who:02}_{label}_{shot}.jpg", r"^(s\d+)_", "s03"),
        ("{label}/s{who:02}_{label}_{shot}.jpg", r"/(s\d+)_", "s03"),
        ("{label}/Subject{who}-{shot}.PNG", r"/(Subject\d+)-", "Subject3"),
        ("{label}/{who:03} {shot}.jpg", r"/(\d+) ", "003"),
        ("{label}/{label}_p{who}_{shot}.jpg", r"/(?:[^/ _.-]+[ _.-]+){1}(p\d+)_", "p3"),
        ("{label}/{label}.subject.{who}.{shot}.jpg", r"/(?:[^/ _.-]+[ _.-]+){2}(\d+)\.", "3"),
        ("d/s9_x/{label}/s{who}_{shot}.jpg", r"/(s\d+)[ _.-][^/]*$", "s3"),
        ("data/{label}_x/s{who}_{shot}.b.jpg", r"/(s\d+)_", "s3"),
    ],
)
def test_a_code_that_goes_across_classes_is_offered(form, pattern, example):
    ids = names(form)
    assert offered(ids)["names"] == pattern
    named = name_persons(listed(ids), Persons(pattern=pattern)).frame["person"]
    assert named.null_count() == 0
    assert (named.n_unique(), example in named) == (12, True)


def test_names_of_people_are_offered_and_class_words_are_not():
    people = ["anna", "ben", "carla", "dirk", "eva", "finn"]
    ids = [f"{label}/{who}_{shot}.jpg" for label in LABELS for who in people for shot in range(3)]
    assert offered(ids) == {"names": r"/([A-Za-z]+)_"}
    assert offered([f"{label}/{label}_{shot}.jpg" for label in LABELS for shot in range(40)]) == {}
    assert (
        offered([f"{label}/{site}_{shot}.jpg" for label in LABELS for site in ("web", "own") for shot in range(9)])
        == {}
    )


def test_shots_of_one_name_are_offered_as_such():
    ids = [f"{label}/{label}_{number}_{shot}.jpg" for label in LABELS for number in range(10) for shot in "abc"]
    found = audit.suggest(listed(ids))[0]
    assert (found.kind, found.groups, found.samples) == ("copies", 30, 90)
    assert found.sentence == (
        "90 samples share all but the end of their names, 30 groups: angry/angry_0_a.jpg and angry/angry_0_b.jpg."
    )
    named = name_persons(listed(ids), Persons(pattern=shlex.split(found.option)[1]))
    assert named.frame["person"].n_unique() == 30


def test_folders_across_classes_are_offered():
    people = ["anna", "ben", "carla", "dirk"]
    ids = [f"{label}/{who}/{shot:03}.jpg" for label in LABELS for who in people for shot in range(5)]
    assert offered(ids) == {"folders": r"^[^/]+/([^/]+)/"}
    around = [f"{who}/{label}/{shot:03}.jpg" for label in LABELS for who in people for shot in range(5)]
    assert offered(around) == {"folders": r"^([^/]+)/"}
    parts = [f"{label}/part{who}/{shot:03}.jpg" for label in LABELS for who in range(4) for shot in range(5)]
    assert offered(parts) == {}


def hashed(number: int) -> str:
    return hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    "form",
    [
        lambda label, n: f"{label}/{n:04}.jpg",
        lambda label, n: f"{label}/{label}_{n:04}.jpg",
        lambda label, n: f"{label}/{label} ({n}).jpg",
        lambda label, n: f"{label}/IMG_{n:04}.JPG",
        lambda label, n: f"{label}/img{n}_{label}.jpg",
        lambda label, n: f"{label}_{n}.png",
        lambda label, n: f"{label}/frame{n}.png",
        lambda label, n: f"{label}/P10{n:05}.JPG",
        lambda label, n: f"{label}/Training_{10_000_000 + n}.jpg",
        lambda label, n: f"{label}/2023-0{1 + n % 9}-{10 + n % 19} {n:02}.jpg",
        lambda label, n: f"{label}/2023{1 + n % 9:02}{10 + n % 19}_{n:06}.jpg",
        lambda label, n: f"{label}/{hashed(n * 7 + len(label))}.jpg",
        lambda label, n: f"{label}/{uuid.UUID(hashed(n * 7 + len(label)))}.jpg",
        lambda label, n: f"{label}/{n:02}.jpg.png",
        lambda label, n: f"{label}/{label}{n // 40}x_{n % 40:02}.jpg",
        lambda label, n: f"{label}/set{n // 40}_{n % 40:02}.jpg",
        lambda label, n: f"{label}/00/{n:04}.jpg",
        lambda label, n: f"train/{label}/{n}",
        lambda label, n: f"row {n} {label}",
    ],
)
def test_running_numbers_dates_and_hashes_are_nobody(form):
    assert offered([form(label, number) for label in LABELS for number in range(120)]) == {}


def test_data_that_names_somebody_is_offered_nothing():
    ids = names("{label}/s{who:02}_{shot}.jpg")
    assert audit.suggest(listed(ids, person=["anna", *[None] * (len(ids) - 1)])) == ()
    assert audit.suggest(listed(ids, aside=["no label"] * len(ids))) == ()


def photo(number: int, when: str | None, camera: str = "EOS", size: int = 40) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 255, (size, size, 3), np.uint8)
    exif = Image.Exif()
    exif[272] = camera
    if when:
        exif.get_ifd(0x8769)[0x9003] = f"2024:05:06 {when}"
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")[number % 5], exif=exif.tobytes())
    return file.getvalue()


@pytest.fixture
def shots(tmp_path):
    root = tmp_path / "faces"
    times = ["07:00:01", "07:00:03", "07:00:06", "07:01:00", None, "08:00:00", "08:00:01", "99:99:99", "08:00:01"]
    for label in LABELS[:2]:
        (root / label).mkdir(parents=True)
        for number, when in enumerate(times):
            camera, size = ("Pixel" if number == 8 else "EOS"), (48 if label == "happy" else 40)
            (root / label / f"{number:03}.jpg").write_bytes(photo(number + 100 * size, when, camera, size))
    return root


def test_bursts_by_exif_are_offered_and_can_be_followed(shots, tmp_path):
    manifest = audit.check(collect.scan(shots)).manifest
    found = audit.suggest(manifest)
    assert [(one.kind, one.groups, one.samples) for one in found] == [("bursts", 4, 10)]
    assert found[0].sentence.startswith("10 photos were taken within 3 seconds of another by the same camera")
    assert found[0].commands("my faces/") == (
        "mien audit 'my faces/' --manifest samples.parquet",
        "mien run samples.parquet --by burst",
    )
    saved = manifest.save(tmp_path / "samples.parquet")
    again = collect.scan(saved, persons=Persons(by="burst"))
    assert dict(again.frame.select("id", "person").iter_rows())["happy/002.jpg"] == "happy/000.jpg"
    assert audit.check(again).manifest.frame["burst"].equals(again.frame["burst"])
    assert audit.suggest(again) == ()


@given(
    st.binary(max_size=200),
    st.sampled_from([b"Exif\0\0MM\0*\0\0\0\x08", b"eXIfII*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b""]),
)
@settings(max_examples=300, deadline=None)
def test_any_exif_is_a_moment_or_none(data, head):
    found = media.taken(head + data)
    assert found is None or (isinstance(found[0], float) and found[1])


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_names_are_offered_patterns_that_are_found_in_them_or_nothing(data):
    part = st.one_of(
        st.sampled_from(
            ("s{n}", "{n}", "{n:03}", "a{n}", "img{n}", "happy", "anna", "ben", "x", "(2)", "", "\u00e9\u4e2d")
        ),
        st.text(r"ab01_-. ()[\^$*+?{|", max_size=6).map(lambda text: text.replace("{", "{{")),
    )
    joins, kinds = st.sampled_from("_- ./"), st.sampled_from((".jpg", ".PNG", "", ".b.c"))
    form = data.draw(st.lists(st.tuples(part, joins), min_size=1, max_size=4))
    written = "".join(word + join for word, join in form)
    count, modulus = data.draw(st.integers(1, 60)), data.draw(st.integers(1, 9))
    ids = list(
        dict.fromkeys(written.format(n=n % modulus) + f"{n // modulus}" + data.draw(kinds) for n in range(count))
    )
    manifest = listed(ids, [LABELS[number % 3] for number in range(len(ids))])
    for one in audit.suggest(manifest):
        named = name_persons(manifest, Persons(pattern=shlex.split(one.option)[1])).frame["person"]
        assert named.drop_nulls().n_unique() >= one.groups > 1

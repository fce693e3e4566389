"""Samples that visitors give: with consent, once, as pixels alone, and in a folder that can be trained on."""

from __future__ import annotations

import io
import json
import threading

import pytest
from PIL import Image

from mien import collect, media, serve
from mien.core.errors import StorageError


def give(client, data, label="happy", consent="true", **words):
    files = {"sample": ("a.png", data)}
    return client.post("/v1/samples", files=files, data={"label": label, "consent": consent, **words})


@pytest.fixture
def inbox(tmp_path):
    return tmp_path / "inbox"


@pytest.fixture
def giving(serving, inbox):
    with serving(inbox=inbox) as client:
        yield client


def test_without_an_inbox_nothing_can_be_given(client, face_file):
    assert give(client, face_file).status_code in {404, 405}


def test_what_is_given_can_be_collected(giving, inbox, face_file, nobody_file):
    assert give(giving, face_file, said="sad").json() == {"stored": True}
    assert give(giving, nobody_file, "sad").status_code == 201
    found = collect.scan(str(inbox))
    assert sorted(found.frame["label"]) == ["happy", "sad"]
    facts = [json.loads(line) for line in (inbox / ".consent.jsonl").read_text().splitlines()]
    assert [fact["said"] for fact in facts] == ["sad", ""]
    assert all(fact["consent"] and (inbox / fact["file"]).is_file() for fact in facts)


def test_the_same_sample_is_kept_once_also_in_another_file_and_after_a_new_start(giving, serving, inbox, face_file):
    again = io.BytesIO()
    Image.open(io.BytesIO(face_file)).save(again, "BMP")
    assert [give(giving, data).json()["stored"] for data in (face_file, face_file, again.getvalue())] == [
        True,
        False,
        False,
    ]
    with serving(inbox=inbox) as fresh:
        assert give(fresh, face_file).json() == {"stored": False}
    assert len([*inbox.rglob("*.png")]) == 1


def test_what_a_phone_writes_into_a_file_is_not_kept(giving, inbox, photo):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    data = io.BytesIO()
    Image.fromarray(photo()).save(data, "JPEG", exif=exif)
    assert b"taken at home" in data.getvalue()
    assert give(giving, data.getvalue()).json() == {"stored": True}
    (kept,) = inbox.rglob("*.png")
    assert b"taken at home" not in kept.read_bytes()
    assert (media.decode(kept.read_bytes()) == media.decode(data.getvalue())).all()


@pytest.mark.parametrize("consent", ["", "false", "yes", "True"])
def test_without_consent_nothing_is_kept(giving, inbox, face_file, consent):
    response = give(giving, face_file, consent=consent)
    assert (response.status_code, response.json()["issue"]) == (400, "consent")
    assert not [*inbox.iterdir()]


@pytest.mark.parametrize("label", ["", "joy", "../happy", "/etc", "happy/../../x", "HAPPY", "\x00"])
def test_a_label_is_a_class_of_the_model(giving, inbox, face_file, label):
    assert give(giving, face_file, label).status_code == 400
    assert not [*inbox.iterdir()]
    assert not [path for path in inbox.parent.iterdir() if path != inbox]


def test_what_is_no_picture_is_not_kept(giving, inbox):
    assert give(giving, b"#!/bin/sh\nrm -rf /\n").status_code == 422
    assert not [*inbox.iterdir()]


def test_a_full_inbox(serving, inbox, face_file):
    with serving(inbox=inbox, inbox_bytes=100) as client:
        response = give(client, face_file)
        assert (response.status_code, response.json()["status"]) == (507, 507)
        assert client.post("/v1/predict", content=face_file).status_code == 200
    assert not [*inbox.rglob("*.png")]


def test_a_full_disk(giving, inbox, face_file, no_room):
    with no_room(200):
        response = give(giving, face_file)
    assert (response.status_code, response.json()["issue"]) == (507, "storage")
    assert str(inbox) not in response.text
    assert not [path for path in inbox.rglob("*") if path.is_file()]
    assert give(giving, face_file).json() == {"stored": True}


def test_many_at_once_keep_one(giving, inbox, face_file):
    stored = []
    threads = [
        threading.Thread(target=lambda: stored.append(give(giving, face_file).json()["stored"])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stored) == [False] * 7 + [True]


def test_an_inbox_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="could not be written"):
        serve.app(serve.Settings(inbox=tmp_path / "file" / "inbox"))

"""What clients send by mistake works where its meaning is plain; else the answer names it, and the right call."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from mien import media

RIGHT = "curl --data-binary @photo.jpg SERVER/v1/predict"
FORM = "curl -F sample=@photo.jpg SERVER/v1/predict"
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
KINDS = ["", "application/json", URLENCODED["content-type"], "multipart/form-data", "text/plain", "image/png", "x/y; z"]


def problem(response, status, *words):
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert (response.status_code, found["status"]) == (status, status)
    assert found["type"] == "about:blank"
    assert found["title"]
    assert found["issue"]
    assert found["detail"][-1] in ".?"
    assert len(found["detail"]) < 500
    for word in words:
        assert word in found["detail"]
    return found


@pytest.fixture(scope="module")
def answer(client, face_file):
    return client.post("/v1/predict", content=face_file).json()["answers"]


@pytest.fixture(scope="module")
def text(face_file):
    return base64.b64encode(face_file).decode()


@pytest.mark.parametrize(
    "kind",
    ["image/png", "text/plain", "application/json", URLENCODED["content-type"], "multipart/form-data", "", "x/y; z"],
)
def test_bytes_are_bytes_under_any_content_type(client, face_file, answer, kind):
    response = client.post("/v1/predict", content=face_file, headers={"content-type": kind})
    assert response.json()["answers"] == answer


@pytest.mark.parametrize(
    "kind", ["text/plain", URLENCODED["content-type"], "application/json", "application/octet-stream"]
)
def test_base64_is_taken(client, text, answer, kind):
    lines = "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    for body in (text, lines, f"data:image/png;base64,{text}"):
        response = client.post("/v1/predict", content=body, headers={"content-type": kind})
        assert response.json()["answers"] == answer


def test_json_with_base64_is_taken(client, text, answer):
    for body in ({"sample": text}, {"sample": f"data:image/png;base64,{text}"}):
        assert client.post("/v1/predict", json=body).json()["answers"] == answer
        assert client.post("/v1/predict", content=json.dumps(body), headers=URLENCODED).json()["answers"] == answer
    assert client.post("/v1/predict", json={"sample": [text, text]}).json()["answers"] == answer * 2
    assert client.post("/v1/explain", json={"sample": text}).status_code == 200
    assert client.post("/v1/predict", data={"sample": text}).json()["answers"] == answer  # a web form without a file


JSON = {
    "another field": ({"image": "abc"}, "The JSON has a field 'image'. Expected: sample"),
    "no field": ({}, "Expected: sample"),
    "a parameter": ({"sample": "abc", "model": "face"}, "'model', which belongs in the address: /v1/predict?model="),
    "an address": ({"sample": "https://example.org/a.jpg"}, "nothing is fetched here"),
    "words": ({"sample": "x" * 9999}, f"The field sample holds '{'x' * 40}'. Expected: a picture in base64"),
    "null": ({"sample": None}, "holds null"),
    "a number": ({"sample": [5]}, "holds a number"),
    "an object": ({"sample": {"b64": "abc"}}, "holds an object"),
    "a list": (["abc"], "JSON came without a field"),
    "a string": ("abc", "JSON came without a field"),
}


@pytest.mark.parametrize(("body", "words"), JSON.values(), ids=JSON)
def test_other_json_is_told_what_is_taken(client, body, words):
    found = problem(client.post("/v1/predict", json=body), 400, words)
    assert RIGHT in found["detail"] or "belongs in the address" in found["detail"]


@pytest.mark.parametrize("body", [b"{bad", b'{"sample": ', b"[" * 100_000, b'"' + b"x" * 99])
def test_json_that_is_none(client, body):
    problem(client.post("/v1/predict", content=body), 400, "begins as JSON does, and is none", RIGHT)


def test_samples_in_json_have_the_same_limits(serving, text):
    with serving(max_samples=2) as client:
        problem(client.post("/v1/predict", json={"sample": [text] * 3}), 400, "3 samples came, and /v1/predict takes 2")
    with serving(max_bytes=50) as client:
        small = base64.b64encode(media.encode_png(np.arange(300, dtype=np.uint8).reshape(10, 10, 3))).decode()
        problem(client.post("/v1/predict", json={"sample": small}), 413, "larger than 50 bytes")


def test_base64_that_breaks_off(client, text):
    problem(client.post("/v1/predict", content=text[:101]), 422, "base64 text of 101 letters is damaged")


def test_what_curl_d_made_of_a_file(client, face_file):
    """It drops line ends and zeros from what it reads."""
    body = face_file.translate(None, b"\r\n\0")
    problem(client.post("/v1/predict", content=body, headers=URLENCODED), 422, "curl -d", "drops line ends", RIGHT)
    found = problem(client.post("/v1/predict", content=body), 422)
    assert "curl" not in found["detail"]  # of another type it did not come from there
    photoshop = client.post("/v1/predict", content=b"8BPS\0\1" + bytes(50), headers=URLENCODED)
    assert "curl" not in problem(photoshop, 415, "Photoshop")["detail"]


def test_a_form_without_a_file(client, face_file):
    problem(client.post("/v1/predict", data={"image": "photo.jpg"}), 400, "a field 'image'. Expected: sample", FORM)
    part = {"sample": (None, "photo.jpg")}
    problem(client.post("/v1/predict", files=part), 400, "sample is text, 'photo.jpg'. Expected: a file", FORM)
    named = {"x" * 999: ("a.png", face_file)}
    problem(client.post("/v1/predict", files=named), 400, "Expected: sample", FORM)
    asked = client.post("/v1/predict", files={"sample": ("a.png", face_file)}, data={"inputs": "faces"})
    problem(asked, 400, "'inputs', which belongs in the address: /v1/predict?inputs=")
    headers = {"content-type": "multipart/form-data"}
    problem(client.post("/v1/predict", content=b"--x\r\n", headers=headers), 400, "names no boundary", RIGHT)


def test_several_files_where_one_is_taken(client, serving, face_file, tmp_path):
    two = [("sample", ("a.png", face_file)), ("sample", ("b.png", face_file))]
    problem(client.post("/v1/explain", files=two), 400, "2 samples came, and /v1/explain takes 1")
    with serving(inbox=tmp_path / "inbox") as giving:
        asked = giving.post("/v1/samples", files=two, data={"label": "happy", "consent": "true"})
        problem(asked, 400, "/v1/samples takes 1")
    assert not list((tmp_path / "inbox").rglob("*.png"))


def test_nothing_came(client):
    problem(client.post("/v1/predict"), 400, "The request holds no sample", RIGHT)
    problem(client.post("/v1/predict", content=b"", headers={"content-type": "image/png"}), 400, RIGHT)
    problem(client.post("/v1/predict", files={"sample": ("a.png", b"")}), 400, "empty")


def test_a_body_that_is_packed(client, face_file):
    problem(
        client.post("/v1/predict", content=face_file, headers={"content-encoding": "gzip"}), 415, "packed with gzip"
    )


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_told_the_right_one(client, method, face_file):
    response = client.request(method, "/v1/predict", content=face_file)
    problem(response, 405, f"'/v1/predict' takes POST, not {method}", RIGHT)
    assert response.headers["allow"] == "POST"


def test_other_methods_elsewhere(client):
    head = client.head("/v1/predict")
    assert (head.status_code, head.content, head.headers["allow"]) == (405, b"", "POST")
    assert problem(client.post("/v1/models"), 405, "'/v1/models' takes GET, not POST")
    assert problem(client.put("/v1/models/face"), 405, "takes GET")
    assert problem(client.post("/healthz"), 405)
    assert problem(client.delete("/openapi.json"), 405)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/v1/models", "/v1/models/face", "/openapi.json"])
def test_the_head_of_what_can_be_had(client, path):
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


@pytest.mark.parametrize("path", ["/v1/predict/", "//v1/predict", "/v1//predict//"])
def test_a_slash_too_many(client, face_file, answer, path):
    response = client.request("POST", client.base_url.copy_with(raw_path=path.encode()), content=face_file)
    assert response.json()["answers"] == answer
    assert client.get("/v1/models/").json() == client.get("/v1/models").json()
    assert client.get("/healthz/").status_code == 200


def test_a_key_is_asked_for_behind_a_slash_too_many(serving, face_file):
    with serving(key="sesame") as client:
        for path in ("/v1/predict/", "//v1/predict", "///v1/models/", "//metrics"):
            address = client.base_url.copy_with(raw_path=path.encode())
            assert client.request("POST", address, content=face_file).status_code == 401
            assert client.request("GET", address).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("POST", "/v1/predcit", "Did you mean '/v1/predict'?"),
        ("POST", "/predict", "Did you mean '/v1/predict'?"),
        ("GET", "/v1/model", "Did you mean '/v1/models'?"),
        ("POST", "/", "Known: '/v1/predict'"),
        ("GET", "/v1", "Known: '/v1/predict'"),
        ("POST", "/" + "x" * 5000, "There is nothing at '/xxx"),
        ("GET", "/favicon.ico", "There is nothing at this address"),
    ],
)
def test_another_address_is_told_the_one_that_may_be_meant(client, method, path, words):
    problem(client.request(method, path), 404, words)


bodies = st.one_of(
    st.binary(max_size=60),
    st.recursive(
        st.one_of(st.none(), st.integers(), st.text(max_size=12), st.just("iVBORw0KGgo=")),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["sample", "x"]), inner)),
    ).map(lambda value: json.dumps(value).encode()),
    st.lists(st.sampled_from(["sample", "=", "&", "%", "+", "iVBORw0KGgo", "data:,", "\u00fc"])).map(
        lambda parts: "".join(parts).encode()
    ),
)


@pytest.mark.parametrize("body", [b"=", b"sample=", b"x=", b"&", b"sample=&sample="])
def test_a_form_of_nothing_is_answered(client: TestClient, body):
    kind = "application/x-www-form-urlencoded"
    response = client.post("/v1/predict?inputs=faces", content=body, headers={"content-type": kind})
    assert response.status_code in {400, 422}
    assert response.json()["detail"]


@given(bodies, st.sampled_from(KINDS))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_mistake_is_answered(client: TestClient, body, kind):
    response = client.post("/v1/predict?inputs=faces", content=body, headers={"content-type": kind})
    assert response.status_code in {200, 400, 413, 415, 422}
    assert len(response.json().get("detail", "")) < 500

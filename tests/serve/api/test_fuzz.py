"""Whatever comes, the answer is one that the OpenAPI names, and the server goes on. The long form is in bench/."""

from __future__ import annotations

import io

import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance)


@pytest.fixture(scope="module")
def operations(a_server):
    schema = schemathesis.openapi.from_url(a_server.address + "/openapi.json")
    return {operation.ok().path: operation.ok() for operation in schema.get_all_operations()}


PATHS = ("/v1/predict", "/v1/explain", "/v1/models", "/v1/models/{name}", "/v1/samples", "/healthz", "/readyz")


def test_every_address_is_known_to_these_tests(operations):
    assert set(operations) == set(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_the_openapi_tells_the_truth(operations, path):
    @given(operations[path].as_strategy())
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def asked(case):
        case.call_and_validate(checks=CHECKS)

    asked()


def small_files():
    found = []
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"):
        data = io.BytesIO()
        Image.fromarray(np.arange(48 * 48 * 3, dtype=np.uint8).reshape(48, 48, 3)).save(data, kind)
        found.append(data.getvalue())
    return found


@st.composite
def broken(draw):
    """A picture file with bytes changed, cut or repeated; or rubbish."""
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(0, 8))):
        place = draw(st.integers(0, len(data) - 1))
        data[place] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))]) if draw(st.booleans()) else bytes(data)


FILES = small_files()


@given(
    st.one_of(broken(), st.binary(max_size=400)), st.sampled_from(["image/png", "multipart/form-data; boundary=b", ""])
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_is_answered(client, body, kind):
    response = client.post("/v1/predict?inputs=faces", content=body, headers={"content-type": kind})
    assert response.status_code in {200, 400, 413, 415, 422}
    assert response.json()


@given(st.text(max_size=30), st.binary(max_size=60), st.text(max_size=30))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_form_is_answered(client, name, data, label):
    files = [("sample", (name or "x", data)), ("sample", ("b", b"0 1 2 3"))]
    response = client.post("/v1/predict?inputs=faces", files=files, data={"label": label})
    assert response.status_code in {200, 400, 413, 415, 422}

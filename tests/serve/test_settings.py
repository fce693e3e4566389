"""Settings that cannot be meant."""

from __future__ import annotations

import pytest

from mien.core.errors import SettingError
from mien.serve import Settings
from mien.serve._settings import is_loopback


@pytest.mark.parametrize("host", ["::", "0:0:0:0:0:0:0:0", "192.168.1.20", "example.org", ""])
def test_an_address_that_others_reach_needs_a_key_or_open(host):
    with pytest.raises(SettingError, match="no key is set"):
        Settings(host=host)
    assert Settings(host=host, key="sesame").key
    assert Settings(host=host, open=True).open


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_this_machine_needs_none(host):
    assert is_loopback(host)
    assert Settings(host=host)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 70_000),
        ("port", -1),
        ("max_bytes", 0),
        ("queue", 0),
        ("rate", -1),
        ("wait", 2),
        ("patience", 0),
        ("max_faces", 501),
    ],
)
def test_out_of_range(name, value):
    with pytest.raises(SettingError, match=f"{name} = {value} is out of range"):
        Settings(**{name: value})


@pytest.mark.parametrize("key", ["two words", "schl\u00fcssel", "new\nline"])
def test_a_key_that_no_header_carries(key):
    with pytest.raises(SettingError, match="no header can carry"):
        Settings(key=key)


def test_a_key_and_open():
    with pytest.raises(SettingError, match="one of them"):
        Settings(key="sesame", open=True)

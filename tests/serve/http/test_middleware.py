"""How often each client may ask, and what an error of ours says in the log."""

from __future__ import annotations

import json

import pytest

from mien.serve.http import log_error
from mien.serve.http._middleware import CLIENTS, RateLimiter


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("mien.serve.http._middleware.time.monotonic", lambda: now[0])
    return now


def test_twice_a_second_s_worth_at_once_and_then_a_steady_rate(clock):
    rates = RateLimiter(5)
    assert [rates.wait("203.0.113.1") for _ in range(10)] == [0.0] * 10
    assert rates.wait("203.0.113.1") == pytest.approx(0.2)
    clock[0] += 0.21
    assert rates.wait("203.0.113.1") == 0
    assert rates.wait("203.0.113.1") > 0
    assert rates.wait("203.0.113.2") == 0


def test_one_household_of_ipv6_is_one_client(clock):
    rates = RateLimiter(1)
    found = [rates.wait(f"2001:db8:1:2::{number}") for number in range(4)]
    assert [wait > 0 for wait in found] == [False, False, True, True]
    assert rates.wait("2001:db8:1:3::1") == 0


def test_this_machine_has_no_limit(clock):
    rates = RateLimiter(1)
    assert {rates.wait(host) for host in ("127.0.0.1", "::1") for _ in range(9)} == {0.0}


def test_no_more_clients_are_remembered_than_fit(clock):
    rates = RateLimiter(1)
    for number in range(CLIENTS + 50):
        rates.wait(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(rates._buckets) == CLIENTS


def test_an_error_of_ours_says_where_but_not_what(capsys):
    with pytest.raises(RuntimeError) as raised:
        raise RuntimeError("the sample said: secret")
    log_error(raised.value)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["kind"]) == ("error", "RuntimeError")
    assert "test_middleware.py" in line["where"][-1]
    assert "secret" not in json.dumps(line)

"""The registry: ours and third parties' names through one door, entry points."""

from __future__ import annotations

import importlib
import sys

import pytest

from mien.core import registry
from mien.core.errors import MissingPartError, SettingError

GROUP = "mien.models"


@pytest.fixture
def guest(tmp_path, monkeypatch):
    """Install a third party's package, as pip leaves it: a module and a dist-info."""
    (tmp_path / "guest_net.py").write_text('FAMILY = "a guest\'s family"\n')
    (tmp_path / "needs_more.py").write_text("import a_library_that_nobody_has\n")
    info = tmp_path / "guest_net-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: guest-net\nVersion: 1.0\n")
    points = "guest = guest_net:FAMILY\nhungry = needs_more:FAMILY\n"
    earlier = "[mien.finders]\nguest_finder = guest_net:FAMILY\n"
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{points}{earlier}")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    registry._points.cache_clear()
    yield
    registry._points.cache_clear()
    for name in ("guest_net", "needs_more"):
        sys.modules.pop(name, None)


def test_ours_come_in_by_entry_points():
    assert {"compact", "report"} <= set(registry.names(GROUP))


def test_names_are_sorted_whoever_brings_them(guest):
    assert list(registry.names(GROUP)) == sorted(registry.names(GROUP))
    assert registry.names(GROUP).index("compact") < registry.names(GROUP).index("guest")


def test_a_guest_comes_in_by_the_same_door(guest):
    assert "guest" in registry.names(GROUP)
    assert registry.find(GROUP, "guest") == "a guest's family"
    assert registry.find(GROUP, "report").defaults["size"] == 256


def test_a_guest_of_the_group_s_earlier_name_comes_in_too(guest):
    assert {"guest_finder", "fcos", "yunet"} <= set(registry.names("mien.detectors"))


def test_listing_loads_nothing(guest):
    assert "hungry" in registry.names(GROUP)
    assert "needs_more" not in sys.modules


def test_a_slip_names_the_nearest():
    with pytest.raises(SettingError, match=r"There is no model 'compct'. Did you mean 'compact'"):
        registry.find(GROUP, "compct")


def test_a_group_without_names():
    assert registry.names("mien.nothing") == ()
    with pytest.raises(SettingError, match=r"There is no nothing 'x'"):
        registry.find("mien.nothing", "x")


def test_a_missing_library_is_named(guest):
    with pytest.raises(MissingPartError, match=r"'hungry' needs a_library_that_nobody_has. Install it"):
        registry.find(GROUP, "hungry")

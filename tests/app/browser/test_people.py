"""For everyone: axe finds nothing, the keyboard suffices, a phone has room, and motion can be switched off."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(tab, give, scheme, axe):
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour on its way to another
    assert axe(tab) == []
    tab.set_input_files("#choose", give.file(*give.two))
    tab.wait_for_selector("#headline")
    tab.get_by_role("button", name="Which part mattered").click()
    tab.wait_for_selector("canvas.heat")
    tab.click("summary:has-text('own page')")
    assert axe(tab) == []
    tab.set_input_files("#choose", {"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"})
    tab.wait_for_selector("#alert:not(:empty)")
    tab.get_by_role("button", name="Another photo").click()
    tab.get_by_role("button", name="Live camera").click()
    tab.wait_for_selector("dialog")
    assert axe(tab) == []
    tab.get_by_role("button", name="Not now").click()


def test_axe_finds_nothing_on_the_frame_and_the_form(opened, serving, give, tmp_path_factory, axe):
    page = opened(serving(finder=False, inbox=tmp_path_factory.mktemp("inbox")))
    page.set_input_files("#choose", give.file(*give.one))
    page.wait_for_selector("#headline")
    page.click("summary:has-text('That is wrong')")
    assert axe(page) == []


def test_nothing_moves_while_it_comes_and_the_keyboard_suffices(opened, serving, give, shift):
    own = opened(serving())
    assert shift(own) < 0.05
    own.on("filechooser", lambda _: None)  # so that choosers are caught well before the first one opens
    own.bring_to_front()
    reached = []
    for _ in range(8):
        own.keyboard.press("Tab")
        reached.append(own.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert reached[0] == "To the photo"
    assert "choose" in reached
    assert "live" in reached
    own.focus("#choose")
    with own.expect_file_chooser() as chooser:
        own.keyboard.press("Space")
    chooser.value.set_files(give.file(*give.two))
    own.wait_for_selector("#headline")
    own.focus(".pick input:checked")
    own.keyboard.press("ArrowRight")
    assert own.locator(".pick input").nth(1).is_checked()
    assert own.evaluate("document.activeElement.name") == "face"  # the focus is not lost when the answer is drawn anew
    own.keyboard.press("Tab")
    own.keyboard.press("Enter")
    own.wait_for_selector("canvas.heat")


def test_the_focus_can_be_seen(tab):
    for name in ("#choose", "#live", "#where input:checked"):
        tab.focus(name)
        tab.keyboard.press("Shift")
        shown = tab.evaluate(
            """name => {
              const one = document.querySelector(name);
              return [one, one.parentElement].some((part) => getComputedStyle(part).outlineStyle === 'solid');
            }""",
            name,
        )
        assert shown, name


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (3840, 2160)], ids=str)
def test_nothing_runs_over_the_edge(tab, give, width, height):
    tab.set_viewport_size({"width": width, "height": height})
    tab.set_input_files("#choose", give.file(*give.two))
    tab.wait_for_selector("#headline")
    tab.get_by_role("button", name="Which part mattered").click()
    tab.wait_for_selector("canvas.heat")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    small = tab.evaluate(
        """[...document.querySelectorAll('button.button, label.button, .pick, #where label')]
          .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 24).length"""
    )
    assert small == 0


def test_a_phone_offers_to_take_a_photo(browser, opened, serving):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, service_workers="block"
    )
    page = opened(serving(), within=context)
    assert page.locator("label:has(#take)").is_visible()
    assert page.get_attribute("#take", "capture") == "user"


def test_motion_can_be_switched_off(tab):
    tab.emulate_media(reduced_motion="reduce")
    moving = "getComputedStyle(document.querySelector('.button')).transitionDuration"
    assert tab.evaluate(moving) == "0s"

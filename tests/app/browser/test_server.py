"""The switch, and what happens where the device cannot answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


def answered(page, give) -> str:
    page.set_input_files("#choose", give.file(*give.one))
    page.wait_for_selector("#headline")
    return page.inner_text("#answer-body")


def test_the_switch_moves_the_work_and_says_so(tab, give):
    assert "do not leave this device" in tab.inner_text("#where-says")
    tab.locator("#where input[value=server]").check(force=True)
    assert "sent to this server" in tab.inner_text("#where-says")
    with tab.expect_request("**/v1/predict?model=face*"):
        assert "Answered by face, on the server" in answered(tab, give)
    tab.get_by_role("button", name="Which part mattered").click()
    tab.wait_for_selector("canvas.heat")
    tab.locator("#where input[value=device]").check(force=True)
    tab.wait_for_selector("text=Answered by face-int8, on this device")


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("**/vendor/ort.mjs", "The part of this page that computes on your device is not there"),
        ("**/vendor/*.wasm", "The part of this page that computes on your device is not there"),
        ("**/models/face-int8.onnx*", "The model could not be loaded onto this device"),
    ],
)
def test_without_a_part_the_server_takes_over_and_the_page_says_so(browser, opened, serving, give, missing, words):
    context = browser.new_context(service_workers="block")
    context.route(missing, lambda route: route.fulfill(status=404))
    page = opened(serving(), "failed", context)
    assert words in page.inner_text("#where-says")
    assert "the server does the work" in page.inner_text("#where-says")
    assert page.locator("#where input[value=device]").is_disabled()
    assert "on the server" in answered(page, give)


def test_a_model_that_is_another_file_is_not_used(browser, opened, serving, give):
    context = browser.new_context(service_workers="block")
    context.route("**/models/face-int8.onnx*", lambda route: route.fulfill(body=b"something else"))
    page = opened(serving(), "failed", context)
    assert "is not the one this page expects" in page.inner_text("#where-says")
    assert "on the server" in answered(page, give)


def test_a_server_that_does_not_answer_is_a_sentence(tab, give):
    tab.locator("#where input[value=server]").check(force=True)
    tab.route("**/v1/predict*", lambda route: route.abort())
    tab.set_input_files("#choose", give.file(*give.one))
    tab.wait_for_selector("#alert:has-text('The server did not answer')")


def test_a_problem_of_the_server_is_shown_in_its_own_words(tab, give):
    tab.locator("#where input[value=server]").check(force=True)
    body = (
        '{"type": "about:blank", "title": "Busy", "status": 503, "detail": "Too much to do; try again in 2 seconds."}'
    )
    tab.route("**/v1/predict*", lambda route: route.fulfill(status=503, body=body))
    tab.set_input_files("#choose", give.file(*give.one))
    tab.wait_for_selector("#alert:has-text('Too much to do; try again in 2 seconds.')")


def test_a_key_is_asked_for_and_kept_in_the_tab(browser, opened, serving, give):
    page = opened(serving(key="open-sesame"), "locked", browser.new_context(service_workers="block"))
    assert "for a key" in page.inner_text("#where-says")
    page.set_input_files("#choose", give.file(*give.one))
    page.fill("dialog input[type=password]", "wrong")
    page.get_by_role("button", name="Use this key").click()
    expect(page.locator("dialog input")).to_have_value("")
    page.fill("dialog input[type=password]", "open-sesame")
    page.get_by_role("button", name="Use this key").click()
    page.wait_for_selector("#headline")
    assert "on this device" in page.inner_text("#answer-body")
    page.locator("#where input[value=server]").check(force=True)
    page.wait_for_selector("text=Answered by face, on the server")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_without_a_key_nothing_is_answered(browser, opened, serving, give):
    page = opened(serving(key="open-sesame"), "locked", browser.new_context(service_workers="block"))
    page.locator("#where input[value=server]").check(force=True)
    page.set_input_files("#choose", give.file(*give.one))
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_selector("#alert:has-text('answers only with a key')")


def test_a_correction_is_sent_only_with_consent(opened, serving, give, tmp_path_factory):
    inbox = tmp_path_factory.mktemp("inbox")
    page = opened(serving(inbox=inbox))
    answered(page, give)
    page.click("summary:has-text('That is wrong')")
    page.select_option("#right-class", "surprise")
    page.get_by_role("button", name="Give the photo").click()
    page.wait_for_selector(".told:has-text('Tick the box first')")
    assert [path for path in inbox.rglob("*") if path.is_file()] == []
    page.check("#consent")
    page.get_by_role("button", name="Give the photo").click()
    page.wait_for_selector(".told:has-text('It was stored')")
    assert [path.parent.name for path in inbox.rglob("*.png")] == ["surprise"]


def test_without_an_inbox_nothing_can_be_given(tab, give):
    assert "That is wrong" not in answered(tab, give)


def test_without_a_finder_the_visitor_frames_the_face(opened, serving, give):
    page = opened(serving(finder=False))
    page.set_input_files("#choose", give.file(*give.one))
    page.wait_for_selector("#headline")
    assert page.locator(".box").count() == 0
    first = page.inner_text(".bars")
    page.focus(".frame")
    before = page.locator(".frame").bounding_box()
    for key in ("ArrowLeft", "ArrowDown", "-", "-"):
        page.keyboard.press(key)
    after = page.locator(".frame").bounding_box()
    assert after["width"] < before["width"]
    expect(page.locator(".bars")).not_to_have_text(first, use_inner_text=True)
    page.locator(".frame").hover()
    page.mouse.down()
    page.mouse.move(after["x"] + 10, after["y"] + 10)
    page.mouse.up()
    assert page.locator(".frame").bounding_box()["x"] != after["x"]

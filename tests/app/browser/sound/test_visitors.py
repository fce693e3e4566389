"""The microphone, which asks first and stops; and for everyone: axe, keyboard, phones, and without a network."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect


def test_it_asks_before_the_first_sample(page):
    page.evaluate("delete window.asked")
    page.click("#live")
    assert "it does not know what you feel" in page.inner_text("dialog")
    assert "stays on this device" in page.inner_text("dialog")
    assert page.evaluate("window.asked === undefined")
    page.get_by_role("button", name="Not now").click()
    assert page.evaluate("window.asked === undefined")
    assert page.locator("#recorder").count() == 0


def test_what_is_recorded_is_seen_heard_and_answered_here(page, do):
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate("document.querySelector('#headline')?.removeAttribute('id')")
    do.record(page)
    assert page.evaluate("window.asked.audio.noiseSuppression") is False
    page.wait_for_selector("#recorder .hears:has-text('It hears something')")
    assert page.evaluate("document.querySelector('#recorder meter').value") > -50
    page.wait_for_selector("#headline")  # so far
    do.heard(page, 2)
    assert page.inner_text("#status") != page.inner_text("#headline")  # nobody reads it out: it would be recorded
    page.get_by_role("button", name="Stop and judge").click()
    page.wait_for_selector("#strip button")
    assert "Your recording" in page.inner_text(".player")
    assert "on this device" in page.inner_text("#answer-body")
    assert page.inner_text("#status").startswith(page.inner_text("#headline"))
    assert [url for url in sent if not url.startswith("blob:") and "/kinds/sound/" not in url] == []
    page.get_by_role("button", name="Play").click()
    page.evaluate(
        """() => new Promise((played) => {
          document.querySelector(".player audio").addEventListener("timeupdate", ({ target }) => {
            if (target.currentTime > 0.1) played();
          });
        })"""
    )
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("slider").fill("500")
    assert page.evaluate("document.querySelector('.player audio').currentTime") > 0.8


@pytest.mark.parametrize("how", ["thrown away", "hidden", "full"])
def test_it_stops(page, how, do):
    page.evaluate("import('/main.js').then(({ judge }) => { judge.config.limits.seconds = 2; })")
    do.record(page)
    if how == "thrown away":
        page.get_by_role("button", name="Throw away").click()
        page.wait_for_selector("#status:has-text('Nothing was kept')", state="attached")
    elif how == "hidden":
        page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_selector("#alert:has-text('thrown away because the page was hidden')")
        page.evaluate("delete document.hidden")
    else:
        page.wait_for_selector("#alert:has-text('stopped after 2 seconds')")
        page.wait_for_selector("#strip button")
    assert page.evaluate("window.stream.getTracks().every((track) => track.readyState === 'ended')")
    assert page.locator("#recorder").count() == 0
    assert page.locator("#history").is_hidden() == (how != "full")
    expect(page.locator("#live")).to_be_enabled()
    page.evaluate("import('/main.js').then(({ judge }) => { judge.config.limits.seconds = 600; })")


SLOW = """() => {
  const add = AudioWorklet.prototype.addModule;
  AudioWorklet.prototype.addModule = async function (...given) {
    AudioWorklet.prototype.addModule = add;
    await new Promise((done) => setTimeout(done, 300));
    window.begun = true;
    return add.apply(this, given);
  };
}"""


def test_it_may_be_stopped_before_it_has_begun(page, do):
    page.evaluate(SLOW)
    do.record(page)
    page.get_by_role("button", name="Throw away").click()
    page.wait_for_selector("#status:has-text('Nothing was kept')", state="attached")
    page.wait_for_timeout(600)
    assert page.evaluate("window.begun")
    assert page.inner_text("#alert") == ""
    expect(page.locator("#live")).to_be_enabled()
    do.record(page)
    do.heard(page, 1)
    page.get_by_role("button", name="Stop and judge").click()
    page.wait_for_selector("#strip button")


def test_a_microphone_that_is_refused_is_a_sentence(page):
    for error, words in (
        ("NotAllowedError", "did not let this page use the microphone"),
        ("NotFoundError", "No microphone"),
    ):
        page.evaluate("error => { window.refusing = error; }", error)
        page.click("#live")
        page.get_by_role("button", name="Start recording").click()
        page.wait_for_selector(f"#alert:has-text('{words}')")
        expect(page.locator("#live")).to_be_enabled()
    page.evaluate("delete window.refusing")


def test_the_server_hears_a_recording_once_it_is_stopped_and_says_the_same(page, do):
    do.give(page, do.file(do.voice(1, 1.4)))
    here = do.answered(page)
    page.locator("#where input[value=server]").check(force=True)
    page.wait_for_selector("#answer-body:has-text('on the server')")
    np.testing.assert_allclose(do.answered(page), here, atol=1e-3)
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    do.record(page)
    do.heard(page, 1)
    assert not [url for url in sent if "/v1/" in url]
    with page.expect_response("**/v1/predict*") as said:
        page.get_by_role("button", name="Stop and judge").click()
    (answer,) = said.value.json()["answers"]
    page.wait_for_selector(".player:has-text('Your recording')")
    page.wait_for_selector("#answer-body:has-text('on the server')")
    np.testing.assert_allclose(do.answered(page), [*answer["probabilities"].values()], atol=1e-6)


def test_axe_finds_no_violation(page, axe, do):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        do.give(page, do.file(do.voice(8, 2.5)))
        page.wait_for_selector(".over")
        page.click(".over summary")
        assert axe(page) == []
    do.record(page)
    do.heard(page, 1)
    assert axe(page) == []
    page.get_by_role("button", name="Throw away").click()


@pytest.mark.parametrize("width", [320, 390, 3840])
def test_every_width_has_room(page, width, do):
    page.set_viewport_size({"width": width, "height": 800})
    do.give(page, do.file(do.voice(8, 2.5)))
    page.wait_for_selector(".over")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = (
        "els => els.filter((e) => e.offsetParent && e.getBoundingClientRect().height < 24).map((e) => e.textContent)"
    )
    assert page.eval_on_selector_all("button, label.button", small) == []


def test_the_keyboard_suffices(page, do):
    do.give(page, do.file(do.voice(1, 1.2)))
    page.bring_to_front()
    page.focus(".skip")
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.id || document.activeElement.className || document.activeElement.value"
            )
        )
    assert [name for name in reached if name in ("live", "choose", "seek", "button play")] == [
        "live",
        "choose",
        "seek",
        "button play",
    ]
    page.focus(".seek")
    page.keyboard.press("End")
    assert page.get_by_role("slider").get_attribute("aria-valuetext").startswith("0:01 / ")
    page.focus("#live")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector("#recorder")
    assert page.evaluate("document.activeElement.textContent") == "Stop and judge"
    do.heard(page, 1)
    page.keyboard.press("Enter")
    page.wait_for_selector("#strip button:nth-of-type(1)")
    assert page.evaluate("document.activeElement.id") == "live"


def test_it_opens_and_answers_without_a_network(browser, address, do):
    visitor = browser.new_context()
    page = visitor.new_page()
    page.set_default_timeout(30_000)
    page.goto(address)
    page.wait_for_selector("#headline")
    visitor.set_offline(True)
    page.reload()
    page.wait_for_selector("#headline")
    do.record(page)
    do.heard(page, 1)
    page.get_by_role("button", name="Stop and judge").click()
    page.wait_for_selector("#strip button")
    visitor.close()

"""The live camera, fed with a film of our own."""

from __future__ import annotations

import pytest

SAYS_WHAT_IT_IS = "it does not know what you feel"


@pytest.fixture(scope="module")
def desk(launch, visit, serving, give, tmp_path_factory):
    """The page in a Chromium with a camera that shows a drawn face."""
    film = tmp_path_factory.mktemp("film") / "face.mjpeg"
    picture = give.scene(("happy", 0, 4.5, 1.5), height=480, width=640)
    film.write_bytes(give.encoded(picture, "JPEG", quality=92) * 10)
    flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    with launch(*flags, f"--use-file-for-fake-video-capture={film}") as browser:
        yield visit(browser.new_context(service_workers="block"), serving())


@pytest.fixture
def own(tab):
    """The page, with the camera as the browser gives it."""
    yield tab
    tab.evaluate("() => { delete document.hidden; delete navigator.mediaDevices.getUserMedia; }")


@pytest.fixture
def watching(own):
    """The page with the camera on and the first answer shown."""
    own.get_by_role("button", name="Live camera").click()
    own.get_by_role("button", name="Start the camera").click()
    own.wait_for_selector(".live .box")
    return own


def asked_for_camera(page) -> bool:
    return page.evaluate("window.asked === true")


def test_it_says_what_it_is_and_asks_before_the_first_frame(own):
    own.evaluate(
        """() => {
          const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = (what) => { window.asked = true; return given(what); };
        }"""
    )
    own.get_by_role("button", name="Live camera").click()
    assert SAYS_WHAT_IT_IS in own.inner_text("dialog")
    assert not asked_for_camera(own)
    own.get_by_role("button", name="Not now").click()
    assert not asked_for_camera(own)
    assert own.locator("video").count() == 0
    own.get_by_role("button", name="Live camera").click()
    own.get_by_role("button", name="Start the camera").click()
    own.wait_for_selector(".live .box")
    assert asked_for_camera(own)


def test_frames_are_answered_on_the_device_and_none_is_sent(watching):
    sent = []
    watching.on("request", lambda request: sent.append(request.url))
    watching.wait_for_selector("#headline")
    watching.wait_for_timeout(500)
    assert sent == []
    assert watching.locator("#history").is_hidden()


def test_a_press_stops_it(watching):
    track = watching.evaluate_handle("document.querySelector('video').srcObject.getVideoTracks()[0]")
    watching.get_by_role("button", name="Stop camera").click()
    assert track.evaluate("track => track.readyState") == "ended"
    assert watching.locator("video").count() == 0
    watching.wait_for_selector("#status:has-text('The camera is off')", state="attached")


def test_it_stops_when_the_page_is_hidden(watching):
    track = watching.evaluate_handle("document.querySelector('video').srcObject.getVideoTracks()[0]")
    watching.evaluate(
        """() => {
          Object.defineProperty(document, 'hidden', {get: () => true, configurable: true});
          document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    assert track.evaluate("track => track.readyState") == "ended"
    watching.wait_for_selector("#alert:has-text('because the page was hidden')")


def test_a_frame_is_kept_and_judged_as_a_photo(watching):
    watching.get_by_role("button", name="Take photo", exact=True).click()
    watching.wait_for_selector("#picture img[alt*='camera photo']")
    watching.wait_for_selector("#strip button")
    assert watching.locator("video").count() == 0


def test_the_server_can_watch_too(own):
    own.locator("#where input[value=server]").check(force=True)
    own.get_by_role("button", name="Live camera").click()
    assert "sent to this server" in own.inner_text("dialog")
    with own.expect_request("**/v1/predict*"):
        own.get_by_role("button", name="Start the camera").click()
    own.wait_for_selector(".live .box")


def test_a_camera_that_is_refused_is_a_sentence(own):
    own.evaluate(
        """() => {
          navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };
        }"""
    )
    own.get_by_role("button", name="Live camera").click()
    own.get_by_role("button", name="Start the camera").click()
    own.wait_for_selector("#alert:has-text('did not let this page use the camera')")
    assert own.get_by_role("button", name="Live camera").is_enabled()

"""Giving a picture, and what comes back."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from mien.explain._key import SIGNS

SHARES = "els => Object.fromEntries(els.map(e => [e.dataset.label, Number(e.dataset.probability)]))"


def probabilities(page) -> dict[str, float]:
    return page.eval_on_selector_all(".bars li", SHARES)


def headline(page) -> str:
    page.wait_for_selector("#headline")
    return page.inner_text("#headline")


def test_a_chosen_photo_is_answered_in_words_and_bars(tab, give):
    tab.set_input_files("#choose", give.file(*give.one))
    assert headline(tab).startswith(("Looks ", "Between ", "Probably ", "Not sure"))
    assert set(probabilities(tab)) == {"angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"}
    assert sum(probabilities(tab).values()) == pytest.approx(1, abs=1e-3)
    assert "face-int8, on this device" in tab.inner_text("#answer-body")
    assert tab.locator(".box").count() == 1
    assert tab.inner_text("#status").startswith(headline(tab))


def test_nothing_is_sent_while_the_device_answers(tab, give):
    sent = []
    tab.on("request", lambda request: sent.append(request.url))
    tab.set_input_files("#choose", give.file(*give.one))
    headline(tab)
    tab.get_by_role("button", name="Which part mattered").click()
    tab.wait_for_selector("canvas.heat")
    assert [url for url in sent if not url.startswith("blob:")] == []


def test_a_box_lies_on_its_face(tab, give):
    tab.set_input_files("#choose", give.file(*give.one))
    headline(tab)
    box, picture = (tab.locator(name).bounding_box() for name in (".box", "#picture img"))
    scale = picture["width"] / 900
    # From brows to chin, of a drawn picture of 300 pixels at 270, 90.
    assert box["width"] == pytest.approx(204 * scale, abs=40 * scale)
    assert box["x"] - picture["x"] == pytest.approx(318 * scale, abs=40 * scale)
    assert box["y"] - picture["y"] == pytest.approx(150 * scale, abs=40 * scale)


def test_of_several_faces_one_is_chosen(tab, give):
    tab.set_input_files("#choose", give.file(*give.two))
    headline(tab)
    assert tab.locator(".box").count() == tab.locator(".pick").count() == 2
    first = probabilities(tab)
    tab.locator(".pick input").nth(1).check(force=True)
    second = probabilities(tab)
    assert first != second
    assert tab.locator(".box.chosen").count() == 1
    tab.locator(".box").first.click()
    assert probabilities(tab) == first


def test_a_photo_is_pasted(tab, give):
    data = list(give.encoded(give.scene(*give.one)))
    tab.evaluate(
        """data => {
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([new Uint8Array(data)], 'image.png', {type: 'image/png'}));
          dispatchEvent(new ClipboardEvent('paste', {clipboardData}));
        }""",
        data,
    )
    assert headline(tab)


def test_pasting_words_is_answered_with_a_sentence(tab):
    tab.evaluate("dispatchEvent(new ClipboardEvent('paste', {clipboardData: new DataTransfer()}))")
    tab.wait_for_selector("#alert:has-text('There is no picture in what was pasted')")


def test_a_photo_is_dropped(tab, give):
    data = list(give.encoded(give.scene(*give.one)))
    tab.evaluate(
        """data => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([new Uint8Array(data)], 'dropped.png', {type: 'image/png'}));
          const send = (kind) => document.querySelector('#drop').dispatchEvent(
            new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true}));
          send('dragenter');
          window.over = document.body.classList.contains('over');
          send('drop');
        }""",
        data,
    )
    assert headline(tab)
    assert tab.evaluate("window.over")
    assert not tab.evaluate("document.body.classList.contains('over')")


def test_no_face_is_said_and_the_whole_picture_is_offered(tab, give):
    tab.set_input_files("#choose", give.file())
    assert headline(tab) == "No face found"
    assert tab.locator(".bars").count() == 0
    tab.get_by_role("button", name="Judge the whole picture").click()
    tab.wait_for_selector(".bars")
    assert tab.locator(".box").count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"%PDF-1.7 hello", "This file cannot be read as a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This file cannot be read as a picture"),
    ],
    ids=["empty", "pdf", "svg"],
)
def test_a_wrong_file_is_refused_in_a_sentence(tab, content, words):
    tab.set_input_files("#choose", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content})
    tab.wait_for_selector(f"#alert:has-text('{words}')")


def test_a_damaged_picture_is_offered_to_the_server(tab, give):
    cut = give.encoded(give.scene(*give.one))[:60]
    tab.set_input_files("#choose", {"name": "photo.png", "mimeType": "image/png", "buffer": cut})
    tab.get_by_role("button", name="Send it to the server").click()
    expect(tab.locator("#alert")).to_contain_text("ends before its picture is complete")
    assert tab.locator("#headline").count() == 0


def test_a_huge_file_is_refused_before_it_is_read(tab, tmp_path):
    (tmp_path / "huge.png").write_bytes(b"\x89PNG" + bytes(21_000_000))
    tab.set_input_files("#choose", tmp_path / "huge.png")
    tab.wait_for_selector("#alert:has-text('This file has 21 MB; at most 20 MB can be judged.')")


def test_a_picture_of_too_many_pixels_is_refused(tab, give):
    wide = give.encoded(give.scene(height=8_200, width=8_200)[:, :, 0])
    tab.set_input_files("#choose", {"name": "wide.png", "mimeType": "image/png", "buffer": wide})
    tab.wait_for_selector("#alert:has-text('67 million pixels; at most 64 million')")


def test_what_mattered_is_shown_with_its_words(tab, give):
    tab.set_input_files("#choose", give.file(*give.one))
    headline(tab)
    tab.get_by_role("button", name="Which part mattered").click()
    tab.wait_for_selector("canvas.heat[role=img]")
    words = tab.inner_text(".mattered figcaption")
    assert words.startswith(("Hiding the part ", "No single part"))
    assert tab.locator(".mattered .key li").all_inner_texts() == [f"{look} {words}." for _, look, words in SIGNS]
    shades = tab.evaluate("""() => {
      const { data } = document.querySelector("canvas.heat").getContext("2d").getImageData(0, 0, 288, 288);
      return Array.from({ length: data.length / 4 }, (_, at) => [...data.slice(4 * at, 4 * at + 3)]);
    }""")
    red, green, blue = np.array(shades, int).T
    grey = (np.abs(red - green) < 3) & (np.abs(green - blue) < 3)
    teal, amber = (green > red + 2) & (blue >= red), (red > green + 2) & (green >= blue)
    assert teal.any()
    assert (grey | teal | amber).mean() > 0.99  # no colour of the picture's own is left


def test_the_history_lives_in_the_tab_alone(tab, give):
    for name, faces in (("first.png", give.one), ("second.png", give.two)):
        tab.set_input_files("#choose", give.file(*faces, name=name))
        tab.wait_for_selector(f"#strip button[aria-label*='{name}']")
    tab.click("#strip button[aria-label*='first.png']")
    tab.wait_for_selector("#picture img[alt*='first.png']")
    assert tab.locator(".box").count() == 1
    stored = "Object.keys(localStorage).length + Object.keys(sessionStorage).length + document.cookie.length"
    assert tab.evaluate(stored) == 0
    tab.click("#forget")
    assert tab.locator("#history").is_hidden()


def test_the_page_can_be_used_before_its_model_has_come(context, serving, give):
    page = context.new_page()
    page.route("**/models/face-int8.onnx*", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.goto(serving())
    page.wait_for_selector("#where[data-state=loading]")
    page.set_input_files("#choose", give.file(*give.one))
    assert headline(page)
    page.close()


@pytest.mark.parametrize(
    ("given", "first", "then"),
    [
        ({"happy": 0.92, "sad": 0.08}, "Looks happy", "Its probability is 92 %. No other class comes close."),
        ({"happy": 0.5, "sad": 0.45, "fear": 0.05}, "Between happy and sad", "happy or sad. Together they have 95 %."),
        ({"happy": 0.86, "fear": 0.09, "sad": 0.05}, "Probably happy", "86 %, and it could also be afraid."),
        ({"happy": 0.73, "sad": 0.1, "fear": 0.09, "angry": 0.08}, "Probably happy", "also be sad or afraid"),
        ({"happy": 0.41, "sad": 0.3, "fear": 0.2, "angry": 0.09}, "Not sure", "happy, sad or afraid. To be right"),
    ],
)
def test_the_answer_in_words(desk, given, first, then):
    said = desk.evaluate(
        """async (given) => {
          const { headline, sentence } = await import("/view/words.js");
          const { said } = await import("/engine/answer.js");
          const answer = said(Object.keys(given), Object.values(given));
          return [headline(answer), sentence(answer)];
        }""",
        given,
    )
    assert said[0] == first
    assert then in said[1].replace("\u00a0", " ")

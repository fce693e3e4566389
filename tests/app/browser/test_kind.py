"""A model of drawn faces is no model for photos, and whoever gives it a photo reads that."""

from __future__ import annotations

import json

MEANS_NOTHING = "What it says of photos means nothing."


def drawn(route):
    config = json.loads(route.fetch().text())
    for model in config["models"]:
        model["trained_on"] = "drawn faces"
    route.fulfill(json=config)


def test_a_model_of_drawn_faces_says_so_before_and_with_its_answer(context, serving, give):
    page = context.new_page()
    page.route("**/mien.json", drawn)
    page.goto(serving())
    page.wait_for_selector("#where[data-state=ready]")
    assert page.locator(".know li").first.inner_text().split("\n")[-1].strip().endswith(MEANS_NOTHING)
    assert page.locator(".know li").count() == 4
    page.set_input_files("#choose", give.file())  # nobody is in it
    page.wait_for_selector("#headline")
    page.get_by_role("button", name="Judge the whole picture").click()
    page.wait_for_selector(f".by:has-text('{MEANS_NOTHING}')")
    page.get_by_role("button", name="Another photo").click()
    assert page.locator(".know li").count() == 4
    page.close()


def test_other_models_say_nothing_of_it(tab):
    assert tab.locator(".know li").count() == 3
    assert MEANS_NOTHING not in tab.locator("body").inner_text()

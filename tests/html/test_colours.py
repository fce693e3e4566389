from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.html import class_colour, class_ink, contrast

LOOK = {
    "angry": "#D55E00",
    "happy": "#E69F00",
    "sad": "#0072B2",
    "surprise": "#CC79A7",
    "fear": "#009E73",
    "disgust": "#7a8b00",
    "neutral": "#6b7280",
}


def palettes() -> dict[str, dict[str, str]]:
    """The custom properties of the style sheets, as a browser would resolve them."""
    page = files("mien.html").joinpath("page.css").read_text()
    paper = files("mien.html").joinpath("print.css").read_text()
    light, dark = page.split("@media (prefers-color-scheme: dark)")
    read = {
        name: dict(re.findall(r"--([a-z-]+):\s*([^;]+);", text)) for name, text in (("light", light), ("dark", dark))
    }
    return {
        "light": read["light"],
        "dark": read["light"] | read["dark"],
        "print": read["light"] | dict(re.findall(r"--([a-z-]+):\s*([^;]+);", paper)),
    }


def mixed(top: str, below: str, share: float) -> str:
    pairs = [(int(top[i : i + 2], 16), int(below[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def test_the_seven_have_the_colours_that_the_house_fixed():
    assert {label: class_colour(label) for label in LOOK} == LOOK


@pytest.mark.parametrize(("label", "same"), [("Happy ", "happy"), ("ANGER", "angry"), ("surprised", "surprise")])
def test_spelling_does_not_change_the_colour(label, same):
    assert class_colour(label) == class_colour(same)


@given(st.text())
def test_every_label_has_a_colour_and_readable_ink(label):
    assert re.fullmatch("#[0-9a-fA-F]{6}", class_colour(label))
    assert class_colour(label) == class_colour(label)
    assert contrast(class_ink(label), class_colour(label)) >= 4.5


def test_further_classes_take_none_of_the_seven_colours_and_do_not_all_look_the_same():
    further = {class_colour(f"class {number}") for number in range(200)}
    assert not further & set(LOOK.values())
    assert len(further) >= 8


def test_the_colours_of_further_classes_never_change():
    assert [class_colour(label) for label in ("contempt", "calm")] == ["#AA4499", "#BB5566"]


def test_contrast_is_that_of_wcag():
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_all_text_can_be_read(theme):
    palette = palettes()[theme]
    for ink in ("ink", "quiet", "accent", "warning", "error"):
        for ground in ("paper", "card"):
            assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    assert contrast(palette["on-accent"], palette["accent"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("side", ["right", "wrong"])
def test_counts_can_be_read_on_every_tint_of_the_matrix(theme, side):
    palette = palettes()[theme]
    strongest = mixed(palette[side], palette["paper"], float(palette["tint"]))
    assert contrast(palette["ink"], strongest) >= 4.5


def test_the_palette_is_that_of_the_house():
    light, dark = palettes()["light"], palettes()["dark"]
    assert (light["ink"], light["paper"], light["accent"]) == ("#1b1b1f", "#fbfaf7", "#0f766e")
    assert (dark["ink"], dark["paper"], dark["accent"]) == ("#ececf0", "#141417", "#2dd4bf")

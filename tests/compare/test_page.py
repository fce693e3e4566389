from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from mien import compare
from mien.core.errors import StorageError
from mien.core.files import write_bytes

EVIL = ("<script>alert(1)</script>", "'; -- </title></style></svg>")
SECTIONS = [
    "Which is better",
    "One against another",
    "With other seeds",
    "Run by run",
    "Where they disagree",
    "How they differ",
    "On what they were compared",
]


@pytest.fixture(scope="module")
def two(lay, drawn, recipe, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    lay(folder / "a", data=drawn, recipe=recipe(seeds=2), right=np.arange(18) % 6 != 0)
    lay(folder / "b", data=drawn, recipe=recipe(seeds=2, epochs=9), right=np.arange(18) % 3 != 1)
    return compare.runs([folder / "a", folder / "b"])


def page_of(found, tmp_path, read):
    text = compare.write_page(found, tmp_path / "page.html").read_text(encoding="utf-8")
    page = read(text)
    assert page.problems == []
    return page


def test_the_page_is_sound_and_asks_for_nothing(two, tmp_path, read):
    page = page_of(two, tmp_path, read)
    assert page.texts("h1") == ["a against b"]
    assert page.texts("h2") == SECTIONS


def test_the_number_comes_first_with_what_it_means(two, tmp_path, read):
    page = page_of(two, tmp_path, read)
    value = two.pairs[0].figures.accuracy.value
    assert page.text.index(f"+{100 * value:.1f} of 100") < page.text.index(two.sentences()[0]) < 700
    assert "may be chance" in page.text
    assert "number unsure" in [attrs.get("class") for attrs in page.of("div")]
    assert all(sentence in page.text for sentence in two.sentences()[:2])


def test_every_chart_has_its_table_and_every_count_is_there(two, tmp_path, read):
    page = page_of(two, tmp_path, read)
    titles = page.texts("title")[1:]
    assert titles == [
        "Right answers, of 100",
        "How many more of 100 faces a is right on",
        "Right answers by seed, of 100",
    ]
    assert page.texts("summary").count("The numbers as a table") == len(titles)
    found = two.pairs[0].figures
    cells = page.texts("td")
    assert all(str(count) in cells for count in (found.both, found.only_first, found.only_second, found.neither))
    assert "worst to best seed" in page.texts("th")


def test_pictures_on_which_they_disagree_are_shown_with_words(two, tmp_path, read):
    page = page_of(two, tmp_path, read)
    alts = [attrs["alt"] for attrs in page.of("img")]
    shown = sum(len(side) for side in two.pairs[0].examples)
    assert len(alts) == shown > 3
    assert all("labelled" in alt and " said " in alt for alt in alts)


def test_pictures_that_are_gone_leave_frames(lay, recipe, tmp_path, read):
    lay(tmp_path / "a", recipe=recipe(), right=np.arange(36) % 6 != 0)
    lay(tmp_path / "b", recipe=recipe(epochs=9), right=np.arange(36) % 3 != 1)
    page = page_of(compare.runs([tmp_path / "a", tmp_path / "b"]), tmp_path, read)
    assert page.of("img") == []
    assert "no picture can be shown" in page.text
    assert "mien run /data/faces --recipe" in page.text


def test_a_page_of_clips_speaks_of_clips(two, tmp_path, read):
    pairs = tuple(replace(pair, counted=("clip", "clips")) for pair in two.pairs)
    heard = replace(two, kind="sound", what="clips", pairs=pairs, settings=())
    found = read(compare.write_page(heard, tmp_path / "page.html").read_text(encoding="utf-8"))
    assert found.problems == []
    assert not re.search(r"(?i)\b(?:face|picture|photo)s?\b", found.text)
    assert "A test over clips says nothing of another training." in found.text


def test_the_same_comparison_gives_the_same_bytes(two, tmp_path):
    first, second = (compare.write_page(two, tmp_path / name).read_bytes() for name in ("1.html", "2.html"))
    assert first == second


def test_many_runs_are_ranked_and_the_page_stays_small(lay, recipe, tmp_path, read, data):
    for number in range(25):
        lay(tmp_path / f"run-{number:02}", 0.3 + 0.02 * number, recipe=recipe(epochs=1 + number), luck=number)
    found = compare.runs(sorted(tmp_path.iterdir()))
    page = page_of(found, tmp_path, read)
    assert page.texts("h1") == ["Comparison of 25 runs"]
    assert "The 20 best of 25." in page.text
    assert "The 8 best runs are shown" in page.text
    assert (tmp_path / "page.html").stat().st_size < 500_000
    assert len(page.of("circle")) == 20 + 1 + 20


def test_hostile_labels_and_names_stay_words(lay, recipe, tmp_path, read, data):
    hostile = data(labels=(*EVIL, "قلق\u202e"))
    for number, name in enumerate(("<b>bold<&amp;>", "\"' onload='x")):
        lay(tmp_path / name, 0.6, data=hostile, recipe=recipe(epochs=8 + number, labels=()), luck=number)
    found = compare.runs([path for path in tmp_path.iterdir() if path.is_dir()])
    page = page_of(found, tmp_path, read)
    assert EVIL[0] in page.text
    assert "<b>bold<&amp;>" in page.text
    assert "\u202e" not in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_two_seeds_of_one_recipe_are_no_better_model_on_the_page_either(lay, recipe, tmp_path, read):
    lay(tmp_path / "a", recipe=recipe(), right=np.ones(36, bool))
    lay(tmp_path / "b", recipe=recipe(seed=1), right=np.zeros(36, bool))
    page = page_of(compare.runs([tmp_path / "a", tmp_path / "b"]), tmp_path, read)
    assert "no better model" in page.text
    assert "Nothing else differs." in page.text


def test_identical_runs_have_nothing_to_show(lay, recipe, tmp_path, read):
    for name in "ab":
        lay(tmp_path / name, recipe=recipe(), right=np.ones(36, bool))
    page = page_of(compare.runs([tmp_path / "a", tmp_path / "b"]), tmp_path, read)
    assert "Where they disagree" not in page.texts("h2")
    assert "No recorded setting differs." in page.text


def test_a_page_that_cannot_be_written_is_a_sentence(two, tmp_path):
    write_bytes(tmp_path / "file", b"x")
    with pytest.raises(StorageError, match="could not be written"):
        compare.write_page(two, tmp_path / "file" / "page.html")


def test_each_word_of_a_person_is_singular_where_there_is_one(lay, recipe, tmp_path, read, data):
    for number, name in enumerate("ab"):
        lay(
            tmp_path / name,
            data=data(count=120, people=4),
            sides=dict.fromkeys(range(3, 120, 4), "test"),
            recipe=recipe(epochs=8 + number),
            luck=number,
        )
    page = page_of(compare.runs([tmp_path / "a", tmp_path / "b"]), tmp_path, read)
    assert "30 faces of 1 person that" in page.text

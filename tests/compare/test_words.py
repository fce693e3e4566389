from __future__ import annotations

import re
import shlex
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from mien import compare
from mien.compare import _words


def hits(*, both: int = 0, first: int = 0, second: int = 0, neither: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Right answers of two models, by how many pictures both, one or none of them gets right."""
    return (
        np.repeat([True, True, False, False], [both, first, second, neither]),
        np.repeat([True, False, True, False], [both, first, second, neither]),
    )


@pytest.fixture
def two(lay, tmp_path, recipe, data):
    """Compare two runs whose answers are given."""

    def asked(first: np.ndarray, second: np.ndarray, *, one=None, other=None, people: int = 0) -> compare.Comparison:
        count = {36: 120, 300: 1000, 120: 400}[len(first)]
        for name, right, settings in (("a", first, one), ("b", second, other)):
            used = settings or recipe(epochs=8 if name == "a" else 9)
            lay(tmp_path / name, data=data(count=count, people=people), recipe=used, right=right)
        return compare.runs([tmp_path / "a", tmp_path / "b"])

    return asked


def test_a_difference_that_chance_does_not_explain(two):
    found = two(*hits(both=150, first=60, second=20, neither=70))
    words = r"a is right on 13\.3 more of 100 faces than b \([78]\.\d to 1\d\.\d\): more than chance\."
    assert re.fullmatch(words, found.sentences()[0])
    assert found.pairs[0].needed is None


def test_clips_are_called_clips(two):
    found = two(*hits(both=150, first=60, second=20, neither=70))
    (pair,) = found.pairs
    heard = replace(found, kind="sound", what="clips", pairs=(replace(pair, counted=("clip", "clips")),))
    assert found.counted == ("face", "faces")
    assert heard.counted == ("clip", "clips")
    assert "a is right on 13.3 more of 100 clips than b" in heard.sentences()[0]
    assert not re.search(r"\b(?:face|picture|photo)s?\b", re.sub(r"mien run \S+", "", " ".join(heard.sentences())))


def test_a_difference_that_may_be_chance_says_how_many_faces_it_takes(two):
    found = two(*hits(both=150, first=40, second=34, neither=76))
    (words, *_) = found.sentences()
    assert words.startswith("No difference can be told between a and b: a is right on 2.0 more of 100 faces, but that")
    assert "fewer to" in words
    needed = found.pairs[0].needed
    assert needed == pytest.approx(300 * (2.8016 * np.sqrt(74 / 300 / 300) / 0.02) ** 2, rel=0.06)
    number = words.rpartition("about ")[2].partition(" faces")[0].replace(",", "")
    assert needed <= int(number) <= needed * 1.1


def test_equally_often_right_though_not_on_the_same_faces(two):
    words = two(*hits(both=10, first=8, second=8, neither=10)).sentences()[0]
    assert "both are right equally often, though not on the same faces" in words
    assert "would have shown" in words


def test_right_on_the_very_same_faces(two):
    words = two(*hits(both=20, neither=16)).sentences()[0]
    assert words == "a and b are right on the very same faces."


def test_two_seeds_are_not_a_better_model(two, recipe):
    found = two(*hits(both=150, first=60, second=20, neither=70), one=recipe(seed=0), other=recipe(seed=1))
    words = found.sentences()
    assert words[0].startswith("a and b differ in nothing but the seed: the 13.3 of 100 between them")
    assert "no better model" in words[0]
    assert found.pairs[0].figures.p < 0.001
    assert not any("more than chance" in one for one in words)


def test_the_same_run_once_more(two, recipe):
    words = two(*hits(both=20, first=3, neither=13), one=recipe(), other=recipe()).sentences()
    assert "nothing that is written down, not even the seed" in words[0]


def test_one_seed_each_says_what_it_does_not_know_and_what_to_type(two):
    found = two(*hits(both=150, first=60, second=20, neither=70))
    words = found.sentences()[1]
    assert words.startswith("a and b were each trained from one seed, and another may change this.")
    assert "By how much is not known here." in words
    typed = shlex.split(words.partition("To know: ")[2])
    assert typed[:3] == ["mien", "run", "/data/faces"]
    assert typed[3:] == [
        "--recipe",
        str(found.entries[0].run.recipe),
        "--seeds",
        "5",
        "--out",
        str(found.entries[0].run.folder) + "-seeds",
    ]


def test_how_much_seeds_differ_is_told_where_a_run_shows_it(lay, tmp_path, recipe):
    lay(tmp_path / "a", 0.9, recipe=recipe())
    lay(tmp_path / "b", 0.5, recipe=recipe(seeds=3, epochs=9))
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    spread = np.std([accuracy for _, accuracy in found.entries[1].seeds], ddof=1)
    assert found.sentences()[1].startswith("a was trained from one seed")
    assert f"By seed, the models of b differ by give or take {100 * spread:.1f} of 100." in found.sentences()[1]


def test_how_much_seeds_differ_is_told_where_two_runs_show_it(lay, tmp_path, recipe):
    lay(tmp_path / "a", 0.9, recipe=recipe())
    lay(tmp_path / "b0", 0.5, recipe=recipe(epochs=9))
    lay(tmp_path / "b1", 0.5, recipe=recipe(epochs=9, seed=1))
    found = compare.runs([tmp_path / "a", tmp_path / "b0", tmp_path / "b1"])
    assert "which differ in the seed alone, are" in " ".join(found.sentences())


def test_over_seeds_it_may_turn_round(lay, tmp_path, recipe):
    lay(tmp_path / "a", 0.7, recipe=recipe(seeds=2))
    lay(tmp_path / "b", 0.65, recipe=recipe(seeds=2, epochs=9), luck=4)
    words = compare.runs([tmp_path / "a", tmp_path / "b"]).sentences()
    assert words[1].startswith("One model alone, over seeds: ")
    assert "2 seeds" in words[1]
    assert "So other seeds may turn it round" in words[1]
    assert not any("trained from one seed" in one for one in words)


def test_too_few_persons_are_said_to_be_too_few(two):
    first = np.ones(120, bool)
    found = two(first, ~first, people=10)
    assert found.pairs[0].figures.units == 3
    assert "3 people are too few to tell any difference: it takes at least 6." in found.sentences()[0]


@pytest.mark.parametrize(("units", "tests"), [(1, 1), (5, 1), (6, 1), (10, 10), (10, 45), (11, 45), (3, 19900)])
def test_the_least_number_of_witnesses_is_the_least(two, units, tests):
    from dataclasses import replace

    (pair,) = two(*hits(both=10, first=8, second=8, neither=10)).pairs
    pair = replace(pair, tests=tests, figures=replace(pair.figures, units=units))
    least = int(_words.too_few(pair).replace(".", "").replace(" or more", "").split()[-1])
    assert tests * 2.0 ** (1 - least) < 0.05 <= tests * 2.0 ** (2 - least)
    assert pair.hopeless == (units < least)


def test_of_many_runs_the_best_is_ranked_against_each(lay, tmp_path, recipe, data):
    large = data(count=1000)
    for name, wrong in (("best", 0), ("nearly", 4), ("far", 150), ("farther", 200)):
        right = np.arange(300) % 10 > 0  # nine of ten are right, but for the first `wrong`
        lay(tmp_path / name, data=large, recipe=recipe(epochs=len(name)), right=right & (np.arange(300) >= wrong))
    (words, *_) = compare.runs(list(tmp_path.iterdir())).sentences()
    assert words.startswith("best is right most often: on 90 of 100 faces (")
    assert "It is ahead of far and farther by more than chance." in words
    assert "No difference can be told from nearly." in words


def test_alone_it_would_count_but_not_among_many(lay, tmp_path, recipe, data):
    large = data(count=1000)
    first, second = hits(both=200, first=30, second=15, neither=55)
    assert 0.01 < compare_p(lay, tmp_path / "one", recipe, large, first, second) < 0.05
    lay(tmp_path / "a", data=large, recipe=recipe(), right=first)
    lay(tmp_path / "b", data=large, recipe=recipe(epochs=9), right=second)
    for number in range(3):
        lay(tmp_path / f"c{number}", data=large, recipe=recipe(epochs=10 + number), right=second, luck=number)
    found = compare.runs([tmp_path / name for name in ("a", "b", "c0", "c1", "c2")])
    assert "Compared alone they would count as different; among 10 comparisons they do not." in str(found.to_dict())


def compare_p(lay, folder, recipe, data, first, second) -> float:
    lay(folder / "a", data=data, recipe=recipe(), right=first)
    lay(folder / "b", data=data, recipe=recipe(epochs=9), right=second)
    return compare.runs([folder / "a", folder / "b"]).pairs[0].p


def test_what_was_compared_and_left_out_is_said(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    run = lay(tmp_path / "b", recipe=recipe(epochs=9), sides={7: "train"})
    pl.read_parquet(run.predictions).filter(pl.col("id") != "0008.webp").write_parquet(run.predictions)
    last = compare.runs([tmp_path / "a", tmp_path / "b"]).sentences()[-1]
    assert last == (
        "Compared on 34 faces that no run was trained or chosen on. Left out: 1 because one of the runs was trained or "
        "chosen on them, 1 because not every run was measured on them."
    )

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from mien import kinds
from mien.core.errors import SettingError, StorageError
from mien.evaluate import Basis, Corrupted, Illustration, Robustness, robustness, robustness_page, robustness_parts
from mien.kinds import Corruption, Preview

LABELS = ("angry", "happy", "sad")


def made(name: str, further: bool = False) -> Corruption:
    return Corruption(name, "noise", f"About {name}.", lambda row, strength, random: row, further)


def answers(truth: np.ndarray, right: float, seed: int) -> np.ndarray:
    """Probabilities that are right on about a share of the samples."""
    draw = np.random.default_rng(seed)
    said = np.where(draw.random(len(truth)) < right, truth, (truth + 1) % 3)
    return np.eye(3)[said] * 0.7 + 0.1


@pytest.fixture(scope="module")
def measured() -> tuple[Robustness, np.ndarray, dict]:
    truth = np.random.default_rng(0).integers(0, 3, 240)
    corrupted = {
        one: [answers(truth, 0.8 - 0.1 * strength * weight, 10 * number + strength) for strength in range(1, 6)]
        for number, (one, weight) in enumerate([(made("hiss"), 0.4), (made("fog_bank"), 1), (made("mask", True), 1.4)])
    }
    clean = answers(truth, 0.8, 99)
    basis = Basis("face crops", "new", unit="face crops")
    return robustness(truth, clean, corrupted, LABELS, basis=basis), truth, {"clean": clean, **corrupted}


def test_figures_are_those_of_plain_counting(measured):
    found, truth, said = measured
    clean = np.mean(said["clean"].argmax(1) == truth)
    assert found.clean.value == pytest.approx(clean)
    kept = []
    for one, (corruption, parts) in zip(found.corruptions, list(said.items())[1:], strict=True):
        shares = [np.mean(part.argmax(1) == truth) for part in parts]
        recalls = [[np.mean(part.argmax(1)[truth == label] == label) for label in range(3)] for part in parts]
        assert one.name == corruption.name
        assert [cell.value for cell in one.accuracy] == pytest.approx(shares)
        assert [cell.value for cell in one.balanced_accuracy] == pytest.approx(np.mean(recalls, axis=1))
        kept.append(np.mean(shares) / clean)
        assert one.kept.value == pytest.approx(kept[-1])
    assert found.kept.value == pytest.approx(np.mean(kept[:2]))
    assert found.kept_further.value == pytest.approx(kept[2])
    assert found.commonest[1] == pytest.approx(np.bincount(truth).max() / len(truth))


def test_every_figure_lies_in_its_interval_which_is_paired(measured):
    found, truth, _ = measured
    cells = [cell for one in found.corruptions for cell in (*one.accuracy, *one.balanced_accuracy, one.kept)]
    assert all(cell.low <= cell.value <= cell.high for cell in (*cells, found.clean, found.kept))
    # The same answers clean and corrupted keep all, whoever is drawn: two figures drawn apart could not say so.
    same = answers(truth, 0.5, 1)
    kept = robustness(truth, same, {made("hiss"): [same] * 5}, LABELS).kept
    assert kept.value == 1
    assert kept.low > 0.97


def test_units_are_drawn_together(measured):
    _, truth, said = measured
    corrupted = {one: parts for one, parts in said.items() if one != "clean"}
    people = np.arange(len(truth)) // 24
    found = robustness(truth, said["clean"], corrupted, LABELS, clusters=people)
    assert found.units == 10
    alone = robustness(truth, said["clean"], corrupted, LABELS, clusters=np.zeros(len(truth), int))
    assert (alone.kept.low, alone.kept.high) == (0, 1)
    assert (alone.clean.low, alone.clean.high) == (0, 1)


def test_errors_beside_a_baseline_are_the_mean_corruption_error_of_the_paper(measured):
    found, truth, said = measured
    corrupted = {one: [answers(truth, 0.4, 50 + n) for n in range(5)] for one in list(said)[1:]}
    other = robustness(truth, said["clean"], corrupted, LABELS)
    beside = found.beside(other, "plain")
    errors = [
        sum(1 - cell.value for cell in one.accuracy) / sum(1 - cell.value for cell in two.accuracy)
        for one, two in zip(found.corruptions, other.corruptions, strict=True)
    ]
    assert [one.error for one in beside.corruptions] == pytest.approx(errors)
    assert beside.mean_error == pytest.approx(np.mean(errors[:2]))  # without the further one
    assert "of that of 'plain'" in beside.sentence
    perfect = dataclasses.replace(
        other.corruptions[0],
        accuracy=tuple(dataclasses.replace(one, value=1.0) for one in other.corruptions[0].accuracy),
    )
    flawless = dataclasses.replace(other, corruptions=(perfect,))
    assert found.beside(flawless, "flawless").mean_error is None


def test_the_sentence_says_what_is_kept_and_what_hurts(measured):
    found, _, _ = measured
    words = found.sentence
    assert f"keeps {round(100 * found.kept.value)}\N{NO-BREAK SPACE}% of its accuracy" in words
    assert "100 face crops, averaged over 2 corruptions in 5 strengths" in words
    assert "Over 1 further one it keeps" in words
    assert words.index("mask (") < words.index("fog bank (") < words.index("hiss (")
    assert "It cannot be known" in dataclasses.replace(found, basis=Basis()).sentence
    assert "drawn at random" in dataclasses.replace(found, drawn_from=9_000).sentence


def test_who_is_right_on_nothing_keeps_nothing(measured):
    _, truth, _ = measured
    wrong = np.eye(3)[(truth + 1) % 3]
    found = robustness(truth, wrong, {made("hiss"): [np.eye(3)[truth]] * 5}, LABELS)
    assert "there is nothing to keep" in found.sentence


def test_json_brings_back_the_same(measured):
    found, _, _ = measured
    text = json.dumps(found.to_dict())
    assert Robustness.from_dict(json.loads(text)) == found
    for damaged in ({}, {"format": 9}, {**found.to_dict(), "kept": 3}, {**found.to_dict(), "corruptions": [{}]}):
        with pytest.raises(StorageError):
            Robustness.from_dict(damaged)


@pytest.mark.parametrize(
    ("corrupted", "words"),
    [({}, "No corruption"), ({made("hiss"): [np.eye(3)[[0, 1]]] * 4}, "'hiss' came in 4 strengths")],
)
def test_what_does_not_fit_is_refused_in_a_sentence(corrupted, words):
    with pytest.raises(SettingError, match=words):
        robustness([0, 1], np.eye(3)[[0, 1]], corrupted, LABELS)


def illustration(name: str = "fog_bank") -> Illustration:
    return Illustration(
        name, 3, "happy", ("happy", "sad"), (0.9, 0.6), Preview(b"RIFF1"), Preview(b"RIFF2", sound=b"x")
    )


def test_the_page_has_each_number_and_both_pictures(measured):
    found, _, _ = measured
    page = robustness_page(found, [illustration()], kinds.kind("picture"), "<model>", "3 left out.")
    assert "&lt;model&gt;" in page
    assert page.count('class="number shade"') == 15
    assert page.count("<img") == 2
    assert "fog bank, strength 3" in page
    assert "further ones, averaged apart" in page
    assert "3 left out." in page
    assert len(robustness_parts(found, [], kinds.kind("sound"))) == 1


def test_an_illustration_comes_back_from_json_or_is_refused():
    one = illustration()
    assert Illustration.from_dict(json.loads(json.dumps(one.to_dict()))) == one
    for damaged in ({}, {**one.to_dict(), "shares": [1]}, {**one.to_dict(), "clean": {"data": "%"}}):
        with pytest.raises(StorageError):
            Illustration.from_dict(damaged)


def test_a_corruption_s_errors_are_summed_over_the_strengths(measured):
    one: Corrupted = measured[0].corruptions[0]
    assert one.errors == pytest.approx(5 - sum(cell.value for cell in one.accuracy))

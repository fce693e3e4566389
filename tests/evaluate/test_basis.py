"""What is said of a figure: of what it is, over what its interval is drawn, and what it leaves out."""

from __future__ import annotations

import dataclasses
import json

import numpy as np

from mien import evaluate
from mien.evaluate import Basis
from mien.html import percent

LABELS = ("angry", "happy", "sad")


def scores_of(right: int, wrong: int, basis: Basis, truth: int = 1) -> evaluate.Scores:
    """Scores of answers to samples that are all of one class."""
    probabilities = np.repeat([[0.1, 0.8, 0.1], [0.8, 0.1, 0.1]], [right, wrong], axis=0)
    return evaluate.score(np.full(right + wrong, truth), probabilities, LABELS, basis=basis)


def test_new_samples_were_never_seen():
    words = evaluate.claim(scores_of(84, 16, Basis("drawn faces", evaluate.NEW)))
    assert words.startswith("Right on 84 of 100 drawn faces it had never seen (7")


def test_new_pictures_of_known_people_say_nothing_of_others():
    words = evaluate.claim(scores_of(84, 16, Basis("photos", evaluate.PEOPLE)))
    assert words.startswith("Right on 84 of 100 new photos of people that it was trained on (7")
    assert words.endswith("Of other people this says nothing.")
    assert "never seen" not in words


def test_nobody_is_told_never_seen_where_it_is_not_known():
    for basis in (Basis("photos", evaluate.UNKNOWN), Basis()):
        words = evaluate.claim(scores_of(84, 16, basis))
        assert "never seen" not in words
        assert words.endswith("It cannot be known whether it was trained on some of them.")


def test_cross_validation_says_that_each_was_measured_once():
    words = evaluate.claim(scores_of(84, 16, Basis("photos", evaluate.NEW, rounds=5)))
    assert words.endswith("in five rounds: each was measured once, by a model that had not seen it.")


def test_a_split_without_some_classes_is_not_reported_as_if_whole():
    scores = scores_of(50, 50, Basis("pictures", evaluate.NEW))
    always = evaluate.commonest(np.ones(100, int), LABELS)
    assert always.accuracy.value == 1.0
    assert evaluate.sentence(scores, {"commonest": always}).endswith(
        "None of the test samples is labelled angry or sad: one of three classes is measured. "
        "Always saying happy gives 100."
    )


def test_a_split_with_every_class_has_nothing_to_add():
    probabilities = np.eye(3)[[0, 1, 2]]
    assert evaluate.absent_classes(evaluate.score([0, 1, 2], probabilities, LABELS)) == ""


def test_the_interval_is_said_to_be_what_it_is():
    who = [f"p{number % 5}" for number in range(100)]
    probabilities = np.repeat([[0.1, 0.8, 0.1], [0.8, 0.1, 0.1]], [84, 16], axis=0)
    basis = Basis("drawn faces", evaluate.NEW, unit="people")
    over = evaluate.score(np.ones(100, int), probabilities, LABELS, clusters=who, basis=basis)
    assert over.units == 5
    words = evaluate.interval_note(over)
    assert words.startswith("Measured on 100 drawn faces of 5 people.")
    assert "of ranges made in this way, 95 in 100 hold the share that the model reaches" in words
    assert words.endswith("It is drawn over people, because theirs go together.")
    alone = evaluate.interval_note(scores_of(84, 16, Basis("photos", evaluate.NEW)))
    assert "drawn over" not in alone


def test_the_box_is_named_beside_the_other_baselines():
    scores = scores_of(84, 16, Basis("photos", evaluate.NEW))
    known = {"box": scores, "commonest": scores}
    assert evaluate.compared(scores, known) == "Always saying happy gives 84; the face model in the box gives 84."
    assert evaluate.compared(scores, {}) == ""


def test_basis_and_units_survive_json():
    scores = dataclasses.replace(scores_of(8, 2, Basis("photos", evaluate.NEW, 5, "people")), units=3)
    again = evaluate.Scores.from_dict(json.loads(json.dumps(scores.to_dict())))
    assert (again.basis, again.units) == (scores.basis, 3)


def test_scores_of_before_claim_nothing_of_what_was_seen():
    values = scores_of(8, 2, Basis("photos", evaluate.NEW)).to_dict()
    old = {name: value for name, value in values.items() if name not in ("basis", "units")}
    assert evaluate.Scores.from_dict(old).basis.seen == evaluate.UNKNOWN


def test_one_writer_of_figures():
    for number in range(10_001):
        share = number / 10_000
        assert str(evaluate.Estimate(share, share, share)).split(" ")[0] == percent(share, unit=False)

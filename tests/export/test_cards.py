"""Cards: every section is there, a hub can read the head, and what is not known is said."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mien import evaluate, export
from mien.core.errors import SettingError
from mien.core.terms import terms_of
from mien.core.types import InputContract
from mien.export import SECTIONS, CardFacts, DataFacts

LABELS = ("happy", "sad")


@pytest.fixture(scope="module")
def scores() -> dict:
    truth, answers = np.repeat([0, 1], [60, 40]), np.tile([[0.8, 0.2], [0.8, 0.2], [0.1, 0.9]], (34, 1))[:100]
    basis = evaluate.Basis("photos", evaluate.NEW)
    return evaluate.score(truth, answers, LABELS, basis=basis).to_dict()


@pytest.fixture(scope="module")
def whole(scores) -> str:
    facts = CardFacts("smile: 1", scores, terms_of(["RAVDESS"]), "faces", "| class |", "glasses")
    return export.card(
        InputContract(LABELS, 24), family="report", data="60 photos from faces", sentence="Well.", facts=facts
    )


def head(card: str) -> dict:
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load(re.match(r"---\n(.*?)\n---\n", card, re.DOTALL)[1])


def test_a_card_has_the_sections_of_mitchell_in_their_order(whole):
    assert re.findall(r"(?m)^## (.+)$", whole) == list(SECTIONS)
    assert all(part.strip() for part in re.split(r"(?m)^## .+$", whole))


def test_a_hub_can_read_its_head(whole, scores):
    found = head(whole)
    assert found["license"] == "cc-by-nc-sa-4.0"
    assert found["datasets"] == ["RAVDESS"]
    assert found["pipeline_tag"] == "image-classification"
    (model,) = found["model-index"]
    assert model["name"] == "smile: 1"
    (result,) = model["results"]
    assert result["task"] == {"type": "image-classification"}
    assert result["dataset"]["name"] == "faces, held out: 100 photos"
    values = {metric["type"]: metric["value"] for metric in result["metrics"]}
    wanted = {name: round(scores[name]["value"], 4) for name in ("accuracy", "balanced_accuracy")}
    assert values == wanted


def test_figures_stand_with_their_intervals(whole, scores):
    row = scores["classes"][0]
    assert f"| happy | {export.share(row['precision'], 0)} | {export.share(row['recall'], 0)} | 60 |" in whole
    assert "the model has seen none of them" in whole
    assert "Accuracy was also measured by glasses" in whole


def test_what_is_not_known_is_said():
    card = export.card(InputContract(LABELS, 24), family="report", data="nothing", sentence="Unknown.")
    assert head(card)["license"] == "other"
    assert "model-index" not in head(card)
    assert card.count("Not measured.") == 2
    assert "May it be used commercially: unclear" in card


def test_a_name_of_any_form_breaks_no_head():
    for name in ('a: "b"', "--- x", "\u2028", "'", "#"):
        card = export.card(
            InputContract(LABELS, 24), family="report", data=name, sentence="", facts=CardFacts(name, source=name)
        )
        assert head(card)["library_name"] == "onnx"


def test_a_section_too_few_or_too_many_is_refused():
    with pytest.raises(SettingError, match="Caveats and recommendations"):
        export.compose_card("", "x", dict.fromkeys(SECTIONS[:-1], "a"))


def test_the_data_card_says_what_was_counted_and_what_is_missing():
    counts = {"happy": {"train": 900, "test": 100}, "a|b": {"train": 50, "test": 3}}
    found = [("A copy of another one", 7, 4)]
    facts = DataFacts("faces", "picture", terms_of(["FER2013", "FER+"]), counts, {}, found, 4, "Nothing leaks.")
    card = export.data_card(facts)
    assert "| happy | 900 | 100 |" in card
    assert "| a\\|b | 50 | 3 |" in card
    assert "| A copy of another one | 7 | 4 |" in card
    assert "1,053 pictures in use, 4 set aside." in card
    assert "Fewer than 30 pictures measure a|b" in card
    assert "Who is in the pictures is not known" in card
    assert "| FER2013 |" in card
    assert "Goodfellow" in card


def test_what_mien_has_made_says_nothing_of_people():
    facts = DataFacts("x", "sound", terms_of(["synthetic voices"]), {"sad": {"train": 9, "val": 40}}, {"train": 3})
    assert "says nothing of people" in export.data_card(facts)


def test_people_are_counted_where_they_are_known():
    facts = DataFacts("x", "sound", terms_of([]), {"sad": {"train": 9, "val": 2}}, {"train": 3, "val": 1})
    card = export.data_card(facts)
    assert "| people | 3 | 1 |" in card
    assert "Who is in the" not in card

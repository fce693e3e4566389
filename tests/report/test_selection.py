from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from mien.core.history import Epoch, History
from mien.core.run import Run
from mien.core.types import Findings, Manifest, Predictions
from mien.report._headline import _verdict, headline
from mien.report._run_files import RunFiles
from mien.report._selection import EXAMPLES_AN_ISSUE, UNSURE, WORST, answers, issues, select
from mien.report._training import training


def made(rows: list[tuple[str, str, str, float, float, float]]) -> RunFiles:
    frame = pl.DataFrame(rows, schema=["id", "label", "predicted", "p:a", "p:b", "p:c"], orient="row")
    return RunFiles(Run(Path("nowhere")), predictions=Predictions(frame))


def test_the_worst_are_the_surest_wrong_ones():
    rows = [
        ("1", "a", "a", 0.99, 0.01, 0.0),
        ("2", "a", "b", 0.3, 0.6, 0.1),
        ("3", "c", "b", 0.0, 0.97, 0.03),
        ("4", "b", "a", 0.6, 0.3, 0.1),
    ]
    assert [one.id for one in select(made(rows)).worst] == ["3", "2", "4"]


def test_the_least_sure_have_the_smallest_margin_and_are_shown_once():
    rows = [
        ("1", "a", "a", 0.5, 0.45, 0.05),
        ("2", "b", "a", 0.5, 0.49, 0.01),  # wrong: among the worst already
        ("3", "a", "a", 0.4, 0.3, 0.3),
        ("4", "a", "a", 0.9, 0.1, 0.0),
    ]
    selection = select(made(rows))
    assert [one.id for one in selection.worst] == ["2"]
    assert [one.id for one in selection.unsure] == ["1", "3", "4"]


def test_the_most_probable_class_comes_first():
    one = answers(made([("1", "a", "c", 0.2, 0.3, 0.5)]).predictions)[0]
    assert one.probabilities == (("c", 0.5), ("b", 0.3), ("a", 0.2))
    assert one.confidence == 0.5
    assert not one.right


def test_few_enough_for_one_page():
    rows = [(f"{n:04d}", "a", "b", 0.3, 0.6, 0.1) for n in range(500)]
    selection = select(made(rows))
    assert (len(selection.worst), len(selection.unsure), selection.wrong) == (WORST, UNSURE, 500)


@pytest.mark.parametrize(("classes", "each"), [(2, 9), (6, 9), (7, 4), (15, 4), (16, 2), (31, 2)])
def test_samples_fill_rows_and_do_not_depend_on_the_order_of_files(classes, each):
    names = [f"{n:05d}" for n in range(classes * 20)]
    columns = {"id": names, "content": names, "path": names, "label": [f"c{int(n) % classes:02d}" for n in names]}
    manifest = Manifest.build(columns)
    turned = Manifest(manifest.frame.reverse())
    one, other = (select(RunFiles(Run(Path("x")), manifest=m)).samples for m in (manifest, turned))
    assert one == other
    assert {len(ids) for ids in one.values()} == {each}
    assert len(one) == min(classes, 30)
    assert any(set(ids) != {f"{int(label[1:]) + classes * n:05d}" for n in range(each)} for label, ids in one.items())


def test_the_gravest_findings_come_first():
    names = ["id", "issue", "severity", "score", "why", "todo"]
    rows = [
        *((f"n{n}", "wrong-ending", "note", 1.0, "w", "t") for n in range(9)),
        *((f"w{n}", "twin", "warning", 1.0, "w", "t") for n in range(3)),
        ("e1", "empty", "error", 1.0, "w", "t"),
    ]
    findings = Findings(pl.DataFrame(rows, schema=names, orient="row"))
    assert [line.issue for line in issues(findings)] == ["empty", "twin", "wrong-ending"]
    examples = select(RunFiles(Run(Path("x")), findings=findings)).examples
    assert [len(ids) for ids in examples.values()] == [1, 3, EXAMPLES_AN_ISSUE]


def test_twins_that_name_each_other_are_shown_once():
    names = ["id", "issue", "severity", "score", "why", "todo", "other"]
    pairs = [("a", "b"), ("b", "a"), ("c", "a"), ("d", None)]
    rows = [(one, "twin-labels", "error", 1.0, "w", "t", other) for one, other in pairs]
    findings = Findings(pl.DataFrame(rows, schema=names, orient="row"))
    manifest = Manifest.build({name: ["a", "b", "c", "d"] for name in ("id", "content", "path", "label")})
    selection = select(RunFiles(Run(Path("x")), findings=findings, manifest=manifest))
    assert selection.examples == {"twin-labels": ["a", "c", "d"]}
    assert selection.twins == {"a": "b", "c": "a"}


@pytest.mark.parametrize(
    ("value", "low", "rivals", "words"),
    [
        (0.84, 0.81, [0.37, 0.41], "beats both, by more than chance"),
        (0.84, 0.81, [0.37], "beats that, by more than chance"),
        (0.84, 0.40, [0.37, 0.41], "may be chance"),
        (0.41, 0.35, [0.37, 0.41], "no better"),
        (0.84, 0.81, [], ""),
    ],
)
def test_the_verdict_is_honest(value, low, rivals, words):
    assert words in _verdict(value, low, rivals)


def test_a_result_without_baselines_is_not_compared(run):
    found = json.loads(run.scores.read_text())
    words = str(headline(RunFiles(run, scores={"test": found["test"]})).body)
    assert "Guessing" not in words
    assert "So it" not in words


def test_overlays_may_be_named_after_the_id_or_the_content(run):
    manifest = Manifest.read(run.manifest)
    one, other = list(manifest.of("test").frame.select("id", "content").iter_rows())[:2]
    overlays = {one[0]: Path("a"), other[1][:16]: Path("b"), "stranger": Path("c")}
    assert select(RunFiles(run, manifest=manifest, overlays=overlays)).explained == [
        (one[0], one[0]),
        (other[0], other[1][:16]),
    ]


def test_the_kept_epoch_is_the_one_that_training_keeps():
    rows = [(0.5, 1.0), (0.7, 0.9), (0.7, 0.8), (0.6, 0.1)]
    epochs = [Epoch(number, 1, 0.001, loss, 0.5, loss, share, share) for number, (share, loss) in enumerate(rows, 1)]
    history = History(tuple(epochs))
    assert "epoch 3 was kept" in training(RunFiles(Run(Path("x")), history=history)).body


def test_few_people_cannot_say_that_it_is_no_chance():
    words = _verdict(0.42, 0.42, [0.25, 0.38], "2 people")
    assert words == "So it is ahead of both, but 2 people are too few to say whether that is chance."
    assert "but 1 person is too few to say" in _verdict(0.42, 0.42, [0.25, 0.38], "1 person")
    assert "more than chance explains" in _verdict(0.42, 0.42, [0.25, 0.38])

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations

import numpy as np
import polars as pl
import pytest

from mien import compare, evaluate
from mien.core.errors import ModelFileError
from mien.core.lineage import Lineage
from mien.core.types import Manifest


def shown(found: compare.Comparison) -> dict:
    """All of a comparison but where its runs lie."""
    plain = found.to_dict()
    for run in plain["runs"]:
        del run["run"]
    return plain


def test_figures_and_counts_are_those_of_the_answers(lay, tmp_path, recipe):
    first = np.arange(36) % 3 > 0
    second = np.arange(36) % 4 == 0
    lay(tmp_path / "a", recipe=recipe(), right=first)
    lay(tmp_path / "b", recipe=recipe(epochs=9), right=second)
    found = compare.runs([tmp_path / "b", tmp_path / "a"])
    assert [entry.name for entry in found.entries] == ["a", "b"]
    assert (found.n, found.people, found.left_out, found.labels) == (36, 0, {}, ("angry", "happy", "sad"))
    assert [entry.scores.accuracy.value for entry in found.entries] == [first.mean(), second.mean()]
    (pair,) = found.pairs
    counts = pair.figures.both, pair.figures.only_first, pair.figures.only_second, pair.figures.neither
    assert counts == tuple(map(sum, (first & second, first & ~second, second & ~first, ~first & ~second)))
    assert pair.p == evaluate.mcnemar(pair.figures.only_first, pair.figures.only_second)
    assert [(row.name, row.values) for row in found.settings] == [("epochs", ("8", "9"))]
    assert found.entries[0].train_seconds == 12.5
    assert found.entries[0].model_bytes == 1_000_000
    assert found.entries[0].milliseconds is None


def test_the_order_of_the_runs_changes_nothing(lay, tmp_path, recipe):
    for number, name in enumerate("abc"):
        lay(tmp_path / name, 0.5 + 0.1 * number, recipe=recipe(epochs=8 + number), luck=number)
    every = [shown(compare.runs([tmp_path / name for name in order])) for order in permutations("abc")]
    assert all(one == every[0] for one in every)


def test_the_order_of_rows_in_a_run_changes_nothing(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    run = lay(tmp_path / "b", 0.5, recipe=recipe(epochs=9))
    before = shown(compare.runs([tmp_path / "a", tmp_path / "b"]))
    frame = pl.read_parquet(run.predictions)
    frame.sample(fraction=1.0, shuffle=True, seed=3).write_parquet(run.predictions)
    assert shown(compare.runs([tmp_path / "a", tmp_path / "b"])) == before


def test_json_holds_everything_and_can_be_written(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe(seeds=3))
    lay(tmp_path / "b", recipe=recipe(seeds=2, epochs=9))
    plain = compare.runs([tmp_path / "a", tmp_path / "b"]).to_dict()
    again = json.loads(json.dumps(plain, allow_nan=False))
    assert again == plain
    assert set(plain) == {
        "format",
        "sentences",
        "n",
        "people",
        "what",
        "labels",
        "left_out",
        "runs",
        "pairs",
        "settings",
        "commonest",
    }
    assert plain["pairs"][0]["seeds"]["first"]["seeds"] + plain["pairs"][0]["seeds"]["second"]["seeds"] == 5


# Which pictures may be compared


def test_what_one_run_learnt_from_is_never_compared(lay, tmp_path, recipe, data):
    lay(tmp_path / "a", recipe=recipe())
    # Of the test rows 7, 8 and 9, the other run trained on one and chose on another.
    lay(tmp_path / "b", recipe=recipe(epochs=9), sides={7: "train", 8: "val"})
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    contents = data().manifest().frame["content"]
    assert found.n == 34
    assert found.left_out == {"one of the runs was trained or chosen on them": 2}
    assert contents[7] not in {contents[int(example.id[:4])] for example in found.pairs[0].examples[0]}


def test_what_an_earlier_model_learnt_from_is_never_compared(lay, tmp_path, recipe, data):
    lay(tmp_path / "a", recipe=recipe())
    run = lay(tmp_path / "b", recipe=recipe(epochs=9))
    _learnt_before(run, data().manifest({7: "train", 19: "val"}), 7, 19)
    assert compare.runs([tmp_path / "a", tmp_path / "b"]).n == 34


def test_what_a_run_of_mien_s_first_days_learnt_from_is_never_compared(lay, tmp_path, recipe, data):
    lay(tmp_path / "a", recipe=recipe())
    run = lay(tmp_path / "b", recipe=recipe(epochs=9))
    contents = data().manifest().frame["content"]
    seen = {"content": [contents[7], contents[19]], "twin": [None] * 2, "person": [None] * 2, "split": ["train", "val"]}
    pl.DataFrame(seen, schema=dict.fromkeys(seen, pl.String)).write_parquet(run.folder / "seen.parquet")
    assert compare.runs([tmp_path / "a", tmp_path / "b"]).n == 34


def test_a_person_whom_an_earlier_model_learnt_from_is_never_compared(lay, tmp_path, recipe, data):
    people = data(count=400, people=20)
    lay(tmp_path / "a", data=people, recipe=recipe())
    run = lay(tmp_path / "b", data=people, recipe=recipe(epochs=9))
    _learnt_before(run, data(count=400, people=20, salt="elsewhere").manifest({7: "train"}), 7)
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    assert (found.n, found.people) == (100, 5)


def test_a_copy_with_the_same_pixels_counts_as_seen(lay, tmp_path, recipe):
    """Of two files with the same pixels, `a` measured the one, and `b` trained on the other."""
    for name, epochs in (("a", 8), ("b", 9)):
        run = lay(tmp_path / name, recipe=recipe(epochs=epochs))
        frame = Manifest.read(run.manifest).frame
        copies = pl.when(pl.col("id").is_in(["0001.webp", "0008.webp"])).then(pl.lit("ab" * 32))
        aside = (pl.col("id") == "0001.webp") & (name == "a")
        frame = frame.with_columns(pixels=copies, aside=pl.when(aside).then(pl.lit("twin")))
        Manifest(frame).save(run.manifest)
    assert compare.runs([tmp_path / "a", tmp_path / "b"]).n == 35


def _learnt_before(run, manifest, *rows):
    """Let a run's model have learnt from some rows of a manifest before."""
    Lineage.of(Manifest(manifest.frame[list(rows)])).save(run.lineage)


def test_pictures_that_not_every_run_measured_are_left_out(lay, tmp_path, recipe, data):
    lay(tmp_path / "a", recipe=recipe(), data=data(count=120))
    lay(tmp_path / "b", recipe=recipe(epochs=9), data=data(count=150))
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    assert (found.n, found.left_out) == (36, {"not every run was measured on them": 9})


def test_pictures_with_two_labels_are_left_out(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    run = lay(tmp_path / "b", recipe=recipe(epochs=9))
    frame = pl.read_parquet(run.predictions)
    changed = pl.when(pl.col("id") == "0007.webp").then(pl.lit("sad")).otherwise("label").alias("label")
    frame.with_columns(changed).write_parquet(run.predictions)
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    assert (found.n, found.left_out) == (35, {"they are labelled differently in different runs": 1})


def test_a_picture_that_stands_twice_counts_once(lay, tmp_path, recipe):
    for name, epochs in (("a", 8), ("b", 9)):
        run = lay(tmp_path / name, recipe=recipe(epochs=epochs))
        frame = pl.read_parquet(run.predictions)
        again = frame.head(1).with_columns(id=pl.lit("again.webp"))
        pl.concat([frame, again]).write_parquet(run.predictions)
        rows = Manifest.read(run.manifest).frame
        same = rows.filter(rows["id"] == frame["id"][0]).with_columns(id=pl.lit("again.webp"))
        Manifest(pl.concat([rows, same])).save(run.manifest)
    assert compare.runs([tmp_path / "a", tmp_path / "b"]).n == 36


# Classes


def test_runs_of_other_classes_choose_among_those_they_share(lay, tmp_path, recipe):
    lay(tmp_path / "three", recipe=recipe(), right=np.ones(36, bool))
    two = lay(tmp_path / "two", recipe=recipe(epochs=9), labels=("sad", "happy"), right=np.ones(36, bool))
    wide = pl.read_parquet(tmp_path / "three" / "predictions.parquet")
    # Sure of a class that the other does not know, and of the shared ones rather of the wrong one.
    odd = pl.col("label") == "happy"
    wide = wide.with_columns(
        pl.when(odd).then(0.9).otherwise("p:angry").alias("p:angry"),
        pl.when(odd).then(0.02).otherwise("p:happy").alias("p:happy"),
        pl.when(odd).then(0.08).otherwise("p:sad").alias("p:sad"),
    )
    wide.write_parquet(tmp_path / "three" / "predictions.parquet")
    found = compare.runs([tmp_path / "three", two.folder])
    happy = wide.filter(odd).height
    sad = wide.filter(pl.col("label") == "sad").height
    assert (found.labels, found.n, found.other_labels) == (("happy", "sad"), happy + sad, True)
    assert found.left_out == {"their label is not a class of every run": wide.height - happy - sad}
    (pair,) = found.pairs
    assert (pair.first, pair.figures.only_first, pair.figures.both) == ("two", happy, sad)
    scores = found.entries[1].scores
    assert set(scores.labels) == {"happy", "sad"}
    assert scores.log_loss == pytest.approx(
        (
            happy * -np.log(0.2)
            - np.log(
                wide.filter(~odd & (pl.col("label") == "sad"))
                .select(pl.col("p:sad") / (pl.col("p:sad") + pl.col("p:happy")))
                .to_series()
                .to_numpy()
            ).sum()
        )
        / found.n,
        rel=1e-5,
    )
    assert "had to choose among happy and sad alone" in found.sentences()[-1]


def test_of_equal_probabilities_the_first_of_the_run_s_own_order_is_the_answer(lay, tmp_path, recipe):
    one = lay(tmp_path / "a", recipe=recipe(), labels=("sad", "happy", "angry"))
    lay(tmp_path / "b", recipe=recipe(epochs=9))
    frame = pl.read_parquet(one.predictions)
    frame.with_columns(**{f"p:{label}": pl.lit(1 / 3) for label in ("sad", "happy", "angry")}).write_parquet(
        one.predictions
    )
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    even = next(entry for entry in found.entries if entry.name == "a")
    assert {row.label: row.recall.value for row in even.scores.classes} == {"sad": 1.0, "happy": 0.0, "angry": 0.0}
    assert even.seeds[0][1] == even.scores.accuracy.value


def test_probabilities_for_unknown_classes_alone_say_nothing_of_the_others(lay, tmp_path, recipe):
    one = lay(tmp_path / "a", recipe=recipe())
    lay(tmp_path / "b", recipe=recipe(epochs=9), labels=("happy", "sad"))
    frame = pl.read_parquet(one.predictions)
    frame.with_columns(**{"p:angry": pl.lit(1.0), "p:happy": pl.lit(0.0), "p:sad": pl.lit(0.0)}).write_parquet(
        one.predictions
    )
    entry = next(entry for entry in compare.runs([tmp_path / "a", tmp_path / "b"]).entries if entry.name == "a")
    assert entry.scores.log_loss == pytest.approx(np.log(2))


# Persons


def test_persons_are_the_witnesses_not_their_pictures(lay, tmp_path, recipe, data):
    people = data(count=400, people=20)
    for name, epochs in (("a", 8), ("b", 9)):
        lay(tmp_path / name, 0.7, data=people, recipe=recipe(epochs=epochs), luck=epochs)
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    assert (found.n, found.people, found.pairs[0].figures.units) == (120, 6, 6)
    assert "6 people" in found.sentences()[-1]
    # The same answers from pictures of nobody in particular: narrower.
    for name, epochs in (("c", 8), ("d", 9)):
        run = lay(tmp_path / name, 0.7, data=people, recipe=recipe(epochs=epochs), luck=epochs)
        nobody = Manifest.read(run.manifest).frame.with_columns(person=pl.lit(None, pl.String))
        Manifest(nobody).save(run.manifest)
    alone = compare.runs([tmp_path / "c", tmp_path / "d"])
    assert alone.people == 0
    assert alone.pairs[0].figures.accuracy.value == found.pairs[0].figures.accuracy.value
    assert alone.pairs[0].figures.units == 120


def test_persons_that_only_one_run_s_data_names_count_for_both(lay, tmp_path, recipe, data):
    people = data(count=400, people=20)
    lay(tmp_path / "a", data=people, recipe=recipe())
    run = lay(tmp_path / "b", data=people, recipe=recipe(epochs=9))
    Manifest(Manifest.read(run.manifest).frame.with_columns(person=pl.lit(None, pl.String))).save(run.manifest)
    assert compare.runs([tmp_path / "a", tmp_path / "b"]).pairs[0].figures.units == 6


# Several comparisons at once


def test_over_rounds_a_difference_has_to_be_larger(lay, tmp_path, recipe):
    made = {}
    for folds in (1, 5):
        folders = [lay(tmp_path / f"{folds}-{share}", share, recipe=recipe(folds=folds)).folder for share in (0.9, 0.6)]
        made[folds] = compare.runs(folders).pairs[0].figures
    once, over = made[1], made[5]
    assert over.accuracy.value == once.accuracy.value
    assert over.accuracy.value - over.accuracy.low == pytest.approx(1.5 * (once.accuracy.value - once.accuracy.low))
    assert over.p > once.p


def test_p_values_are_corrected_for_all_pairs(lay, tmp_path, recipe):
    for number in range(4):
        lay(tmp_path / f"r{number}", 0.6 + 0.08 * number, recipe=recipe(epochs=8 + number), luck=number)
    found = compare.runs([tmp_path / f"r{number}" for number in range(4)])
    assert len(found.pairs) == 6
    assert [pair.p for pair in found.pairs] == evaluate.holm([pair.figures.p for pair in found.pairs])
    best = found.entries[0].name
    assert [pair.first for pair in found.pairs[:3]] == [best] * 3 == [pair.first for pair in found.against_best]


def test_with_many_runs_the_best_is_compared_and_every_pair_counts(lay, tmp_path, recipe):
    for number in range(14):
        lay(tmp_path / f"r{number:02}", 0.5 + 0.03 * number, recipe=recipe(epochs=8 + number), luck=number)
    found = compare.runs(sorted(tmp_path.iterdir()))
    assert len(found.pairs) == 13
    assert {pair.tests for pair in found.pairs} == {91}
    assert all(pair.p >= min(1.0, (91 - 13 + 1) * pair.figures.p) - 1e-12 for pair in found.pairs)


def test_of_several_equal_runs_the_luckiest_is_seldom_called_better(lay, answer_anew, tmp_path, recipe, data):
    """Six equal models, 20 times over: the best against each other, corrected, errs in about 1 of 20."""
    made = [lay(tmp_path / f"r{number}", data=data(count=600), recipe=recipe(epochs=8 + number)) for number in range(6)]
    draw, told, uncorrected = np.random.default_rng(3), 0, 0
    for _ in range(20):
        for run in made:
            answer_anew(run, draw.random(180) < 0.7)
        found = compare.runs([run.folder for run in made])
        told += any(pair.told for pair in found.pairs)
        uncorrected += any(pair.figures.p < 0.05 for pair in found.pairs)
    assert told <= 4  # 1 expected, three standard errors more
    assert uncorrected > 4  # what the correction is for


# Seeds


def test_recipes_with_several_seeds_are_compared_over_seeds(lay, tmp_path, recipe):
    lay(tmp_path / "a", 0.9, recipe=recipe(seeds=3))
    lay(tmp_path / "b", 0.5, recipe=recipe(seeds=4, epochs=9), luck=9)
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    (pair,) = found.pairs
    assert (pair.seeds.first.seeds, pair.seeds.second.seeds) == (3, 4)
    accuracies = [accuracy for _, accuracy in found.entries[0].seeds]
    assert pair.seeds.first.mean == pytest.approx(np.mean(accuracies))
    assert pair.seeds.first.deviation == pytest.approx(np.std(accuracies, ddof=1))
    assert pair.told_over_seeds
    assert len(found.sentences()) == 3


def test_runs_that_differ_in_the_seed_alone_are_seeds_of_one_recipe(lay, tmp_path, recipe):
    for seed in range(3):
        lay(tmp_path / f"a{seed}", 0.9, recipe=recipe(seed=seed))
        lay(tmp_path / f"b{seed}", 0.5, recipe=recipe(seed=seed, epochs=9), luck=50 + seed)
    found = compare.runs(sorted(tmp_path.iterdir()))
    for pair in found.pairs:
        alike = pair.first[0] == pair.second[0]
        assert pair.same == ("recipe" if alike else "")
        assert (pair.seeds is None) == alike
        if not alike:
            assert (pair.seeds.first.seeds, pair.seeds.second.seeds) == (3, 3)


def test_a_seed_that_came_twice_is_one_model(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe(seeds=2))
    lay(tmp_path / "again", recipe=recipe(seed=1))
    lay(tmp_path / "b", 0.4, recipe=recipe(seeds=2, epochs=9))
    pairs = compare.runs([tmp_path / "a", tmp_path / "again", tmp_path / "b"]).pairs
    assert {pair.seeds.first.seeds for pair in pairs if pair.seeds} == {2}


def test_the_same_recipe_on_other_pictures_is_another_recipe(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    lay(tmp_path / "b", recipe=recipe(seed=1), sides={0: "val"})
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    assert found.pairs[0].same == ""
    assert {"training pictures", "pictures learnt from"} <= {row.name for row in found.settings}


# Speed


def test_speed_of_what_is_not_there_is_not_known_and_of_what_is_no_model_an_error(lay, tmp_path, recipe):
    runs = [lay(tmp_path / "a", recipe=recipe()), lay(tmp_path / "b", recipe=recipe(epochs=9))]
    with pytest.raises(ModelFileError, match="is not a model file"):
        compare.runs([run.folder for run in runs], speed=True)
    for run in runs:
        run.model.unlink()
    found = compare.runs([run.folder for run in runs], speed=True)
    assert [entry.milliseconds for entry in found.entries] == [None, None]


def test_examples_are_those_on_which_the_two_differ_most(lay, tmp_path, recipe):
    first, second = np.ones(36, bool), np.arange(36) >= 20
    lay(tmp_path / "a", recipe=recipe(), right=first)
    lay(tmp_path / "b", recipe=recipe(epochs=9), right=second, luck=4)
    (pair,) = compare.runs([tmp_path / "a", tmp_path / "b"]).pairs
    only_first, only_second = pair.examples
    assert (len(only_first), len(only_second)) == (9, 0)
    frames = [pl.read_parquet(tmp_path / name / "predictions.parquet") for name in "ab"]
    gaps = {}
    for one, two in zip(frames[0].iter_rows(named=True), frames[1].iter_rows(named=True), strict=True):
        if two["predicted"] != two["label"]:
            gaps[one["id"]] = one["p:" + one["label"]] - two["p:" + one["label"]]
    assert [example.id for example in only_first] == sorted(gaps, key=lambda one: -gaps[one])[:9]
    answers = {row["id"]: row for row in frames[1].iter_rows(named=True)}
    assert all(one.first == one.label and one.second == answers[one.id]["predicted"] for one in only_first)


def test_what_differs_is_listed_with_its_meaning(lay, tmp_path, recipe):
    base = replace(recipe(), warm_start="/somewhere/runs/base", teacher="/somewhere/runs/wise/model.onnx")
    lay(tmp_path / "a", recipe=replace(base, votes=("happy=yes",)), source="/data/one/faces")
    lay(tmp_path / "b", recipe=recipe(), source="/data/other/people")
    rows = {row.name: row for row in compare.runs([tmp_path / "a", tmp_path / "b"]).settings}
    names = [entry.name for entry in compare.runs([tmp_path / "a", tmp_path / "b"]).entries]
    place = names.index("a")
    assert rows["warm_start"].values[place] == "base"
    assert rows["teacher"].values[place] == "wise/model.onnx"
    assert rows["votes"].values[place] == "happy=yes"
    assert rows["votes"].values[1 - place] == ""
    assert rows["source"].values[place] == "faces"
    assert all(row.about for row in rows.values())

"""The study's database: what is asked, told, cut off, damaged."""

from __future__ import annotations

import sqlite3

import optuna
import pytest

from mien import models
from mien.core.errors import SettingError, StorageError
from mien.core.recipe import Recipe
from mien.tune import _rules
from mien.tune._store import Store

SPACE = {"learning_rate": {"low": 0.0005, "high": 0.032, "log": True}, "batch": [32, 64]}
BASE = models.resolve(Recipe(model="compact", search=SPACE))


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "study.db")
    made.found(BASE, SPACE, "0.1.0")
    return made


def train(store, scores, *, state="done", seed=0):
    """Ask for a trial, report its epochs, end it."""
    trial = store.ask(seed)
    for step, score in enumerate(scores, start=1):
        store.report(trial.number, step, score)
    store.end(trial.number, state, max(scores, default=None), epochs=len(scores), seconds=1.5, why="Because.")
    return store.trial(trial.number)


def test_the_first_trial_is_the_recipe_itself(store):
    trial = store.ask(0)
    assert (trial.number, trial.settings, trial.first) == (0, {"learning_rate": 0.004, "batch": 64}, True)
    assert not store.ask(0).first


def test_a_recipe_outside_its_space_is_not_tried(tmp_path):
    store = Store(tmp_path / "study.db")
    store.found(BASE, {"batch": [8, 16]}, "0.1.0")
    assert not store.ask(0).first


def test_what_was_told_is_read_back_by_another_process(store):
    done, pruned, failed = (train(store, [0.2, 0.4], state=state) for state in ("done", "pruned", "failed"))
    running = store.ask(0)
    again = Store(store.path).trials()
    assert [trial.state for trial in again] == ["done", "pruned", "failed", "running"]
    assert (done.score, done.epochs, done.seconds, done.why) == (0.4, 2, 1.5, "Because.")
    assert again[:3] == (done, pruned, failed)
    assert again[3].settings == running.settings
    assert store.count() == Store(store.path).count() == 3


def test_a_failed_trial_is_the_worst_in_the_sampler_s_eyes(store):
    train(store, [], state="failed")
    frozen = store._study.trials[0]
    assert (frozen.state, frozen.value) == (optuna.trial.TrialState.PRUNED, None)


def test_the_same_seed_draws_the_same_however_often_it_is_interrupted(tmp_path, monkeypatch):
    monkeypatch.setattr(_rules, "RANDOM", 4)  # so that it is TPE that draws the last ones
    drawn = []
    for name, cuts in (("a", ()), ("b", (2, 5, 6))):
        store = Store(tmp_path / f"{name}.db")
        store.found(BASE, SPACE, "0.1.0")
        for number in range(8):
            if number in cuts:
                store.ask(3)
                store = Store(tmp_path / f"{name}.db")
                assert store.recover() == 1
            trial = store.ask(3)
            score = 1 - abs(trial.settings["learning_rate"] - 0.01)
            store.end(trial.number, "done", score)
        drawn.append([trial.settings for trial in store.trials() if trial.state == "done"])
    assert drawn[0] == drawn[1]
    assert len({str(settings) for settings in drawn[0]}) > 6


def test_other_seeds_draw_other_trials(tmp_path):
    drawn = []
    for seed in (0, 1):
        store = Store(tmp_path / f"{seed}.db")
        store.found(BASE, SPACE, "0.1.0")
        drawn.append([train(store, [0.5], seed=seed).settings for _ in range(3)])
    assert drawn[0][0] == drawn[1][0]  # the recipe itself
    assert drawn[0][1:] != drawn[1][1:]


def test_a_trial_that_was_cut_off_is_marked_and_tried_again_in_its_folder(store):
    train(store, [0.5])
    cut = store.ask(0)
    again = Store(store.path)
    assert again.recover() == 1
    assert again.recover() == 0
    assert [trial.state for trial in again.trials()] == ["done", "interrupted"]
    retried = again.ask(0)
    assert (retried.number, retried.settings, retried.place) == (2, cut.settings, "trials/0001")
    assert again.count() == 1


def test_a_kill_in_the_middle_of_the_recovery_costs_no_trial(store):
    cut = store.ask(0)
    again = Store(store.path)
    again._study.enqueue_trial(dict(cut.settings), user_attrs={"again_of": cut.number, "place": cut.place})
    again.recover()
    waiting = [trial for trial in again._study.trials if trial.state == optuna.trial.TrialState.WAITING]
    assert len(waiting) == 1


def test_a_first_trial_that_was_cut_off_stays_the_first(store):
    store.ask(0)
    again = Store(store.path)
    again.recover()
    assert again.ask(0).first


def test_a_trial_in_the_lowest_quarter_is_given_up_but_not_early(store):
    for number in range(_rules.WHOLE):
        train(store, [0.1 * number, 0.2 + number / 10, 0.3 + number / 10, 0.4 + number / 10])
    rule = _rules.pruner(4)
    bad, middling = store.ask(0), store.ask(0)
    for step in (1, 2, 3):
        store.report(bad.number, step, 0.1)
        store.report(middling.number, step, 0.45)  # behind the median in the end, and above the lowest quarter
        assert store.hopeless(bad.number, rule) is (step >= _rules.WARM_UP * 4)
        assert not store.hopeless(middling.number, rule)


def test_nothing_is_given_up_before_some_were_trained_to_their_end(store):
    for _ in range(_rules.WHOLE - 1):
        train(store, [0.5, 0.5])
    bad = store.ask(0)
    store.report(bad.number, 1, 0.0)
    store.report(bad.number, 2, 0.0)
    assert not store.hopeless(bad.number, _rules.pruner(2))


def test_it_says_who_made_it(store):
    assert (store.note("mien"), store.note("format")) == ("0.1.0", 1)
    assert store.note("recipe")["learning_rate"] == 0.004
    assert store.space == SPACE


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be read as one" * 40, b"\0" * 5000])
def test_a_file_that_is_no_database_is_a_sentence(tmp_path, content):
    (tmp_path / "study.db").write_bytes(content)
    with pytest.raises(StorageError, match=r"study.db' is damaged \(.*\)\. Bring back a copy"):
        Store(tmp_path / "study.db").trials()


def test_another_program_s_database_is_a_sentence(tmp_path):
    connection = sqlite3.connect(tmp_path / "study.db")
    connection.execute("CREATE TABLE studies (something TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="is damaged"):
        Store(tmp_path / "study.db")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_database_is_a_sentence(store, share):
    train(store, [0.5])
    data = store.path.read_bytes()
    store.path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(StorageError, match="is damaged"):
        Store(store.path).trials()


def test_a_database_with_noise_in_it_is_a_sentence(store):
    train(store, [0.5])
    data = bytearray(store.path.read_bytes())
    data[4096:] = b"\x5a" * (len(data) - 4096)
    store.path.write_bytes(data)
    with pytest.raises(StorageError, match="is damaged"):
        Store(store.path).trials()


def test_a_newer_study_is_not_touched(store):
    store.write("format", 2)
    before = store.path.read_bytes()
    with pytest.raises(SettingError, match=r"has format 2. Expected: 1. Update Mien"):
        Store(store.path)
    assert store.path.read_bytes() == before


def test_a_newer_optuna_s_tables_are_a_sentence(store):
    connection = sqlite3.connect(store.path)
    connection.execute("UPDATE alembic_version SET version_num = 'v99.0.0'")
    connection.commit()
    connection.close()
    with pytest.raises(SettingError, match="was made by another Optuna"):
        Store(store.path)


def test_a_study_may_lie_in_a_folder_with_any_name(tmp_path):
    path = tmp_path / "50 % {x} ?a=b#c" / "study.db"
    path.parent.mkdir()
    store = Store(path)
    store.found(BASE, SPACE, "0.1.0")
    train(store, [0.5])
    assert path.exists()
    assert Store(path).count() == 1


def test_a_full_disk_is_a_sentence(store, no_room):
    with no_room(1000), pytest.raises(StorageError, match=r"study.db' could not be written: .*--resume"):
        store.write("note", "x" * 1_000_000)
    assert Store(store.path).note("format") == 1

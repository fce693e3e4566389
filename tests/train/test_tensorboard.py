"""The events, read back by TensorBoard itself."""

import pytest

FIGURES = {
    "train/loss": "loss",
    "train/accuracy": "accuracy",
    "train/learning_rate": "learning_rate",
    "validation/loss": "val_loss",
    "validation/accuracy": "val_accuracy",
    "validation/balanced_accuracy": "val_balanced_accuracy",
}


def points(folder):
    from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

    found = {}
    for file in sorted(folder.iterdir()):
        for event in LegacyEventFileLoader(str(file)).Load():
            for value in event.summary.value:
                found.setdefault(value.tag, []).append((event.step, value.simple_value))
    return found


def test_each_epoch_is_a_point_of_each_curve(fit):
    _, history, run = fit(epochs=3)
    found = points(run.tensorboard)
    assert set(found) == set(FIGURES)
    for tag, name in FIGURES.items():
        assert found[tag] == [(row.epoch, pytest.approx(getattr(row, name))) for row in history.epochs]


def test_a_resumed_run_adds_to_its_curves(fit):
    def stop(_, row):
        if row.epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(epochs=4, watch=stop)
    _, _, run = fit(epochs=4)
    assert [step for step, _ in points(run.tensorboard)["train/loss"]] == [1, 2, 3, 4]

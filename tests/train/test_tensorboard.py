"""The events, read back by TensorBoard itself."""

import io

import numpy as np
import pytest
from PIL import Image

FIGURES = {
    "train/loss": "loss",
    "train/accuracy": "accuracy",
    "train/learning_rate": "learning_rate",
    "validation/loss": "val_loss",
    "validation/accuracy": "val_accuracy",
    "validation/balanced_accuracy": "val_balanced_accuracy",
}


def board(folder):
    """What TensorBoard shows: later sittings strike out what earlier ones wrote of the same epochs."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    return EventAccumulator(str(folder)).Reload()


def test_each_epoch_is_a_point_of_each_curve(fit):
    _, history, run = fit(epochs=3)
    found = board(run.tensorboard)
    assert set(found.Tags()["scalars"]) == set(FIGURES)
    for tag, name in FIGURES.items():
        points = [(point.step, point.value) for point in found.Scalars(tag)]
        assert points == [(row.epoch, pytest.approx(getattr(row, name))) for row in history.epochs]


def test_an_epoch_done_again_is_one_point(fit):
    def stop(_, row):
        if row.epoch == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(epochs=4, watch=stop, checkpoint_steps=5)  # within the second epoch
    _, _, run = fit(epochs=4)
    assert [point.step for point in board(run.tensorboard).Scalars("train/loss")] == [1, 2, 3, 4]


def test_pictures_and_confusion_matrices_can_be_looked_at(fit):
    _, _, run = fit(epochs=2)
    found = board(run.tensorboard)
    assert set(found.Tags()["images"]) == {"train/pictures", "validation/confusion"}
    (sheet,) = found.Images("train/pictures")
    pixels = np.asarray(Image.open(io.BytesIO(sheet.encoded_image_string)))
    assert (pixels.shape[1], pixels.shape[0]) == (sheet.width, sheet.height) == (8 * 64, 80)
    assert [image.step for image in found.Images("validation/confusion")] == [1, 2]


def test_the_projector_finds_vectors_labels_and_pictures(fit):
    from google.protobuf import text_format
    from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

    _, _, run = fit(epochs=1)
    config = text_format.Parse((run.tensorboard / "projector_config.pbtxt").read_text(), ProjectorConfig())
    (info,) = config.embeddings
    vectors = np.loadtxt(run.tensorboard / info.tensor_path, delimiter="\t", ndmin=2)
    assert list(vectors.shape) == list(info.tensor_shape) == [12, 256]
    assert (run.tensorboard / info.metadata_path).read_text().split() == ["angry"] * 4 + ["happy"] * 4 + ["sad"] * 4
    with Image.open(run.tensorboard / info.sprite.image_path) as sprite:
        width, height = sprite.size
    assert [width % info.sprite.single_image_dim[0], height % info.sprite.single_image_dim[1]] == [0, 0]

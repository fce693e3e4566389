"""`transfer`: what it sees, what it refuses, and what it makes of a trained network."""

import keras
import numpy as np
import pytest
from keras.src.applications import convnext

from mien import export, models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.models.layers._frozen import Still
from mien.models.pretrained._backbones import BACKBONES
from mien.predict import Predictor

LABELS = ("angry", "happy", "sad")


def made(**settings):
    recipe = models.resolve(Recipe(model="transfer", size=32, **settings))
    contract = models.contract(recipe, LABELS)
    return models.build(contract, recipe, pretrained=False), contract, recipe


@pytest.fixture
def short(few_layers, monkeypatch):
    few_layers(monkeypatch)


@pytest.fixture
def pixels():
    return np.random.default_rng(3).integers(0, 256, (8, 32, 32, 3), np.uint8)


@pytest.mark.parametrize("name", ["mobilenetv3-small", "efficientnetv2-b0", "convnext-tiny"])
def test_pixels_are_scaled_as_its_owner_scales_them(application, pixels, name):
    make = getattr(keras.applications, BACKBONES[name].application)
    pooling = "avg" if name.startswith("convnext") else None
    theirs = make(include_top=False, weights=None, input_shape=(32, 32, 3), pooling=pooling)
    own = {variable.path.rpartition("/")[2]: variable for variable in theirs.weights}
    assert own
    scaled = keras.layers.Rescaling(BACKBONES[name].scale, BACKBONES[name].offset)(pixels)
    first = next(layer for layer in theirs.layers if layer.weights and not _scaling(layer))
    before = keras.Model(theirs.input, first.input)(pixels.astype(np.float32), training=False)
    if "pad" in first.input.name:  # MobileNetV3 pads before its first convolution
        before = before[:, : scaled.shape[1], : scaled.shape[2]]
    np.testing.assert_allclose(before, scaled, atol=1e-5)


def _scaling(layer):
    return isinstance(layer, keras.layers.Normalization | keras.layers.Rescaling)


def test_the_file_answers_as_keras_does(tmp_path, shake, pixels):
    model, contract, _ = made()
    shake(model, gamma=(2.5, 3.5))  # else 156 layers of random weights say the same of every picture
    exported(model, contract, tmp_path, pixels)


def test_the_file_of_what_learns_from_nothing_answers_as_keras_does(short, tmp_path, shake, pixels):
    model, contract, _ = made(weights="none")
    shake(model, gamma=(2.5, 3.5))
    exported(model, contract, tmp_path, pixels)


def test_convnext_s_grouped_convolutions_and_its_gelu_can_be_exported(tmp_path, shake, pixels, monkeypatch):
    small = convnext.ConvNeXt(
        (1, 1, 1, 1), (8, 16, 16, 16), include_top=False, weights=None, input_shape=(32, 32, 3), pooling="avg"
    )
    monkeypatch.setattr(
        "mien.models.families._transfer.network", lambda *_: small
    )  # ConvNeXt-tiny itself takes half a minute
    model, contract, _ = made(backbone="convnext-tiny")
    exported(shake(model), contract, tmp_path, pixels)


def exported(model, contract, folder, pixels):
    path = export.write(model, contract, folder / "model.onnx")
    wanted = model.predict_on_batch(pixels)
    assert np.ptp(wanted, axis=0).max() > 1e-3  # it does not say the same of everything
    np.testing.assert_allclose(Predictor(path).probabilities(pixels), wanted, atol=export.TOLERANCE)


def test_from_nothing_everything_learns_at_once(short):
    model, _, _ = made(weights="none")
    assert "backbone" not in [layer.name for layer in model.layers]
    body = model.get_layer("mobilenetv3-small")
    norms = [layer for layer in body.layers if type(layer) is keras.layers.BatchNormalization]
    assert {layer.momentum for layer in norms} == {0.9}
    assert isinstance(made()[0].get_layer("backbone"), Still)


REFUSED = {
    "no such backbone": (
        {"backbone": "mobilenet-small"},
        r"no backbone 'mobilenet-small'. Did you mean 'mobilenetv3-small'",
    ),
    "too small": ({"size": 24}, r"size = 24 is too small for 'mobilenetv3-small'. Expected: at least 32"),
    "two networks": (
        {"warm_start": "runs/x", "backbone": "convnext-tiny"},
        r"backbone = 'convnext-tiny' came with --from, whose network is the backbone. Leave out one of --backbone and",
    ),
    "two weights": ({"warm_start": "runs/x", "weights": "a.h5"}, r"weights = 'a.h5' came with --from"),
}


@pytest.mark.parametrize(("settings", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_in_a_sentence(settings, said):
    with pytest.raises(SettingError, match=said):
        models.resolve(Recipe(model="transfer", **settings))


def test_an_earlier_run_may_be_smaller_than_any_backbone():
    assert models.resolve(Recipe(model="transfer", size=24, warm_start="runs/x")).size == 24


def grown(name, size=32, **more):
    recipe = models.resolve(Recipe(model=name, size=size, **more))
    return models.build(models.contract(recipe, ("a", "b")), recipe, pretrained=False)


@pytest.mark.parametrize("name", ["compact", "report", "transfer"])
def test_any_network_can_be_built_on(short, tmp_path, shake, pixels, name):
    base = shake(grown(name))
    before = keras.Model(base.inputs[0], base.layers[-1].input)(pixels, training=False)
    recipe = models.resolve(Recipe(model="transfer", size=32, warm_start="runs/x"))
    contract = models.contract(recipe, LABELS)
    model = models.build(contract, recipe, base=base)
    body = model.get_layer("backbone")
    np.testing.assert_allclose(body(pixels, training=True), before, rtol=1e-3, atol=1e-4)
    kept = base.count_params() - base.layers[-1].count_params()
    assert model.count_params() == kept + 3 * before.shape[-1] + 3
    path = export.write(model, contract, tmp_path / "model.onnx")
    found = Predictor(path).probabilities(pixels)
    np.testing.assert_allclose(found, model.predict_on_batch(pixels), atol=export.TOLERANCE)


def test_another_size_than_the_earlier_run_s_is_refused():
    recipe = models.resolve(Recipe(model="transfer", size=48, warm_start="runs/x"))
    with pytest.raises(
        SettingError, match=r"size = 48 came with --from, whose network takes 32 px. Expected: 32. Leave"
    ):
        models.build(models.contract(recipe, LABELS), recipe, base=grown("compact"))

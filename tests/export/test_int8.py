"""The copy in 8 bits: small, quick, and nearly the same answers."""

import dataclasses

import numpy as np
import onnx
import pytest

from mien import Predictor, export, models, pipeline
from mien.core.calibration import Calibration
from mien.core.errors import ModelFileError, SettingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.export import _int8
from mien.predict import model_file


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """An untrained `face` net that looks at a picture and its mirror image."""
    recipe = models.resolve(Recipe(folds=1, model="face", weights="none", inputs="faces", seed=3))
    contract = dataclasses.replace(models.contract(recipe, ("angry", "happy", "sad")), margin=0.1)
    path = tmp_path_factory.mktemp("int8") / "model.onnx"
    return export.write(
        models.build(contract, recipe),
        contract,
        path,
        mirror=True,
        calibration=Calibration.of_temperature(0.7),
        info=export.ModelInfo("A card."),
    )


def pictures(count, seed=0):
    rough = np.random.default_rng(seed).integers(0, 256, (count, 6, 6, 1), dtype=np.uint8)
    return np.repeat(rough.repeat(8, 1).repeat(8, 2), 3, axis=3)


@pytest.fixture(scope="module")
def small(full):
    path = full.with_name("small.onnx")
    return export.quantize(full, path, iter([pictures(32, 1), pictures(32, 2)]))


def test_the_copy_is_a_quarter_of_the_size(full, small):
    assert small.stat().st_size < 0.32 * full.stat().st_size
    assert small.stat().st_size < 1_500_000


def test_the_copy_answers_nearly_the_same(full, small):
    unseen = pictures(64, 9)
    one, other = (Predictor(path, inputs="faces").probabilities(unseen) for path in (full, small))
    assert np.abs(one - other).max() < 0.1
    assert np.abs(one - other).max() > 1e-7  # else nothing was quantised
    assert (one.argmax(1) == other.argmax(1)).mean() > 0.85
    np.testing.assert_allclose(other.sum(1), 1, atol=1e-5)


def weights_of(path):
    return [onnx.numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer if one.data_type == 3]  # INT8


def test_no_sum_overflows_on_a_processor_without_vnni(small):
    for path in (small, model_file("face-int8")):
        largest = max(int(np.abs(one.astype(int)).max()) for one in weights_of(path) if one.ndim > 1)
        assert 32 < largest <= 64  # two products of 8 by 7 bits fit into 16


def test_the_copy_carries_contract_card_and_scores(full, small):
    one, other = Predictor(full), Predictor(small)
    assert (one.contract, one.card, one.scores) == (other.contract, other.card, other.scores)
    keys = {item.key for item in onnx.load(small).metadata_props}
    assert keys == {"mien.contract", "mien.temperature", "mien.calibration", "mien.scores", "mien.card"}


def test_grey_and_contrast_keep_their_precision(small):
    nodes = onnx.load(small).graph.node
    assert [node.op_type for node in nodes].count("QuantizeLinear") > 10
    grey = next(node for node in nodes if node.op_type == "Conv")
    assert not any("DequantizeLinear" in name or "quantized" in name for name in grey.input)


def test_what_measures_sounds_keeps_its_precision():
    node = onnx.helper.make_node
    wide = {"kernel_shape": [1, 3]}
    nodes = [
        node("Pad", ["samples"], ["padded"], "pad"),
        node("Conv", ["padded", "waves"], ["spectrum"], "spectrum", **wide),
        node("MatMul", ["spectrum", "triangles"], ["bands"], "bands"),
        node("Greater", ["bands", "floor"], ["there"], "there"),
        node("Log", ["bands"], ["levels"], "levels"),
        node("Conv", ["levels", "weights"], ["features"], "network", **wide),
        node("Mul", ["features", "there"], ["logits"], "heard"),
        node("Log", ["logits"], ["log"], "calibration"),
    ]
    graph = onnx.helper.make_graph(nodes, "sounds", [], [])
    assert _int8._first_steps(onnx.helper.make_model(graph)) == ["bands", "pad", "spectrum"]


def test_what_is_no_network_is_answered_with_a_sentence(full, tmp_path, small_faces):
    (tmp_path / "x.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelFileError, match="is not a model file, or it is damaged"):
        export.quantize(tmp_path / "x.onnx", tmp_path / "y.onnx", [pictures(4)])
    svm = pipeline.run(small_faces, Recipe(folds=1, model="svm", size=24), folder=tmp_path / "svm")
    with pytest.raises(SettingError, match="'svm' is no network"):
        pipeline.shrink(svm)
    assert not (tmp_path / "y.onnx").exists()


def test_shrinking_a_run_says_what_it_costs(small_run, tmp_path):
    before = sorted(small_run.folder.iterdir())
    made = pipeline.shrink(small_run, tmp_path / "small.onnx")
    assert made.path == tmp_path / "small.onnx"
    assert abs(made.accuracy - made.before) < 0.2
    assert 0.7 < made.same <= 1
    assert f"right on {made.accuracy:.1%}" in made.sentence
    assert sorted(small_run.folder.iterdir()) == before
    with pytest.raises(SettingError, match="has no model file yet"):
        pipeline.shrink(pipeline.begin(small_run.state().source, Recipe(folds=1), tmp_path / "fresh"))
    assert isinstance(small_run, Run)


def test_mirror_images_are_answered_alike(full):
    unseen = pictures(16, 4)
    predictor = Predictor(full, inputs="faces")
    other = predictor.probabilities(np.ascontiguousarray(unseen[:, :, ::-1]))
    np.testing.assert_allclose(predictor.probabilities(unseen), other, atol=1e-6)

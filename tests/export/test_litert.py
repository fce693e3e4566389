"""The files for phones: LiteRT answers as the trained model does, with nothing but its own operations."""

from __future__ import annotations

import json
import sys
import zipfile

import keras
import numpy as np
import pytest
import tensorflow as tf
from flatbuffers import number_types
from flatbuffers.table import Table

from mien import Predictor, export, models, pipeline
from mien.core.calibration import Calibration
from mien.core.errors import MissingPartError, ModelFileError, SettingError, StorageError
from mien.core.recipe import Recipe
from mien.export import _litert, _onnx, _tflite

FACE = {"model": "face", "weights": "none", "inputs": "faces", "width": 0.4, "size": 32, "seed": 3}
LABELS = ("angry", "très, happy", "sad")
STEP = "FULLY_CONNECTED"


def steep(recipe):
    """A fresh network that takes pictures apart, and its contract."""
    recipe = models.resolve(recipe)
    contract = models.contract(recipe, LABELS)
    model = models.build(contract, recipe)
    last = model.layers[-1]
    seen = keras.Model(model.inputs, last.input).predict_on_batch(rough(32, contract.size, 5))
    kernel = np.random.default_rng(4).normal(0, 1, last.get_weights()[0].shape).astype(np.float32)
    kernel *= 1.5 / (np.asarray(seen) @ kernel).std(0)
    last.set_weights([kernel, -(np.asarray(seen) @ kernel).mean(0)])
    return model, contract


def rough(count, size, seed=0):
    """Pictures in blocks, uint8 [count, size, size, 3]."""
    random = np.random.default_rng(seed)
    blocks = random.integers(0, 256, (count, 4, 4, 3), dtype=np.uint8)
    return blocks.repeat(size // 4, 1).repeat(size // 4, 2)


@pytest.fixture(scope="module")
def face():
    return steep(Recipe(folds=1, **FACE))


@pytest.fixture(scope="module")
def source(face, tmp_path_factory):
    model, contract = face
    place = tmp_path_factory.mktemp("litert") / "model.onnx"
    card, scores = "# A card\n\nWith words.", {"accuracy": 0.5, "sentence": "Right on half."}
    return export.write(
        model,
        contract,
        place,
        calibration=Calibration.of_temperature(0.7),
        mirror=True,
        info=export.ModelInfo(card, scores),
    )


@pytest.fixture(scope="module")
def whole(face, source):
    return export.write_litert(face[0], source, source.with_name("model.tflite"), mirror=True)


@pytest.fixture(scope="module")
def small(face, source):
    path = source.with_name("model-int8.tflite")
    return export.write_litert(face[0], source, path, mirror=True, samples=iter([rough(40, 32, 1), rough(40, 32, 2)]))


def graph(path):
    schema, model = _tflite._read(path.read_bytes())
    names = {number: name for name, number in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
    codes = [names[max(code.builtinCode, code.deprecatedBuiltinCode)] for code in model.operatorCodes]
    kinds = {number: name for name, number in vars(schema.TensorType).items() if not name.startswith("_")}
    inner = model.subgraphs[0]
    return [(codes[step.opcodeIndex], kinds[inner.tensors[step.outputs[0]].type]) for step in inner.operators]


def test_mirror_images_members_and_calibration_are_inside(face, source, whole, tmp_path):
    seen = rough(12, 32, 7)
    found, wanted = export.read_litert(whole).probabilities(seen), Predictor(source, inputs="faces").probabilities(seen)
    np.testing.assert_allclose(found, wanted, atol=export.TOLERANCE)
    other = export.read_litert(whole).probabilities(np.ascontiguousarray(seen[:, :, ::-1]))
    np.testing.assert_allclose(found, other, atol=1e-5)
    pair = [face[0], steep(Recipe(folds=1, **{**FACE, "seed": 9}))[0]]
    path = export.write(pair, face[1], tmp_path / "two.onnx", calibration=Calibration.of_temperature(1.3), mirror=True)
    made = export.write_litert(pair, path, tmp_path / "two.tflite", mirror=True)
    wanted = Predictor(path, inputs="faces").probabilities(seen)
    np.testing.assert_allclose(export.read_litert(made).probabilities(seen), wanted, atol=export.TOLERANCE)


def test_in_8_bits_it_is_small_and_answers_nearly_the_same(whole, small):
    assert small.stat().st_size < 0.4 * whole.stat().st_size
    seen = rough(64, 32, 9)
    found, wanted = (export.read_litert(path).probabilities(seen) for path in (small, whole))
    assert 1e-6 < np.abs(found - wanted).mean() < 0.05  # fresh weights; of trained ones tests/golden asks more
    assert (found.argmax(1) == wanted.argmax(1)).mean() > 0.85
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)


def test_the_net_is_in_8_bits_but_for_the_steps_before_and_after_it(small):
    steps = graph(small)
    kinds = [kind for name, kind in steps if name in ("CONV_2D", "FULLY_CONNECTED", "ADD", "AVERAGE_POOL_2D")]
    assert steps[steps.index(("QUANTIZE", "INT8")) - 1][1] == "FLOAT32"  # bytes to an even grey
    heavy = [kind for name, kind in steps if name in ("CONV_2D", "FULLY_CONNECTED")]
    assert heavy[0] == "FLOAT32"  # grey
    assert set(heavy[1:]) == {"INT8"}
    assert kinds.count("INT8") > 15
    assert steps[-1] == ("SOFTMAX", "FLOAT32")
    assert ("LOG", "FLOAT32") in steps
    last = len(steps) - 1 - [name for name, _ in steps][::-1].index("FULLY_CONNECTED")
    assert {kind for _, kind in steps[last + 1 :]} == {"FLOAT32"}  # no probability in steps of 1/256


@pytest.mark.parametrize("which", ["whole", "small"])
def test_labels_contract_card_and_scores_travel_inside(which, face, source, request):
    path = request.getfixturevalue(which)
    with zipfile.ZipFile(path) as held:
        assert held.testzip() is None
        assert all(item.compress_type == zipfile.ZIP_STORED for item in held.infolist())
        found = {name: held.read(name).decode() for name in held.namelist()}
    assert found["labels.txt"].splitlines() == list(LABELS)
    assert json.loads(found["contract.json"]) == json.loads(face[1].to_json())
    assert found["card.md"] == Predictor(source).card
    assert json.loads(found["scores.json"]) == Predictor(source).scores
    assert export.read_litert(path).contract == face[1]


def test_a_phone_s_libraries_find_names_shapes_and_labels(whole, source):
    schema, model = _tflite._read(whole.read_bytes())
    inner, signature = model.subgraphs[0], model.signatureDefs[0]
    (pixels,), (answers,) = ([inner.tensors[at] for at in side] for side in (inner.inputs, inner.outputs))
    assert (pixels.name, pixels.shape.tolist(), pixels.type) == (b"pixels", [1, 32, 32, 3], schema.TensorType.UINT8)
    assert (answers.name, answers.shape.tolist()) == (b"probabilities", [1, 3])
    assert (signature.inputs[0].name, signature.outputs[0].name) == (b"pixels", b"probabilities")
    (place,) = [entry.buffer for entry in model.metadata if entry.name == b"TFLITE_METADATA"]
    held = model.buffers[place].data.tobytes()
    assert held[4:8] == b"M001"
    assert all(word in held for word in (b"labels.txt", b"contract.json", Predictor(source).card.encode()))


def field(table, number, place=None):
    """Follow a field of a flatbuffer's table to another table, or into a vector of them."""
    at = table.Indirect(table.Pos + table.Offset(4 + 2 * number)) if place is None else 0
    if place is not None:
        at = table.Indirect(table.Vector(table.Offset(4 + 2 * number)) + 4 * place)
    return Table(table.Bytes, at)


def integer(table, number, kind):
    return table.Get(kind, table.Pos + table.Offset(4 + 2 * number))


def content(path):
    """Read of TensorFlow Lite's metadata what the input is: its number in the schema, and two of its properties."""
    _, model = _tflite._read(path.read_bytes())
    (place,) = [entry.buffer for entry in model.metadata if entry.name == b"TFLITE_METADATA"]
    held = model.buffers[place].data.tobytes()
    root = Table(held, int.from_bytes(held[:4], "little"))
    found = field(field(field(root, 3, 0), 2, 0), 3)
    properties = field(found, 1)
    picture = integer(found, 0, number_types.Uint8Flags) == 2
    sizes = field(properties, 1) if picture else properties
    return integer(found, 0, number_types.Uint8Flags), *(integer(sizes, n, number_types.Uint32Flags) for n in (0, 1))


def test_a_phone_s_libraries_learn_what_comes_in(whole, voice):
    assert content(whole) == (2, 32, 32)  # ImageProperties, width and height
    assert content(voice[2]) == (4, 16_000, 1)  # AudioProperties, samples a second and channels


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    """A fresh network for clips, its model file, and its LiteRT file in 8 bits."""
    recipe = models.resolve(Recipe(folds=1, model="voice", seconds=0.3))
    contract = models.contract(recipe, LABELS, "sound")
    model, folder = models.build(contract, recipe), tmp_path_factory.mktemp("voice")
    last = model.layers[-1]
    last.set_weights([weight * 10 for weight in last.get_weights()])
    source = export.write(model, contract, folder / "model.onnx")
    small = export.write_litert(model, source, folder / "model-int8.tflite", samples=iter([tones(24, contract)]))
    return model, source, small


def tones(count, contract):
    """Tones in noise, float32 [count, T]."""
    random = np.random.default_rng(count)
    waves = np.sin(np.arange(contract.shape[0]) * random.uniform(0.05, 1, (count, 1)))
    return (0.1 * waves + random.normal(0, 0.01, (count, *contract.shape))).astype(np.float32)


def test_what_measures_sounds_and_what_is_recurrent_keep_their_precision_in_8_bits(voice):
    _, source, small = voice
    steps = graph(small)
    assert {name for name, kind in steps if kind == "INT8"} <= {"QUANTIZE", "CONV_2D", "MAX_POOL_2D", "RESHAPE", STEP}
    assert steps.count(("CONV_2D", "FLOAT32")) == 1  # from samples to a spectrum
    assert steps.count(("CONV_2D", "INT8")) == 4
    assert steps.count((STEP, "INT8")) == 1  # before the recurrent layer
    assert steps.count((STEP, "FLOAT32")) > 2 * 4  # of it, for each of its steps and ways
    unseen = tones(16, Predictor(source).contract)
    found, wanted = export.read_litert(small).probabilities(unseen), Predictor(source).probabilities(unseen)
    assert 1e-6 < np.abs(found - wanted).max() < 0.05


def test_weights_lie_where_a_processor_wants_them(whole):
    data = whole.read_bytes()
    schema, _ = _tflite._read(data)
    model = schema.Model.GetRootAs(data, 0)
    large = [model.Buffers(at).DataAsNumpy() for at in range(model.BuffersLength()) if model.Buffers(at).DataLength()]
    base = np.frombuffer(data, np.uint8).__array_interface__["data"][0]
    places = [part.__array_interface__["data"][0] - base for part in large]
    assert len(places) > 10
    assert {place % 16 for place in places} == {0}


# What goes wrong


def test_a_file_that_answers_differently_is_not_written(face, source, tmp_path, monkeypatch):
    (tmp_path / "model.tflite").write_bytes(b"the one before")
    real = _onnx.calibrated
    monkeypatch.setattr(_onnx, "calibrated", lambda answers, _: real(answers, Calibration((1.3,))))
    with pytest.raises(ModelFileError, match=r"LiteRT file answers differently from the trained model, by up to 0"):
        export.write_litert(face[0], source, tmp_path / "model.tflite", mirror=True)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"the one before"]


def test_without_tensorflow_s_own_copy_the_format_is_read_all_the_same(whole, monkeypatch):
    pytest.importorskip("ai_edge_litert")
    monkeypatch.setitem(sys.modules, "tensorflow.lite.python", None)
    assert _tflite.unknown_operations(whole.read_bytes()) == []


def test_a_full_disk_leaves_the_file_that_was_there(face, source, tmp_path, no_room):
    (tmp_path / "model.tflite").write_bytes(b"the one before")
    with no_room(20_000), pytest.raises(StorageError, match=r"model.tflite' could not be written"):
        export.write_litert(face[0], source, tmp_path / "model.tflite", mirror=True)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"the one before"]


def test_without_pictures_there_are_no_8_bits(face, source, tmp_path):
    with pytest.raises(SettingError, match="No sample came to find the ranges from"):
        export.write_litert(face[0], source, tmp_path / "x.tflite", samples=iter([]))
    assert not list(tmp_path.iterdir())


def test_no_more_pictures_are_read_than_are_used():
    given = iter([rough(200, 8) for _ in range(5)])
    assert len(_litert._some(given)) == 512
    assert len(list(given)) == 2


def test_a_damaged_source_is_answered_with_a_sentence(face, tmp_path):
    (tmp_path / "x.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelFileError, match=r"x.onnx' is not a model file, or it is damaged"):
        export.write_litert(face[0], tmp_path / "x.onnx", tmp_path / "x.tflite")


def test_what_litert_does_not_know_is_answered_with_a_sentence(source, tmp_path):
    pixels = keras.Input((32, 32, 3), dtype="uint8")
    x = keras.layers.Rescaling(1 / 255)(pixels)
    x = keras.layers.Lambda(lambda x: tf.reshape(tf.linalg.det(x[:, :3, :3, 0]), (-1, 1)), output_shape=(1,))(x)
    odd = keras.Model(pixels, keras.layers.Dense(3, activation="softmax")(x))
    with pytest.raises(ModelFileError, match="holds what LiteRT has no operation for"):
        export.write_litert(odd, source, tmp_path / "x.tflite")
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_none_is_answered_with_a_sentence(whole, tmp_path):
    with pytest.raises(ModelFileError, match="There is no file"):
        export.read_litert(tmp_path / "none.tflite")
    damaged = tmp_path / "x.tflite"
    damaged.write_bytes(b"nothing at all")
    with pytest.raises(ModelFileError, match="holds no contract, or it is damaged"):
        export.read_litert(damaged)
    data = whole.read_bytes()
    damaged.write_bytes(b"\0" * 5000 + data[5000:])  # the zip at its end is whole
    with pytest.raises(ModelFileError, match="is not a LiteRT file, or it is damaged"):
        export.read_litert(damaged)


def test_either_interpreter_will_do_and_none_is_answered_with_a_sentence(whole, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    older = export.read_litert(whole)
    assert type(older.interpreter).__module__.startswith("tensorflow")
    assert older.probabilities(rough(1, 32)).shape == (1, 3)
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(MissingPartError, match=r"No LiteRT interpreter .* pip install ai-edge-litert"):
        export.read_litert(whole)


# From a run


def test_a_run_becomes_both_files_and_says_what_8_bits_cost(small_run, tmp_path):
    before = sorted(small_run.folder.iterdir())
    made = pipeline.deliver(small_run, "litert", tmp_path / "smile.tflite")
    assert made.files == (tmp_path / "smile.tflite", tmp_path / "smile-int8.tflite")
    assert all(file.is_file() for file in made.files)
    assert "answers as the trained model does, to 0.0001" in made.sentences[0]
    assert "In 8 bits" in made.sentences[1]
    assert "they answer" in made.sentences[1]
    seen = rough(8, 24)
    one, other = export.read_litert(made.files[0]), Predictor(small_run.model, inputs="faces")
    np.testing.assert_allclose(one.probabilities(seen), other.probabilities(seen), atol=export.TOLERANCE)
    assert sorted(small_run.folder.iterdir()) == before


def test_what_cannot_be_delivered_is_answered_with_a_sentence(small_run, small_faces, tmp_path):
    with pytest.raises(SettingError, match=r"There is no export to 'lite'. Did you mean 'litert'"):
        pipeline.deliver(small_run, "lite")
    with pytest.raises(SettingError, match=r"a name that ends in \.tflite"):
        pipeline.deliver(small_run, "litert", tmp_path / "smile.onnx")
    fresh = pipeline.begin(small_faces, Recipe(folds=1, model="svm", size=24), tmp_path / "svm")
    with pytest.raises(SettingError, match="has no model file yet"):
        pipeline.deliver(fresh, "litert")
    svm = pipeline.resume(fresh)
    with pytest.raises(SettingError, match=r"'svm' is no network. Expected: a run of a network, for LiteRT. Use "):
        pipeline.deliver(svm, "litert")
    estimators = pipeline.RunContext(svm, Recipe.read(svm.recipe), pipeline.Reporter()).load_models()
    with pytest.raises(SettingError, match="This model is no network"):
        export.write_litert(estimators, svm.model, tmp_path / "x.tflite")

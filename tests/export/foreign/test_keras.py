"""Keras's own files and TensorFlow's folders, as people have them: taken where they are plain, refused where not."""

from __future__ import annotations

import json
import resource
import sys
import zipfile

import numpy as np
import pytest

from mien.core.errors import ModelFileError, SettingError
from mien.core.foreign import Foreign
from mien.export.foreign import classes_beside, guess, open_net, read_graph, settled

SIDE = 32


@pytest.fixture(scope="module")
def keras():
    from mien.backends import import_keras

    return import_keras()


@pytest.fixture(scope="module")
def teachable(keras):
    """Nested as Teachable Machine nests: a Sequential of two, the first of which holds a functional network."""
    from keras import layers

    given = keras.Input((SIDE, SIDE, 3), name="input_1")
    made = layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False, name="Conv1")(given)
    made = layers.ReLU(6.0, name="Conv1_relu")(layers.BatchNormalization(name="bn_Conv1")(made))
    deep = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="depthwise")(made)
    base = keras.Model(given, layers.Add(name="add")([made, deep]), name="model1")
    first = keras.Sequential([keras.Input((SIDE, SIDE, 3)), base, layers.GlobalAveragePooling2D()], name="sequential_1")
    head = [layers.Dense(5, activation="relu"), layers.Dense(3, activation="softmax", use_bias=False)]
    second = keras.Sequential([keras.Input((4,)), *head], name="sequential_3")
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), first, second], name="sequential_4")


@pytest.fixture(scope="module")
def plain(keras):
    """As the student report's script: no scale inside, five sigmoids."""
    from keras import layers

    stack = [layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten()]
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), *stack, layers.Dense(5, activation="sigmoid")])


def taken(path, folder, **said):
    place, form = settled(path, folder)
    graph, facts = read_graph(place, form, folder, said.get("size"))
    return open_net(str(path), graph, facts, Foreign(**said))


def same(net, model):
    rows = np.random.default_rng(0).random((3, SIDE, SIDE, 3), np.float32)
    np.testing.assert_allclose(net.ask(rows), model.predict(rows, verbose=0), atol=1e-5)


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_file_of_keras_3_answers_as_its_network(plain, tmp_path, ending):
    plain.save(tmp_path / f"net{ending}")
    net = taken(tmp_path / f"net{ending}", tmp_path)
    assert (net.size, net.channels, net.layout, net.outputs, net.answers) == (SIDE, 3, "nhwc", 5, "sigmoid")
    assert net.facts.maker.startswith("Keras 3.")
    same(net, plain)


def test_a_zip_of_teachable_machine_in_the_words_of_keras_2(teachable, tmp_path, keras_2):
    teachable.save(tmp_path / "keras_model.h5")
    keras_2(tmp_path / "keras_model.h5")
    with zipfile.ZipFile(tmp_path / "converted_keras.zip", "w") as made:
        made.write(tmp_path / "keras_model.h5", "keras_model.h5")
        made.writestr("labels.txt", "0 a\n1 b\n2 c\n")
    folder = tmp_path / "ours"
    folder.mkdir()
    net = taken(tmp_path / "converted_keras.zip", folder)
    assert net.facts.maker == "Keras 2.4.0"
    assert net.answers == "probabilities"
    same(net, teachable)


def test_without_the_repairs_keras_3_cannot_read_it(teachable, tmp_path, keras_2, monkeypatch):
    teachable.save(tmp_path / "keras_model.h5")
    keras_2(tmp_path / "keras_model.h5")
    monkeypatch.setattr("mien.export.foreign._keras.repair", lambda config: config)
    with pytest.raises(ModelFileError, match="Keras cannot load"):
        taken(tmp_path / "keras_model.h5", tmp_path)


def test_code_in_a_file_is_refused_before_keras_sees_it(keras, tmp_path, monkeypatch):
    lines = [keras.Input((SIDE, SIDE, 3)), keras.layers.Lambda(lambda x: x * 2), keras.layers.Flatten()]
    keras.Sequential([*lines, keras.layers.Dense(2)]).save(tmp_path / "net.keras")
    monkeypatch.setattr(keras.saving, "load_model", None)
    with pytest.raises(ModelFileError, match="class Lambda, which runs code out of the file"):
        taken(tmp_path / "net.keras", tmp_path)


def test_a_description_of_more_than_the_file_holds_fails_without_the_memory(plain, tmp_path):
    plain.save(tmp_path / "net.keras")
    with zipfile.ZipFile(tmp_path / "net.keras") as held:
        parts = {name: held.read(name) for name in held.namelist()}
    config = json.loads(parts["config.json"])
    config["config"]["layers"][-1]["config"]["units"] = 300_000  # 1 GB of weights
    parts["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(tmp_path / "lying.keras", "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # the most so far, KiB
    with pytest.raises(ModelFileError, match="Keras cannot load"):
        taken(tmp_path / "lying.keras", tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < before + 500_000


def test_what_else_lies_in_a_keras_file_is_refused(plain, tmp_path):
    plain.save(tmp_path / "net.keras")
    with zipfile.ZipFile(tmp_path / "net.keras", "a") as made:
        made.writestr("assets/../../evil.py", "import os")
    with pytest.raises(ModelFileError, match="beside its network"):
        taken(tmp_path / "net.keras", tmp_path)


def test_an_open_size_is_asked_for(keras, tmp_path):
    from keras import layers

    stack = [layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(2, activation="softmax")]
    keras.Sequential([keras.Input((None, None, 1)), *stack]).save(tmp_path / "net.keras")
    with pytest.raises(SettingError, match="Say it: --size 48"):
        taken(tmp_path / "net.keras", tmp_path)
    net = taken(tmp_path / "net.keras", tmp_path, size=48)
    assert (net.size, net.channels) == (48, 1)


@pytest.mark.parametrize("form", ["keras", "saved"])
def test_what_a_layer_keeps_outside_of_its_weights_comes_along(keras, tmp_path, form):
    from keras import layers

    scale = layers.Normalization(mean=[100.0, 90, 80], variance=[400.0, 500, 600])
    stack = [scale, layers.Conv2D(2, 3), layers.GlobalAveragePooling2D(), layers.Dense(2, activation="softmax")]
    model = keras.Sequential([keras.Input((SIDE, SIDE, 3)), *stack])
    if form == "keras":
        model.save(tmp_path / "net.keras")
    else:
        model.export(tmp_path / "net.saved", verbose=False)
    net = taken(next(tmp_path.glob("net.*")), tmp_path)
    assert guess(net, Foreign()).reading.scale == "0..255" or form == "saved"
    same(net, model)


def test_a_graph_that_is_not_its_network_is_refused(plain, tmp_path, monkeypatch):
    plain.save(tmp_path / "net.keras")
    right = sys.modules["mien.export.foreign._keras"].convert
    monkeypatch.setattr(
        "mien.export.foreign._keras.convert",
        lambda model, function, *names: right(model, lambda rows: function(rows) * 0.99, *names),
    )
    with pytest.raises(ModelFileError, match="as ONNX answers differently from the model itself"):
        taken(tmp_path / "net.keras", tmp_path)


def test_a_savedmodel_answers_as_its_network_from_a_zip_too(plain, tmp_path):
    plain.export(tmp_path / "saved", verbose=False)
    with zipfile.ZipFile(tmp_path / "converted_savedmodel.zip", "w") as made:
        for item in (tmp_path / "saved").rglob("*"):
            made.write(item, f"model.savedmodel/{item.relative_to(tmp_path / 'saved')}")
        made.writestr("labels.txt", "0 a\n1 b\n2 c\n3 d\n4 e\n")
    folder = tmp_path / "ours"
    folder.mkdir()
    net = taken(tmp_path / "converted_savedmodel.zip", folder)
    assert net.facts.maker.startswith("TensorFlow 2.")
    assert classes_beside(folder / "zip" / "model")[0] == ("a", "b", "c", "d", "e")
    same(net, plain)


def test_a_savedmodel_that_touches_files_is_refused_unloaded(keras, tmp_path, monkeypatch):
    import tensorflow as tf

    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec((None, SIDE, SIDE, 3))], autograph=False)
    def answer(rows):
        tf.io.write_file(str(tmp_path / "written"), "x")
        return {"scores": tf.reduce_mean(rows, (1, 2))}

    tf.saved_model.save(module, str(tmp_path / "saved"), signatures={"serving_default": answer})
    monkeypatch.setattr(tf.saved_model, "load", None)
    with pytest.raises(ModelFileError, match="holds more than arithmetic: WriteFile"):
        taken(tmp_path / "saved", tmp_path)
    assert not (tmp_path / "written").exists()

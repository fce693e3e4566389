"""Weights of a backbone: from a file, from the cache, from their owner's server, and what is said where they are not.

No test asks the owner: `keras_home` leads all https to a closed port, and the servers here are on this machine.
"""

import contextlib
import functools
import hashlib
import http.server
import socket
import threading

import numpy as np
import pytest
from keras.src.applications import convnext, efficientnet_v2, mobilenet_v3

from mien import models
from mien.backends import keras_home as home_of_keras
from mien.core.errors import SettingError, StorageError
from mien.core.recipe import Recipe
from mien.models.pretrained import _weights, network, pretrained_network
from mien.models.pretrained._backbones import BACKBONES, OWNER

NAME = "mobilenetv3-small"
FILE = BACKBONES[NAME].file_name


def values(model):
    return [np.asarray(variable) for variable in model.weights]


def same(one, two):
    return all(np.array_equal(a, b) for a, b in zip(values(one), values(two), strict=True))


WRITTEN = {
    "a.h5": lambda model, path: model.save(path),
    "a.hdf5": lambda model, path: model.save(path),
    "a.weights.h5": lambda model, path: model.save_weights(path),
    "a.keras": lambda model, path: model.save(path),
}


@pytest.fixture(scope="module")
def files(application, tmp_path_factory):
    """What Keras writes of one backbone, by file name."""
    folder = tmp_path_factory.mktemp("weights")
    for name, write in WRITTEN.items():
        write(application(NAME), folder / name)
    return folder


@pytest.fixture(scope="module")
def built():
    """Each network built once: half a second and more for 150 layers."""
    return functools.cache(network)


@pytest.fixture
def blank(built, monkeypatch):
    """Let files be read into networks that hold nothing but zeros."""

    def emptied(name, size):
        for variable in (model := built(name, size)).weights:
            variable.assign(np.zeros(variable.shape))
        return model

    monkeypatch.setattr(_weights, "network", emptied)


@pytest.mark.parametrize("name", WRITTEN)
def test_whatever_keras_writes_is_read(blank, application, files, name):
    assert same(pretrained_network(NAME, 32, str(files / name)), application(NAME))


@pytest.mark.parametrize("name", WRITTEN)
def test_the_weights_of_another_network_are_answered_with_a_sentence(blank, files, name):
    said = (
        r"do not fit the backbone 'efficientnetv2-b0' \(.+\). "
        r"Expected: weights of keras.applications.EfficientNetV2B0 with include_top=False. Name the network"
    )
    with pytest.raises(SettingError, match=said):
        pretrained_network("efficientnetv2-b0", 32, str(files / name))


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("share", [0.001, 0.5, 0.99])
def test_a_truncated_file_is_answered_with_a_sentence(blank, files, tmp_path, name, share):
    whole = (files / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(
        SettingError, match=rf"The weights '.*{name}' do not fit the backbone 'mobilenetv3-small' \(.+\)"
    ):
        pretrained_network(NAME, 32, str(tmp_path / name))


@pytest.mark.parametrize("data", [b"", b"weights", b"<html>Not found</html>"], ids=["empty", "text", "page"])
@pytest.mark.parametrize("name", ["a.h5", "a.hdf5", "a.keras"])
def test_another_file_of_that_name_is_answered_with_a_sentence(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SettingError, match=r"a\.\w+' is not a file of weights, whatever its name says. Expected"):
        pretrained_network(NAME, 32, str(tmp_path / name))


def test_no_file_and_no_weights_are_answered_with_a_sentence(tmp_path):
    with pytest.raises(SettingError, match=r"none.h5' cannot be read \(No such file or directory\). Check the path"):
        pretrained_network(NAME, 32, str(tmp_path / "none.h5"))
    (tmp_path / "folder.h5").mkdir()
    with pytest.raises(SettingError, match=r"folder.h5' cannot be read \(Is a directory\)"):
        pretrained_network(NAME, 32, str(tmp_path / "folder.h5"))
    with pytest.raises(SettingError, match=r"weights = 'noisy-student'. Expected: imagenet, none, or a file"):
        pretrained_network(NAME, 32, "noisy-student")


TABLES = {"mobilenetv3": mobilenet_v3, "efficientnetv2": efficientnet_v2, "convnext": convnext}


@pytest.mark.parametrize("name", BACKBONES)
def test_a_file_is_named_as_keras_names_it(name):
    family, _, size = name.rpartition("-")
    key = {"mobilenetv3": f"{size}_224_1.0_float", "efficientnetv2": name[-2:], "convnext": f"convnext_{size}"}[family]
    table = TABLES[family]
    assert key in table.WEIGHTS_HASHES
    owner = getattr(table, "BASE_WEIGHT_PATH", None) or table.BASE_WEIGHTS_PATH
    assert (OWNER + BACKBONES[name].file).startswith(owner)
    assert key in BACKBONES[name].file


@pytest.mark.parametrize("name", ["mobilenetv3-small", "efficientnetv2-b0", "convnext-tiny"])
def test_without_a_network_a_sentence_says_what_to_fetch_and_where_to_put_it(keras_home, capfd, name):
    file = BACKBONES[name].file_name
    with pytest.raises(StorageError) as caught:
        pretrained_network(name, 32, "imagenet")
    said = str(caught.value)
    assert f"The ImageNet weights of '{name}' are not in {keras_home / 'models'}" in said
    assert "Connection refused" in said
    assert f"Fetch {OWNER}{BACKBONES[name].file} where there is a network, and put it there as {file}" in said
    assert "--from RUN, needs no network" in said
    assert f"URL fetch failure on {OWNER}{BACKBONES[name].file}:" in str(caught.value.__cause__)  # what Keras asked for
    assert capfd.readouterr().out == ""


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def owner(folder):
    """A server on this machine in the owner's place."""
    handler = functools.partial(Silent, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def accepted(monkeypatch, files):
    """Let Keras take our file for the owner's: it compares hashes."""
    ours = hashlib.md5((files / "a.h5").read_bytes(), usedforsecurity=False).hexdigest()
    monkeypatch.setitem(mobilenet_v3.WEIGHTS_HASHES, "small_224_1.0_float", ("", ours))


def served(monkeypatch, address):
    monkeypatch.setattr(mobilenet_v3, "BASE_WEIGHT_PATH", address)


def test_weights_are_fetched_once_and_then_taken_from_the_cache(
    keras_home, accepted, files, application, tmp_path, monkeypatch, capfd
):
    (tmp_path / FILE).write_bytes((files / "a.h5").read_bytes())
    with owner(tmp_path) as address:
        served(monkeypatch, address)
        assert same(pretrained_network(NAME, 32, "imagenet"), application(NAME))
    assert (keras_home / "models" / FILE).read_bytes() == (files / "a.h5").read_bytes()
    assert same(pretrained_network(NAME, 32, "imagenet"), application(NAME))  # the server is gone
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("Downloading data") == 1


def test_what_is_fetched_is_said_before_it_is_asked_for(keras_home, caplog):
    with pytest.raises(StorageError):
        pretrained_network(NAME, 32, "imagenet")
    (said,) = caplog.messages
    assert said.startswith(f"The ImageNet weights of '{NAME}' are not here yet. Fetching them once from {OWNER}")
    assert said.endswith(f"into {keras_home / 'models'}. MIEN_OFFLINE=1 forbids it.")


def test_offline_the_owner_is_not_asked(keras_home, accepted, files, tmp_path, monkeypatch, capfd):
    (tmp_path / FILE).write_bytes((files / "a.h5").read_bytes())
    monkeypatch.setenv("MIEN_OFFLINE", "1")
    with owner(tmp_path) as address:
        served(monkeypatch, address)
        with pytest.raises(StorageError, match=r"could not be fetched \(MIEN_OFFLINE is set\). Fetch https://"):
            pretrained_network(NAME, 32, "imagenet")
    assert "Downloading" not in capfd.readouterr().err


def test_keras_makes_no_folder_at_home_unless_it_has_one(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert home_of_keras() == tmp_path / "cache" / "mien" / "keras"
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text("{}")
    assert home_of_keras() == tmp_path / ".keras"
    monkeypatch.setenv("KERAS_HOME", "~/other")
    assert home_of_keras() == tmp_path / "other"


def test_a_file_put_there_by_hand_is_found(keras_home, accepted, files, application):
    (keras_home / "models").mkdir()
    (keras_home / "models" / FILE).write_bytes((files / "a.h5").read_bytes())
    assert same(pretrained_network(NAME, 32, "imagenet"), application(NAME))


def test_another_file_put_there_by_hand_is_answered_with_a_sentence(keras_home, files):
    (keras_home / "models").mkdir()
    (keras_home / "models" / FILE).write_bytes((files / "a.h5").read_bytes())  # not the owner's, says its hash
    with pytest.raises(StorageError, match=r"in .* were not the owner's file, and could not be fetched \(.*refused"):
        pretrained_network(NAME, 32, "imagenet")


def test_what_the_server_sends_is_compared(keras_home, files, tmp_path, monkeypatch):
    (tmp_path / FILE).write_bytes((files / "a.h5").read_bytes()[:-1])
    with owner(tmp_path) as address:
        served(monkeypatch, address)
        with pytest.raises(StorageError, match=r"\(what came is not the file that Keras expects\). Fetch https://"):
            pretrained_network(NAME, 32, "imagenet")


def test_a_server_that_has_not_got_it_is_answered_with_a_sentence(keras_home, tmp_path, monkeypatch):
    with owner(tmp_path) as address:
        served(monkeypatch, address)
        with pytest.raises(StorageError, match=r"could not be fetched \(File not found\). Fetch https://"):
            pretrained_network(NAME, 32, "imagenet")


def test_a_server_that_says_nothing_is_not_waited_for(keras_home, monkeypatch):
    monkeypatch.setattr(_weights, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        served(monkeypatch, f"http://127.0.0.1:{mute.getsockname()[1]}/")
        with pytest.raises(StorageError, match=r"the server sent nothing for 0.2 seconds"):
            pretrained_network(NAME, 32, "imagenet")
    assert socket.getdefaulttimeout() is None


def test_a_cache_that_cannot_be_written_is_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "nowhere"))
    assert _weights.cache().parts[-2:] == (".keras", "models")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert _weights.cache() == tmp_path / "models"


def test_a_run_is_refused_before_anything_long(keras_home):
    with pytest.raises(StorageError, match="The ImageNet weights of"):
        models.fetch(models.resolve(Recipe(model="transfer")))
    models.fetch(models.resolve(Recipe(model="transfer", weights="none")))
    models.fetch(models.resolve(Recipe(model="transfer", warm_start="runs/x")))


def test_the_weights_of_a_file_come_into_a_fresh_network(application, files, keras_home):
    recipe = models.resolve(Recipe(model="transfer", size=48, weights=str(files / "a.weights.h5")))
    model = models.build(models.contract(recipe, ("happy", "sad")), recipe)
    assert same(model.get_layer("backbone"), application(NAME))
    again = models.build(models.contract(recipe, ("happy", "sad")), recipe, pretrained=False)
    assert not same(again.get_layer("backbone"), application(NAME))


def test_a_larger_picture_takes_the_same_weights():
    assert [v.shape for v in network(NAME, 32).weights] == [v.shape for v in network(NAME, 96).weights]

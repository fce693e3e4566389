"""What starting Keras loads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CODE = """
import sys
from mien.backends import import_keras, seed
keras = import_keras()
seed(keras, 5)
draw = keras.random.normal((3,))
print(keras.backend.backend(), *sorted({"jax", "sklearn", "scipy.stats", "tensorflow"} & set(sys.modules)))
import sklearn.svm, jax, tensorflow
seed(keras, 5)
assert (keras.ops.convert_to_numpy(draw) == keras.ops.convert_to_numpy(keras.random.normal((3,)))).all()
"""


@pytest.mark.parametrize(("backend", "loaded"), [("tensorflow", "tensorflow"), ("jax", "jax")])
def test_a_process_of_mien_s_own_loads_nothing_that_keras_only_offers_to_others(backend, loaded):
    environment = {**os.environ, "MIEN_OWN_PROCESS": "1", "KERAS_BACKEND": backend}
    done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [backend, *loaded.split()]

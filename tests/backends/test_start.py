"""What starting Keras loads."""

from __future__ import annotations

import os
import subprocess
import sys

CODE = """
import sys
from mien.backends import import_keras
keras = import_keras()
print(keras.backend.backend(), *sorted({"jax", "sklearn", "scipy.stats"} & set(sys.modules)))
import sklearn.svm, jax
"""


def test_a_process_of_mien_s_own_loads_nothing_that_keras_only_offers_to_others():
    environment = {**os.environ, "MIEN_OWN_PROCESS": "1", "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "tensorflow\n"

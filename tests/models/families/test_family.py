"""The registry of families as a user meets it."""

import subprocess
import sys

import pytest

from mien import models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe


def test_ours_are_registered():
    assert {"compact", "report"} <= set(models.names())


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(SettingError, match=r"There is no model 'compct'. Did you mean 'compact'\?"):
        models.family("compct")


def test_the_contract_follows_recipe_and_family():
    contract = models.contract(Recipe(model="report", size=64), ("happy", "sad"))
    assert (contract.size, contract.labels, contract.colour) == (64, ("happy", "sad"), "rgb")
    assert models.contract(Recipe(model="report"), ("happy", "sad")).size == 256


def test_listing_and_describing_load_no_framework():
    code = (
        "import sys; from mien import models\n"
        "for name in models.names(): models.family(name).about\n"
        "print([name for name in ('keras', 'tensorflow', 'jax', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "threads"), [("report", 1), ("compact", 0)])
def test_training_switches_onednn_on_shares_the_cores_and_keeps_quiet(name, threads):
    code = (
        "import os; from mien import backends, models\n"
        "from mien.core.recipe import Recipe; from mien.core.types import *\n"
        "backends.accelerators()\n"
        f"models.build(InputContract(('a', 'b'), 32), Recipe(model='{name}'))\n"
        "import tensorflow as tf\n"
        "print(os.environ['TF_ENABLE_ONEDNN_OPTS'], tf.config.threading.get_inter_op_parallelism_threads())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"1 {threads}"
    assert done.stderr == ""

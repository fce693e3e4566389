"""What a person says of a model of another maker."""

from __future__ import annotations

import pytest

from mien.core.errors import SettingError
from mien.core.foreign import Foreign


def test_classes_are_in_the_order_in_which_they_were_typed():
    assert Foreign(classes="sad, happy,").labels == ("sad", "happy")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"scale": "0..2"}, "Did you mean"),
        ({"colour": "gray"}, "Did you mean 'grey'"),
        ({"layout": "nhcw"}, "Did you mean"),
        ({"size": 4}, "16 to 1024 pixels"),
    ],
)
def test_what_is_not_known_is_a_sentence(settings, sentence):
    with pytest.raises(SettingError, match=sentence):
        Foreign(**settings)

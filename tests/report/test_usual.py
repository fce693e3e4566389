"""What a random split would have claimed is said where it was measured, and where it was not."""

from __future__ import annotations

import shutil

import pytest

from mien import report
from mien.core.files import read_json, write_json
from mien.core.run import Run


@pytest.mark.parametrize(
    ("usual", "said"),
    [
        ({"how": "same", "crossing": 0}, "No difference here: no two of these pictures share a picture"),
        ({"how": "copies", "crossing": 9, "gain": 0.2, "people": False}, "of 100 where"),
        ({"how": "copies", "crossing": 9, "gain": 0.0, "people": True}, "Not measured. 9 of 90 pictures share"),
        ({"how": "copies", "crossing": 9, "gain": 0.2, "people": True}, "by the copies alone. 9 of 90 pictures share"),
    ],
)
def test_what_was_not_measured_is_not_claimed(run, tmp_path, usual, said):
    copy = Run(shutil.copytree(run.folder, tmp_path / "demo"))
    scores = read_json(copy.scores)
    honest = scores["test"]["accuracy"]["value"]
    write_json(copy.scores, scores | {"usual": {"accuracy": honest + usual.pop("gain", 0.0), "n": 90, **usual}})
    page = report.write(copy).read_text()
    assert said in page
    assert ("knowing the same people" in page) is usual.get("people", False)
    assert ("No difference here" in page) is (usual["how"] == "same")

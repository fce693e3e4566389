"""Audit graded on drawn faces with planted defects: all of them found, nothing else."""

from __future__ import annotations

import polars as pl

from mien import audit, collect, samples

# What each planted defect must be called; a wrong label cannot be seen in the file.
_CALLED = {
    "wrong_ending": "wrong-ending",
    "svg": "unsupported",
    "truncated": "truncated",
    "empty": "empty",
    "text": "unsupported",
    "animated_gif": "animated",
    "twin": "twin",
    "twin_other_label": "twin-labels",
}


def test_every_planted_defect_is_found_and_no_clean_file_is_blamed(tmp_path):
    manifest = collect.scan(samples.draw(tmp_path / "faces", samples=40, seed=3, dirty=True))
    found = audit.check(manifest).findings.frame
    defects = pl.read_csv(tmp_path / "faces" / "defects.csv").filter(pl.col("defect") != "wrong_label")
    told = {(row["id"], row["issue"]) for row in found.iter_rows(named=True)}
    wanted = {(row["path"], _CALLED[row["defect"]]) for row in defects.iter_rows(named=True)}
    originals = dict(defects.filter(pl.col("defect").str.starts_with("twin")).select("path", "detail").iter_rows())
    assert len(wanted) >= 10
    # Of two copies either may be the one that is kept.
    missed = {(path, issue) for path, issue in wanted if not {(path, issue), (originals.get(path), issue)} & told}
    assert missed == set()
    assert {name for name, _ in told} <= {name for name, _ in wanted} | set(originals.values())

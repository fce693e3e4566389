"""Clips that are silent, distorted, or off their middle."""

from __future__ import annotations

import numpy as np
import polars as pl

from mien.kinds import Check, Issue, Sample, found

SILENT = Issue(
    "silent",
    "Silent",
    "warning",
    "Nothing can be heard in it.",
    "Remove it or record it again; it stays in use until you do.",
)
CLIPPED = Issue(
    "clipped",
    "Distorted",
    "warning",
    "Recorded too loud: the tops of its waves are cut off flat.",
    "Record it again with less gain, if you can; a few such clips do no harm.",
)
OFF_MIDDLE = Issue(
    "dc-offset",
    "Off its middle",
    "note",
    "All its samples are shifted to one side: a fault of the microphone or its plug.",
    "Nothing for Mien, whose models do not hear it; mend the recorder before you record more.",
)
# The softest of RAVDESS's 1,200 clips has a peak of -43 dBFS.
_SILENT = -50.0  # dBFS, of the peak
_NEAR = 0.97  # of the peak: where cut tops lie, also after resampling
# Of all samples. RAVDESS has 0.2 % in the worst of its clips, which are cut off indeed; a wave amplified to twice what
# fits has more than 1 %.
_FLAT = 0.006
_LOUD = 0.1  # peak below which nothing was cut off
_SHIFT, _SHIFT_SHARE = 0.005, 0.1  # of full scale, and of the standard deviation; RAVDESS has up to 0.0004 and 0.02


def _measure(sample: Sample) -> tuple[float | None, float | None, float | None]:
    samples = sample.decoded  # float32 [T]
    if samples is None:
        return None, None, None
    peak = float(np.abs(samples).max())
    flat = float((np.abs(samples) >= _NEAR * peak).mean()) if peak >= _LOUD else 0.0
    mean, spread = abs(float(samples.mean(dtype=np.float64))), float(samples.std(dtype=np.float64))
    shift = mean if mean > max(_SHIFT, _SHIFT_SHARE * spread) else 0.0
    return 20 * float(np.log10(max(peak, 1e-6))), flat, shift


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    heard = files.filter(pl.col("peak_level") >= _SILENT)
    silent = found(files.filter(pl.col("peak_level") < _SILENT), SILENT, pl.format("'{}' is silent, or nearly.", "id"))
    share = (100 * pl.col("cut_tops")).round(1)
    why = pl.format("'{}' is distorted: {} % of its samples lie at its loudest level.", "id", share)
    clipped = found(heard.filter((pl.col("cut_tops") > _FLAT) & (pl.col("shift") == 0)), CLIPPED, why)
    off = pl.format("'{}' is shifted by {} % of full scale.", "id", (100 * pl.col("shift")).round(1))
    return pl.concat([silent, clipped, found(heard.filter(pl.col("shift") > 0), OFF_MIDDLE, off)])


CHECK = Check(
    (SILENT, CLIPPED, OFF_MIDDLE),
    _judge,
    {"peak_level": pl.Float64, "cut_tops": pl.Float64, "shift": pl.Float64},
    _measure,
)

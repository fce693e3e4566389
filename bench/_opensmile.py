"""The peer openSMILE, asked by its own Python: it has its own environment, and imports nothing of Mien's.

$ python bench/_opensmile.py CLIPS.txt OUT.npz     functionals of the clips of a list, one path a line

OUT.npz holds ``ComParE_2016``, float32 [N, 6373], and ``eGeMAPSv02``, float32 [N, 88], and what a clip took of one
core, seconds, as ``seconds_...`` (audEERING, opensmile 2.6.0: Eyben et al. 2010, 2016).
"""

import sys
import time
from pathlib import Path

import numpy as np
import opensmile
import soundfile

SETS = ("ComParE_2016", "eGeMAPSv02")


def main():
    """Measure every clip with every set."""
    clips, found = Path(sys.argv[1]).read_text().splitlines(), {}
    for name in SETS:
        smile = opensmile.Smile(
            feature_set=opensmile.FeatureSet[name], feature_level=opensmile.FeatureLevel.Functionals
        )
        begun, rows = time.process_time(), []
        for clip in clips:
            samples, rate = soundfile.read(clip, dtype="float32")
            rows.append(smile.process_signal(samples, rate).to_numpy(np.float32)[0])
        found |= {name: np.stack(rows), f"seconds_{name}": (time.process_time() - begun) / len(clips)}
    np.savez(sys.argv[2], **found)


if __name__ == "__main__":
    main()

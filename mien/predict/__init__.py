"""Model file + a picture -> answer. Needs ONNX Runtime and Pillow, OpenCV to find faces, never TensorFlow.

Examples
--------
>>> from mien import Predictor
>>> Predictor("no-such.onnx")
Traceback (most recent call last):
mien.core.errors.ModelFileError: There is no model file 'no-such.onnx'. Make one: mien run FOLDER.
"""

from mien.predict._file import in_the_box, model_file
from mien.predict._moments import Moment, Seen, watch
from mien.predict._predictor import Predictor, Sample
from mien.predict._question import finds
from mien.predict._timeline import Timeline, Track

__all__ = [
    "Moment",
    "Predictor",
    "Sample",
    "Seen",
    "Timeline",
    "Track",
    "finds",
    "in_the_box",
    "model_file",
    "watch",
]

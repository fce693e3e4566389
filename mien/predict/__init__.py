"""Model file + a picture -> answer. Needs ONNX Runtime and Pillow, OpenCV to find faces, never TensorFlow.

Examples
--------
>>> from mien import Predictor
>>> Predictor("no-such.onnx")
Traceback (most recent call last):
mien.core.errors.ModelFileError: There is no model file 'no-such.onnx'. Make one: mien run FOLDER.
"""

from mien.core.deprecated import renamed
from mien.predict._file import box_model, in_the_box, model_file
from mien.predict._options import uses_detector
from mien.predict._predictor import Predictor
from mien.predict._recording import Recording, Stretch, listen
from mien.predict._sample import Sample
from mien.predict._timeline import Timeline, Track
from mien.predict._tracking import FrameResult, TrackedFace, track

__all__ = [
    "FrameResult",
    "Predictor",
    "Recording",
    "Sample",
    "Stretch",
    "Timeline",
    "Track",
    "TrackedFace",
    "box_model",
    "in_the_box",
    "listen",
    "model_file",
    "track",
    "uses_detector",
]

__getattr__ = renamed(
    __name__, {"Moment": "FrameResult", "Seen": "TrackedFace", "finds": "uses_detector", "watch": "track"}
)

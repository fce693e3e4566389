"""`sample:faces`: faces that Mien draws itself, with the truth about each.

A face is a set of numbers (`FaceParameters`): who (`_identity`), which muscles move (`_expression`), and
everything around it (`_scene`). `draw` turns them into pixels: `_geometry` places the features,
`_features`, `_hair`, `_beard` and `_wear` paint them flat, `_relief` and `_light` light them, `_camera`
turns the head and takes the picture. `write_faces` makes the folder, `_dirty` plants defects in it.
"""

from mien.samples.faces._draw import draw
from mien.samples.faces._expression import ACTION_UNITS, EMOTIONS, LABELS
from mien.samples.faces._parameters import FaceParameters
from mien.samples.faces._sample import write_faces
from mien.samples.faces._scene import sample_parameters

__all__ = [
    "ACTION_UNITS",
    "EMOTIONS",
    "LABELS",
    "FaceParameters",
    "draw",
    "sample_parameters",
    "write_faces",
]

"""Near copies of pictures: signatures that copies share, and what tells copies from look-alikes.

Signatures are compared in `mien.core.neighbours`; pairs that are close are laid over each other here. Imports OpenCV
only where pictures are compared.
"""

from mien.copies._confirm import compare_forms, confirm_copies, look_closer
from mien.copies._same_picture import COPY, is_unsure, same_picture
from mien.copies._signature import reduce_picture, reduced_forms, signatures

__all__ = [
    "COPY",
    "compare_forms",
    "confirm_copies",
    "is_unsure",
    "look_closer",
    "reduce_picture",
    "reduced_forms",
    "same_picture",
    "signatures",
]

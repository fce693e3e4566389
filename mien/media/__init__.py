"""Files to arrays and back: the same code in training and in serving.

Nothing but NumPy and Pillow is loaded here; Polars only when a table is read, the HEIC library only for HEIC, OpenCV
only for videos.
"""

from mien.core.deprecated import renamed
from mien.media._archives import tar_headers
from mien.media._coding import OLD_TABLE, OLD_ZIP, guess_coding
from mien.media._colour import fit, on_white
from mien.media._containers import container_kind
from mien.media._decode import MAX_DECODED, MAX_PIXELS, decode, frames, image_pixels
from mien.media._drawn import is_drawn, mark_drawn
from mien.media._encode import encode_png, encode_webp, thumbnail
from mien.media._files import MAX_BYTES, as_text, open_file, read_stream, real_path, visible_files
from mien.media._inside import read_whole
from mien.media._json import json_records
from mien.media._microphone import Microphone
from mien.media._others import describe_file
from mien.media._read import read, read_many
from mien.media._sniff import sniff
from mien.media._tables import pixel_column, pixel_places
from mien.media._taken import taken
from mien.media._text import PICTURE_ENDINGS, TextTable, text_table
from mien.media._video import Frame, Video, is_moving, is_video
from mien.media._video_writer import check_video_name, write_video
from mien.media._wrapped import unwrapped

__all__ = [
    "MAX_BYTES",
    "MAX_DECODED",
    "MAX_PIXELS",
    "OLD_TABLE",
    "OLD_ZIP",
    "PICTURE_ENDINGS",
    "Frame",
    "Microphone",
    "TextTable",
    "Video",
    "as_text",
    "check_video_name",
    "container_kind",
    "decode",
    "describe_file",
    "encode_png",
    "encode_webp",
    "fit",
    "frames",
    "guess_coding",
    "image_pixels",
    "is_drawn",
    "is_moving",
    "is_video",
    "json_records",
    "mark_drawn",
    "on_white",
    "open_file",
    "pixel_column",
    "pixel_places",
    "read",
    "read_many",
    "read_stream",
    "read_whole",
    "real_path",
    "sniff",
    "taken",
    "tar_headers",
    "text_table",
    "thumbnail",
    "unwrapped",
    "visible_files",
    "write_video",
]

__getattr__ = renamed(__name__, {"Film": "Video", "check_film_name": "check_video_name", "write_film": "write_video"})

"""The page that people use: its files, ready to be sent, and what it must know of the models that answer.

`browser/` is what runs on the visitor's device. The server and the web export send it with ``mien.json``.
"""

from mien.app._app import KINDS, Asset, assets
from mien.app._config import CHECK, DETECTOR, PageModel, face_check, page_config

__all__ = ["CHECK", "DETECTOR", "KINDS", "Asset", "PageModel", "assets", "face_check", "page_config"]

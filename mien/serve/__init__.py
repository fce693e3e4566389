"""The server: samples in, answers out, and a page for people.

Examples
--------
>>> from mien import serve
>>> serve.Settings(host="0.0.0.0")
Traceback (most recent call last):
mien.core.errors.SettingError: '0.0.0.0' can be reached from other machines, and no key is set. Set one: ...
"""

from mien.serve._app import app
from mien.serve._server import run
from mien.serve._settings import Settings

__all__ = ["Settings", "app", "run"]

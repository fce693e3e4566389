"""The papers that a model's use asks for: the page people are shown, the log, a risk assessment's draft, the law.

Examples
--------
>>> from mien.notice import Deployment, banned
>>> banned("A networking art installation") is None
True
>>> Deployment("An art installation", "Museum of Masks", "desk@example.org", "nothing").language
'en'
"""

from mien.notice._deployment import EXCEPTIONS, Deployment
from mien.notice._language import LANGUAGES
from mien.notice._purpose import Banned, banned
from mien.notice._write import FILES, papers, write

__all__ = ["EXCEPTIONS", "FILES", "LANGUAGES", "Banned", "Deployment", "banned", "papers", "write"]

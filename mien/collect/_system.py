"""What systems, servers and programs leave behind among people's files: none of it is ever a sample."""

from __future__ import annotations

import re

WHAT = "system files and folders"
EMPTY = "empty folders"

_NAMES = {
    # Windows
    *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "folder.ini", "picasa.ini", "$recycle.bin"),
    *("recycler", "system volume information", "$extend", "$winreagent", "msocache", "config.msi"),
    # macOS
    *("__macosx", "icon\r", "icon\uf00d", "network trash folder", "temporary items", "thevolumesettingsfolder"),
    # Linux, Android
    *("lost+found", "lost.dir"),
    # Storage servers: Synology, QNAP, Western Digital, FreeNAS
    *("@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "@sharebin", "@tmp", "@appstore"),
    *("@download", "@__thumb", "_gsdata_", "wdmyclouddesktop", "~snapshot", "dfsrprivate"),
    # Programs beside the data
    *("__pycache__", "node_modules", "site-packages", "venv", "cvs"),
}
_FORMS = re.compile(r"\.|~\$|found\.\d{3}$|.*\.quarantine$|.*\.(?:pyc|lnk)$", re.IGNORECASE | re.DOTALL)


def is_system(name: str) -> bool:
    """Say whether a file or folder is none of the data: hidden, left behind by a system, or Mien's quarantine."""
    return bool(_FORMS.match(name)) or name.lower() in _NAMES

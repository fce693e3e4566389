"""Sources to manifests: a folder of class folders, an archive of one, a table, or faces that Mien draws itself."""

from mien.collect._expressions import meaning
from mien.collect._scan import scan
from mien.collect._votes import votes_of

__all__ = ["meaning", "scan", "votes_of"]

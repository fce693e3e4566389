"""Pages for people: reports and audits, put together from plain Python and CSS.

Every string that is not `Html` is escaped, so a label or a file name can never become part of the page's code. A page
is one file: it loads nothing, runs nothing and sends nothing.

Examples
--------
>>> from mien import web
>>> web.page("Two faces", web.section("Labels", web.badge("<b>happy</b>"))).count("<b>")
0
"""

from mien.web._app import Asset, assets
from mien.web._axis import Axis
from mien.web._colours import class_colour, class_ink, contrast
from mien.web._config import FINDER, PageModel, page_config
from mien.web._counts import counts
from mien.web._curves import curves
from mien.web._differences import differences
from mien.web._html import Html, escape, join, tag
from mien.web._intervals import Estimate, intervals
from mien.web._matrix import matrix
from mien.web._page import Section, block, page, section
from mien.web._pictures import card, grid, image, missing, pair, wide_card
from mien.web._pieces import badge, bars, code, columns, details, facts, number, severity, table, text
from mien.web._scatter import Point, scatter
from mien.web._words import count, duration, listing, percent, points, span, weight

__all__ = [
    "FINDER",
    "Asset",
    "Axis",
    "Estimate",
    "Html",
    "PageModel",
    "Point",
    "Section",
    "assets",
    "badge",
    "bars",
    "block",
    "card",
    "class_colour",
    "class_ink",
    "code",
    "columns",
    "contrast",
    "count",
    "counts",
    "curves",
    "details",
    "differences",
    "duration",
    "escape",
    "facts",
    "grid",
    "image",
    "intervals",
    "join",
    "listing",
    "matrix",
    "missing",
    "number",
    "page",
    "page_config",
    "pair",
    "percent",
    "points",
    "scatter",
    "section",
    "severity",
    "span",
    "table",
    "tag",
    "text",
    "weight",
    "wide_card",
]

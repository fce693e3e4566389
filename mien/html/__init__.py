"""Pages for people: reports and audits, put together from plain Python and CSS.

Every string that is not `Html` is escaped, so a label or a file name can never become part of the page's code. A page
is one file: it loads nothing, runs nothing and sends nothing.

Examples
--------
>>> from mien import html
>>> html.page("Two faces", html.section("Labels", html.badge("<b>happy</b>"))).count("<b>")
0
"""

from mien.html._axis import Axis
from mien.html._colours import class_colour, class_ink, contrast
from mien.html._counts import counts
from mien.html._coverage import Kept, coverage
from mien.html._curves import curves
from mien.html._differences import differences
from mien.html._heat import heat
from mien.html._html import Html, escape, join, tag
from mien.html._intervals import Estimate, intervals
from mien.html._markdown import markdown
from mien.html._matrix import matrix
from mien.html._page import PageWords, Section, block, page, section, stylesheet
from mien.html._pictures import card, grid, image, media, missing, pair, wide_card
from mien.html._pieces import badge, bars, code, columns, details, facts, number, severity, table, text
from mien.html._reliability import Promise, reliability
from mien.html._scatter import Point, scatter
from mien.html._strips import strips
from mien.html._words import clock, count, duration, listing, percent, points, span, weight

__all__ = [
    "Axis",
    "Estimate",
    "Html",
    "Kept",
    "PageWords",
    "Point",
    "Promise",
    "Section",
    "badge",
    "bars",
    "block",
    "card",
    "class_colour",
    "class_ink",
    "clock",
    "code",
    "columns",
    "contrast",
    "count",
    "counts",
    "coverage",
    "curves",
    "details",
    "differences",
    "duration",
    "escape",
    "facts",
    "grid",
    "heat",
    "image",
    "intervals",
    "join",
    "listing",
    "markdown",
    "matrix",
    "media",
    "missing",
    "number",
    "page",
    "pair",
    "percent",
    "points",
    "reliability",
    "scatter",
    "section",
    "severity",
    "span",
    "strips",
    "stylesheet",
    "table",
    "tag",
    "text",
    "weight",
    "wide_card",
]

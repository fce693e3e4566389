"""Reads a page as a strict stranger would, and lists what is wrong with it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"br", "hr", "img", "link", "meta"}
LOADS = {"src", "href", "srcset", "poster", "data", "action", "formaction", "xlink:href", "background"}


class Page(HTMLParser):
    """Elements of a page, in order, and the problems met on the way."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[int, list[str]] = {}
        self._open: list[tuple[str, int]] = []
        self.feed(text)
        self.close()
        self.problems += [f"<{name}> never closed" for name, _ in self._open]
        self._check()

    def handle_starttag(self, tag, attrs) -> None:
        if len({name for name, _ in attrs}) != len(attrs):
            self.problems.append(f"<{tag}> has an attribute twice")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, len(self.elements) - 1))

    def handle_endtag(self, tag) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.problems.append(f"</{tag}> closes {self._open[-1][0] if self._open else 'nothing'}")
            return
        self._open.pop()

    def handle_data(self, data) -> None:
        for _, index in self._open:
            self.words.setdefault(index, []).append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of all elements of a kind."""
        return [attrs for name, attrs in self.elements if name == tag]

    def texts(self, tag: str) -> list[str]:
        """Words of all elements of a kind."""
        return [
            " ".join("".join(self.words.get(index, [])).split())
            for index, (name, _) in enumerate(self.elements)
            if name == tag
        ]

    @property
    def text(self) -> str:
        """All words of the body."""
        return self.texts("body")[0]

    def _check(self) -> None:
        self._check_requests()
        self._check_names()
        self._check_headings()
        for attrs in self.of("img"):
            if not attrs.get("alt") or not str(attrs.get("width")).isdigit() or not str(attrs.get("height")).isdigit():
                self.problems.append(f"<img> without alt or size: {str(attrs)[-80:]}")
        for attrs, words in zip(self.of("title")[1:], self.texts("title")[1:], strict=True):
            if not words or "id" not in attrs:
                self.problems.append("<svg> with an empty title")

    def _check_requests(self) -> None:
        for tag, attrs in self.elements:
            if tag in {"script", "iframe", "object", "embed", "base", "form", "foreignobject"}:
                self.problems.append(f"<{tag}> does not belong here")
            for name, value in attrs.items():
                if name.startswith("on"):
                    self.problems.append(f"<{tag} {name}>")
                if name in LOADS and not str(value).startswith(("#", "data:")):
                    self.problems.append(f"<{tag} {name}={value}> asks for something")
        styles = " ".join(self.texts("style") + [str(attrs.get("style")) for _, attrs in self.elements])
        if re.search(r"url\(|@import|expression\(", styles):
            self.problems.append("the style asks for something")

    def _check_names(self) -> None:
        names = [attrs["id"] for _, attrs in self.elements if "id" in attrs]
        if len(set(names)) != len(names):
            self.problems.append("an id stands twice")
        wanted = [str(attrs["href"])[1:] for attrs in self.of("a")]
        for _, attrs in self.elements:
            wanted += str(attrs.get("aria-labelledby") or "").split()
        self.problems += [f"nothing is called {name}" for name in wanted if name not in names]
        drawings = [attrs for attrs in self.of("svg") if attrs.get("role") == "img"]
        if len(drawings) != len(self.of("desc")) or len(drawings) != len(self.of("title")) - 1:
            self.problems.append("a drawing has no title or description")
        if any("aria-labelledby" not in attrs for attrs in drawings):
            self.problems.append("a drawing has no name")
        for _, attrs in self.elements:
            if attrs.get("tabindex") == "0" and attrs.get("role") == "region" and not attrs.get("aria-label"):
                self.problems.append("a scrolling part has no name")

    def _check_headings(self) -> None:
        levels = [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]
        if levels[:1] != [1] or levels.count(1) != 1:
            self.problems.append("not one heading of the first level, at the top")
        if any(after > before + 1 for before, after in pairwise(levels)):
            self.problems.append(f"a level of heading is left out: {levels}")
        for landmark in ("main", "header"):
            if len(self.of(landmark)) != 1:
                self.problems.append(f"not one <{landmark}>")

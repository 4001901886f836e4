"""Cites: the marked spans of a rich text, read from its markup and written into it again."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MARK = "data-figure"
SENTENCE = 300  # characters kept of the sentence around a number
AFTER = 12  # characters kept of what stands right behind it

_TOKEN = re.compile(r"<[^>]*>|[^<]+|<")
_ATTRIBUTE = re.compile(r'\s(data-[a-z-]+)="([^"]*)"')
_BLOCKS = frozenset(
    [
        *("p", "h2", "h3", "h4", "li", "blockquote", "pre", "figcaption", "caption"),
        *("tr", "td", "th", "div", "table", "ul", "ol", "br", "hr"),
    ]
)
_NAME = re.compile(r"</?([a-z0-9]+)", re.IGNORECASE)
_STOP = re.compile("[。！？；!?;\n]")


@dataclass(frozen=True)
class CitedSpan:
    """A number of a text with what it cites; `start` and `end` hold the element in the markup."""

    figure: str
    period: str = ""
    region: str = ""
    group: str = ""
    value: str = ""
    qualifier: str = ""
    as_of: str = ""
    is_historical: bool = False
    text: str = ""
    sentence: str = ""
    after: str = ""  # the measure word, where it stands outside
    start: int = 0
    end: int = 0

    @property
    def opening(self) -> str:
        """The tag that begins it, as the editor and the cleaner write it."""
        given = {
            "data-figure": self.figure,
            "data-period": self.period,
            "data-region": self.region,
            "data-group": self.group,
            "data-value": self.value,
            "data-qualifier": self.qualifier,
            "data-as-of": self.as_of,
            "data-historical": "1" if self.is_historical else "",
        }
        written = "".join(f' {name}="{html.escape(text)}"' for name, text in given.items() if text)
        return f'<span class="cite"{written}>'

    @property
    def markup(self) -> str:
        return f"{self.opening}{html.escape(self.text, quote=False)}</span>"


def cited(markup: str) -> list[CitedSpan]:
    """The numbers that cite a figure, in order, each with the sentence around it."""
    if MARK not in markup:
        return []
    text, found = _walk(markup)
    return [
        _span(attributes, text, begin, stop, start, end)
        for attributes, begin, stop, start, end in found
    ]


def recited(markup: str, changed: Mapping[int, CitedSpan]) -> str:
    """The markup with these of its spans, by their place among `cited`, written anew.

    A format around the number (bold, say) stays; only the words inside are exchanged.
    """
    spans = cited(markup)
    for place in sorted(changed, reverse=True):
        old, new = spans[place], changed[place]
        inner = markup[old.start : old.end]
        inner = inner[inner.index(">") + 1 : -len("</span>")]
        words = inner if old.text == new.text else _exchanged(inner, new.text)
        markup = f"{markup[: old.start]}{new.opening}{words}</span>{markup[old.end :]}"
    return markup


def _exchanged(inner: str, text: str) -> str:
    """`inner` with its words replaced: the first run of them takes all, the others go."""
    new, parts = html.escape(text, quote=False), []
    for token in _TOKEN.findall(inner):
        if token.startswith("<"):
            parts.append(token)
        elif token.strip():
            parts.append(new)
            new = ""
    return "".join(parts) + new


_Found = tuple[dict[str, str], int, int, int, int]


def _walk(markup: str) -> tuple[str, list[_Found]]:
    """The plain text, blocks closed by a new line, and where each cited span lies in both."""
    plain: list[str] = []
    length, at = 0, 0
    open_spans: list[tuple[int, int, dict[str, str]]] = []
    found: list[_Found] = []
    for token in _TOKEN.findall(markup):
        end = at + len(token)
        name = _name(token)
        if not name:
            words = html.unescape(token).replace("\xa0", " ")
            plain.append(words)
            length += len(words)
        elif name == "span" and not token.startswith("</"):
            open_spans.append((at, length, _attributes(token)))
        elif name == "span" and open_spans:
            start, begin, attributes = open_spans.pop()
            # One within another is part of its words: the outer is what readers are shown.
            if attributes.get(MARK) and not any(outer[2].get(MARK) for outer in open_spans):
                found.append((attributes, begin, length, start, end))
        elif name in _BLOCKS:
            plain.append("\n")
            length += 1
        at = end
    return "".join(plain), sorted(found, key=lambda one: one[3])


def _name(token: str) -> str:
    match = _NAME.match(token) if token.startswith("<") and token.endswith(">") else None
    return match[1].lower() if match else ""


def _attributes(token: str) -> dict[str, str]:
    return {name: html.unescape(text).strip() for name, text in _ATTRIBUTE.findall(token)}


def _span(
    attributes: dict[str, str], text: str, begin: int, stop: int, start: int, end: int
) -> CitedSpan:
    return CitedSpan(
        figure=attributes[MARK],
        period=attributes.get("data-period", ""),
        region=attributes.get("data-region", ""),
        group=attributes.get("data-group", ""),
        value=attributes.get("data-value", ""),
        qualifier=attributes.get("data-qualifier", ""),
        as_of=attributes.get("data-as-of", ""),
        is_historical=attributes.get("data-historical", "") == "1",
        text=text[begin:stop].strip(),
        sentence=_sentence(text, begin, stop),
        after=text[stop : stop + AFTER].partition("\n")[0],
        start=start,
        end=end,
    )


def _sentence(text: str, begin: int, stop: int) -> str:
    """From the stop before to the stop after, the number always in it."""
    before = max(
        (match.end() for match in _stops(text, max(0, begin - SENTENCE), begin)), default=None
    )
    first = before if before is not None else max(0, begin - SENTENCE)
    after = _STOP.search(text, stop, stop + SENTENCE)
    last = after.end() if after else min(len(text), stop + SENTENCE)
    found = text[first:last].strip()
    if len(found) <= SENTENCE:
        return found
    middle = max(first, begin - SENTENCE // 2)
    return text[middle : middle + SENTENCE].strip()


def _stops(text: str, first: int, last: int) -> Iterator[re.Match[str]]:
    return _STOP.finditer(text, first, last)

"""Markup: HTML of very many tags made shallow and simple, in one pass, before it is cleaned.

A real HTML parser walks all open elements for each new one: 80,000 unclosed tags in half a
megabyte keep it busy for minutes. What comes out of here opens at most DEEPEST at a time.
"""

from __future__ import annotations

import re

MANY = 3_000  # tags; below it the worst nesting costs a parser some hundredths of a second
DEEPEST = 60
VOID = {"br", "hr", "img"}
# Their content is no text; or the parser reads it by other rules.
_DROPPED = re.compile(
    r"<(script|style|title|textarea|noscript|noembed|noframes|template|iframe|xmp|object|svg|math)"
    r"(?=[\s/>])",
    re.IGNORECASE,
)
_OPENS = re.compile(r"<[a-zA-Z]")
# No quantifier here can run past the next < or >, so that the whole is linear.
_TOKEN = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,20})((?:\s(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*)?/?)>|[^<]+|<"
)
# Which open element a new one ends by itself, when it stands right above.
_ENDS = {
    "p": {"p"},
    "li": {"li"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr"},
    "tbody": {"td", "th", "tr", "thead", "tbody"},
    "tfoot": {"td", "th", "tr", "thead", "tbody"},
}


def is_heavy(text: str) -> bool:
    """Whether there are so many tags that nesting could be an attack."""
    return sum(1 for _found in _OPENS.finditer(text)) > MANY


def shallow(text: str, tags: set[str]) -> str:
    """The same text with only `tags`, well-formed, never deeper than DEEPEST."""
    out: list[str] = []
    stack: list[str] = []
    for token in _TOKEN.finditer(_without_dropped(_without_comments(text))):
        name = (token[2] or "").lower()
        if not name:
            out.append("&lt;" if token[0] == "<" else token[0])
        elif name not in tags:
            continue
        elif token[1]:
            _close(name, stack, out)
        else:
            _open(name, token[3], stack, out)
    out += [f"</{name}>" for name in reversed(stack)]
    return "".join(out)


def _open(name: str, attributes: str, stack: list[str], out: list[str]) -> None:
    if name in VOID:
        out.append(f"<{name}{attributes.rstrip('/')}>")
        return
    while stack and stack[-1] in _ENDS.get(name, ()):
        out.append(f"</{stack.pop()}>")
    if len(stack) < DEEPEST:
        stack.append(name)
        out.append(f"<{name}{attributes.rstrip('/')}>")


def _close(name: str, stack: list[str], out: list[str]) -> None:
    if name not in stack:
        return
    while True:
        last = stack.pop()
        out.append(f"</{last}>")
        if last == name:
            return


def _without_comments(text: str) -> str:
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start + 2)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join([*parts, text[at:]])


def _without_dropped(text: str) -> str:
    """Without elements whose content is not to be read; one that never ends takes the rest."""
    parts, at = [], 0
    while found := _DROPPED.search(text, at):
        parts.append(text[at : found.start()])
        end = re.compile(rf"</{found[1]}[^<>]*>", re.IGNORECASE).search(text, found.end())
        if end is None:
            return "".join(parts)
        at = end.end()
    return "".join([*parts, text[at:]])


# Layout ----------------------------------------------------------------------------------------

_PARTS = re.compile(r"(<[^<>]*>)")
_ATTRIBUTE = re.compile(r'\s([a-z-]+)="([^"]*)"')
_BLOCK = re.compile(
    r"</?(?:p|h[2-4]|ul|ol|li|blockquote|figure|figcaption|div|table|caption|thead|tbody|tfoot|tr"
    r"|t[hd]|br|hr)[\s>]|<pre>|</pre>"
)


def laid_out_alike(one: str, other: str) -> bool:
    """Whether two cleaned texts differ at most in what an editor changes by opening and saving:
    white space beside the tags of blocks, and the order of attributes. Linear.
    """
    return one == other or _plainly(one) == _plainly(other)


def _plainly(markup: str) -> str:
    parts = _PARTS.split(markup)  # text, tag, text, tag, …, text
    for at in range(1, len(parts), 2):
        tag = parts[at]
        if _BLOCK.match(tag):
            outside_before, outside_after = tag != "</pre>", tag != "<pre>"
            parts[at - 1] = parts[at - 1].rstrip() if outside_before else parts[at - 1]
            parts[at + 1] = parts[at + 1].lstrip() if outside_after else parts[at + 1]
        if '="' in tag:
            name = re.split(r"[\s>]", tag, maxsplit=1)[0]
            parts[at] = f"{name} {sorted(_ATTRIBUTE.findall(tag))}"
    return "".join(parts).strip()

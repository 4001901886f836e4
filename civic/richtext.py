"""Rich text: the only module that knows the editor, the cleaner and mark_safe.

The same allow-list cleans at every write and again at render, so old rows, restored back-ups and
tightened rules are safe too. The editor's own filter is comfort only.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

import nh3
from ckeditor.widgets import CKEditorWidget
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from civic import historical
from civic.cites import CitedSpan as CitedSpan
from civic.cites import cited as cited
from civic.cites import recited as recited
from civic.markup import is_heavy, laid_out_alike, shallow

MAX_LENGTH = 500_000
RULES = 3  # raise it when the rules below change: rendered pieces are kept by text and rules

TAGS = {
    *("p", "br", "h2", "h3", "h4", "strong", "em", "u", "s", "sub", "sup", "ul", "ol", "li"),
    *("blockquote", "pre", "code", "hr", "a", "img", "figure", "figcaption", "span", "div"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start", "type"},
    # A cited figure: what it cites and what it showed.
    "span": {
        "data-figure",
        "data-period",
        "data-region",
        "data-group",
        "data-value",
        "data-qualifier",
        "data-as-of",
        "data-historical",
    },
    "p": {"style"},
    "h2": {"style"},
    "h3": {"style"},
    "h4": {"style"},
    "div": {"style"},
}
CLASSES = {"span": {"cite"}, "p": {"note", "signature"}, "figure": {"wide"}}
STYLES = {"text-align", "text-indent"}
PICTURE = re.compile(
    r"^/media/pictures/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(large|small)\.webp$"
)
_PICTURE_IN = re.compile(
    r"/media/pictures/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?:large|small)\.webp"
)
_LINK = re.compile(r"^(https?://|mailto:|tel:|/(?![/\\])|#)", re.IGNORECASE)
_SMALL_NUMBER = re.compile(r"^\d{1,4}%?$")
# C0 but tab and newline, DEL and C1, lone surrogates, bidi controls, non-characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)
_H1 = re.compile(r"<(/?)h1(?=[\s>/])", re.IGNORECASE)
_BLOCK_END = re.compile(
    r"</(?:p|h[2-4]|li|blockquote|pre|figcaption|caption|tr|div|figure|table|ul|ol)>|<br>|<hr>"
)
_CELL_END = re.compile(r"</(?:td|th)>(?=\s*<t[dh])")
_TAG = re.compile(r"<[^>]*>")
_EMPTY = re.compile(r'\s(?:class|style)=""')


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "a" and name == "href":
        squeezed = "".join(c for c in value if not c.isspace() and unicodedata.category(c) != "Cc")
        return value.strip() if _LINK.match(squeezed) and "\\" not in squeezed[:3] else None
    if tag == "img" and name == "src":
        return value if PICTURE.match(value) else None
    if name in ("colspan", "rowspan", "width", "height", "start"):
        return value if _SMALL_NUMBER.match(value) else None
    if name == "type":
        return value if value in ("1", "a", "A", "i", "I") else None
    if name == "scope":
        return value if value in ("row", "col") else None
    return value


def tidy(text: str) -> str:
    """Without characters that no page may hold: controls, lone surrogates, direction overrides."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean(html: str) -> str:
    """The allowed part of `html`, well-formed. Takes any text, never raises, is idempotent."""
    text = _H1.sub(r"<\1h2", tidy(html))
    if is_heavy(text):
        text = shallow(text, TAGS)
    once = _sanitise(text)
    # An <img> that lost its src shows nothing but a broken frame.
    once = re.sub(r"<img(?![^>]*\ssrc=)[^>]*>", "", once)
    # A parser takes the first line break of <pre> away: each cleaning would take another.
    once = re.sub(r"<pre>\n+", "<pre>", once)
    if '=""' in once:  # what the cleaner emptied it leaves standing; no text holds a bare < or >
        once = _TAG.sub(lambda tag: _EMPTY.sub("", tag[0]), once)
    return _without_empty_figures(once)


def _without_empty_figures(markup: str) -> str:
    """A figure whose picture went leaves no frame, nor the figure around it. One pass."""
    kept: list[str] = []
    for part in re.split(r"(<figure>|</figure>)", markup):
        if part != "</figure>":
            kept.append(part)
            continue
        at = len(kept)
        while at and not kept[at - 1].strip():
            at -= 1
        if at and kept[at - 1] == "<figure>":
            del kept[at - 1 :]
        else:
            kept.append(part)
    return "".join(kept)


def _sanitise(text: str) -> str:
    return nh3.clean(
        text,
        tags=TAGS,
        clean_content_tags={
            "script",
            "style",
            "title",
            "noscript",
            "template",
            "iframe",
            "object",
            "svg",
            "math",
        },
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        attribute_filter=_attribute,
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def plain(markup: str) -> str:
    """The text of the HTML, one line a block, without markup or entities."""
    cleaned = clean(markup)
    lines = _BLOCK_END.sub("\n", _CELL_END.sub("\t", cleaned))
    text = html.unescape(_TAG.sub("", lines)).replace("\xa0", " ")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def picture_keys(markup: str) -> set[UUID]:
    """The keys of the pictures the HTML shows."""
    return {UUID(key) for key in _PICTURE_IN.findall(markup)}


def picture_alts(markup: str) -> dict[UUID, str]:
    """The keys of the pictures the HTML shows, with the words that stand for each."""
    found = {}
    for tag in re.findall(r"<img\b[^>]*>", clean(markup)):
        for key in picture_keys(tag):
            alt = re.search(r'\salt="([^"]*)"', tag)
            found[key] = html.unescape(alt[1]).strip() if alt else ""
    return found


def check(markup: str) -> None:
    """Refuse what is too long to be a text. Raises ValidationError."""
    if len(markup) > MAX_LENGTH:
        raise ValidationError(
            _("The text is too long: %(n)d characters, %(most)d at most.")
            % {"n": len(markup), "most": MAX_LENGTH}
        )


# What a cited number becomes on a page, given its words as cleaned markup; None: they stand alone.
Note = Callable[[CitedSpan, str], str | None]


def render(markup: str | None, note: Note | None = None) -> SafeString:
    """Cleaned once more, for a page; with `note`, each cited number becomes what that makes of it.

    What `note` gives must be escaped.
    """
    if not markup:
        return mark_safe("")
    digest = hashlib.sha256(markup.encode("utf-8", "surrogatepass")).digest()
    kept = _kept(digest, RULES)
    if not kept:
        kept.append(mark_safe(_framed(historical.dated(clean(markup)))))  # noqa: S308 - this is the one place
    return _noted(kept[0], note) if note else kept[0]


def _noted(cleaned: str, note: Note) -> SafeString:
    """Links do not nest: a number inside a link, or with one inside, stays as it is."""
    parts, at = [], 0
    for span in cited(cleaned):
        before, whole = cleaned[at : span.start], cleaned[span.start : span.end]
        in_link = cleaned.rfind("<a ", 0, span.start) > cleaned.rfind("</a>", 0, span.start)
        if span.start < at or in_link or "<a " in whole:
            continue
        words = whole[whole.index(">") + 1 : -len("</span>")]
        made = note(span, mark_safe(words))  # noqa: S308 - cleaned above
        parts += [before, words if made is None else made]
        at = span.end
    return mark_safe("".join([*parts, cleaned[at:]]))  # noqa: S308 - cleaned above


def _framed(cleaned: str) -> str:
    """A wide table scrolls in a frame of its own, which the keyboard reaches too.

    The cleaner leaves a table no attributes and writes no bare < into any.
    """
    framed = cleaned.replace("<table>", '<div class="table" tabindex="0"><table>')
    return framed.replace("</table>", "</table></div>")


@lru_cache(maxsize=512)
def _kept(digest: bytes, rules: int) -> list[SafeString]:
    """A slot a text, filled by `render`; pages of the same text are cleaned once a process."""
    return []


class RichTextFormField(forms.CharField):
    """HTML from the editor; too long a text is refused in words."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("max_length", None)
        kwargs["widget"] = CKEditorWidget(
            config_name="default",
            external_plugin_resources=[("cite", f"{settings.STATIC_URL}editor/cite/", "plugin.js")],
        )
        super().__init__(**kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Opened in the editor and saved as it was is no change: reviews are kept."""
        if self.disabled:
            return False
        return not laid_out_alike(clean(initial or ""), clean(data or ""))

    def clean(self, value: Any) -> Any:
        text = clean(tidy(value or ""))
        check(text)
        return super().clean(text)


class RichTextField(models.TextField):
    """A text column of HTML, cleaned whenever it is written, edited with CKEditor."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = clean(getattr(model_instance, self.attname) or "")
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.pop("widget", None)
        return super().formfield(**{**kwargs, "form_class": RichTextFormField})


# What could end or confuse a script element. JSON reads the escapes back as what they were.
_LD_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def ld_json(data: Any) -> SafeString:
    """`data` for search engines: a script element that holds JSON-LD and never runs.

    Lone surrogates and control characters are left out: no page can carry them.
    """
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    text = tidy(text).translate(_LD_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308

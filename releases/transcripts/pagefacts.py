"""What a saved page says of itself: its encoding, its tree, its own data, where its article is."""

from __future__ import annotations

import codecs
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml import etree, html

from releases.transcripts import moments, text
from releases.transcripts.blocks import Hints

MAX_PAGE = 8_000_000  # a page may carry pictures inside
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s{0,3}=\s{0,3}[\"']?\s{0,3}([\w-]{2,20})", re.IGNORECASE
)
_DECLARATION = re.compile(r"^\s{0,200}<\?xml[^>]{0,200}\?>")
_DOCTYPE = re.compile(r"<!doctype[^>\[]{0,300}\[[^\]]{0,20000}\]\s{0,9}>", re.IGNORECASE)
_ARTICLES = (
    "//*[@id='js_content']", "//*[@id='zoom' or @id='Zoom' or @id='UCAP-CONTENT']",
    "//article", "//main",
    "//*[contains(concat(' ', @class, ' '), ' TRS_Editor ')]",
    "//*[contains(concat(' ', @class, ' '), ' article-content ')]",
)  # fmt: skip
_META = {
    "title": ("articletitle", "og:title", "twitter:title"),
    "time": ("pubdate", "article:published_time", "publishdate", "publish_time",
             "og:release_date", "date"),
    "source": ("contentsource", "source"),
    "url": ("url", "og:url"),
    "writer": ("author",),
}  # fmt: skip


def decode(data: bytes) -> str:
    """The page as text: byte-order mark, its own charset, UTF-8, GB18030."""
    if len(data) > MAX_PAGE:
        raise ValidationError(_too_large())
    charset = _CHARSET.search(data[:4000])
    if charset and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        named = charset[1].decode("ascii").lower()
        named = "gb18030" if named.startswith("gb") else named
        try:
            return data.decode(named)
        except (LookupError, UnicodeDecodeError):
            pass
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return text.decode(data)


def _too_large() -> str:
    return _("The page is larger than %(mb)d MB. Copy its text and paste it.") % {
        "mb": MAX_PAGE // 1_000_000
    }


def parsed(page: str) -> Any:
    """The tree; a page the parser could not read to its end is refused, not cut."""
    if len(page) > MAX_PAGE:
        raise ValidationError(_too_large())
    page = _DOCTYPE.sub("", _DECLARATION.sub("", text.tidy(page)), count=1)
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ValidationError(_("There is no text in it.")) from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ValidationError(_("The page is built too strangely. Copy its text and paste it."))
    return root


def article(root: Any) -> Any:
    """The element that holds the article, if there is exactly one that is most of the text."""
    whole = len("".join(root.itertext()))
    for path in _ARTICLES:
        found = root.xpath(path)
        if len(found) == 1 and len("".join(found[0].itertext())) > whole / 5:
            return found[0]
    return None


def hints(root: Any) -> Hints:
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (
            element.get("name") or element.get("property") or element.get("itemprop") or ""
        ).lower()
        content = " ".join((element.get("content") or "").split())
        if name and content:
            meta.setdefault(name, content[:300])
    found = {
        field: next((meta[name] for name in names if name in meta), "")
        for field, names in _META.items()
    }
    canonical = next(
        (e.get("href", "") for e in root.iter("link") if e.get("rel") == "canonical"), ""
    )
    url = canonical or found["url"]
    when = moments.of_attribute(found["time"]) if found["time"] else None
    for element in root.iter("time"):
        when = when or moments.of_attribute(element.get("datetime") or "")
    title = found["title"] or _page_title(root)
    return Hints(
        title=title[:150],
        time=when,
        source=found["source"][:60],
        url=url[:300] if url.startswith(("http://", "https://")) else "",
        writer=found["writer"][:60],
    )


def _page_title(root: Any) -> str:
    """<title> without the name of the site behind a dash."""
    element = next(iter(root.iter("title")), None)
    whole = " ".join((element.text or "").split()) if element is not None else ""
    return re.split(r"\s*[_|｜]\s*|\s+[-–—]\s+", whole)[0]

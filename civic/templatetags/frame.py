"""Tags of the public frame: where the reader is, metadata of a page, JSON-LD."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from civic import richtext

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context: Context, entry: Any) -> str:
    """The value of aria-current of a menu entry: "page", "true" (within it) or ""."""
    request = context.get("request")
    path = request.path if request else ""
    if path == entry.url:
        return "page"
    channel = context.get("channel") or getattr(context.get("release"), "channel", None)
    order = getattr(channel, "path_order", "")
    if order:
        within = bool(entry.path_order) and order.startswith(entry.path_order)
    else:
        under = context.get("under", "")  # the entry a page belongs to, whatever its address
        within = entry.url != "/" and (path.startswith(entry.url) or entry.url == under)
    return "true" if within else ""


@register.inclusion_tag("_meta.html", takes_context=True)
def page_meta(
    context: Context,
    *,
    column: Any = None,
    article: Any = None,
    title: str = "",
    description: str = "",
    image: Any = None,
    ld: Any = None,
) -> dict[str, Any]:
    """Metadata for block `meta`: the national tags, sharing, JSON-LD. All arguments are optional.

    `column`: a Channel; an article brings its own. `article`: a Release; brings title,
    description and lead picture, which the arguments of those names replace. `ld`: a dict, or a
    list of them, of schema.org.
    """
    request = context.get("request")
    path = article.get_absolute_url() if article else getattr(request, "path", "/")
    blocks = ld if isinstance(ld, list) else [ld] if ld else []
    return {
        "site": context.get("site"),
        "site_origin": context.get("site_origin", ""),
        "column": column or getattr(article, "channel", None),
        "article": article,
        "title": title or (article.title if article else ""),
        "description": description or (article.teaser if article else ""),
        "picture": image or getattr(article, "lead_picture", None),
        "path": path,
        "ld": blocks,
    }


@register.filter
def ld_json(data: Any) -> str:
    return richtext.ld_json(data)

"""One page of a list of releases: the ids first, then only the rows that are shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest

from releases.models import Release

PAGE_SIZE = 20


def card_page(request: HttpRequest, rows: Any, **kept: str) -> dict[str, Any]:
    """For `_cards.html` and `_pages.html`. `kept` are the filters that page links carry."""
    found = page_of(request, rows.values_list("pk", flat=True), **kept)
    ids = list(found["page"].object_list)
    cards = Release.objects.for_cards().in_bulk(ids)
    return {**found, "cards": [cards[pk] for pk in ids if pk in cards]}


def page_of(request: HttpRequest, rows: Any, **kept: str) -> dict[str, Any]:
    """The page asked for; what cannot be a page is the first, what is beyond the last is the last.

    The number of a page is all that is read: an absurd one costs nothing.
    """
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = urlencode({name: value for name, value in kept.items() if value})
    return {"page": page, "query": f"{query}&" if query else ""}

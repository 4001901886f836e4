"""The search page: words, filters, and hits with their words marked."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Exists, Max, Min, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from civic import search as index
from civic.units import Unit
from releases.filters import channel_choices
from releases.models import Channel, Release

PAGE_SIZE = 20
Parts = list[tuple[str, bool]]


@dataclass(frozen=True)
class Hit:
    """One found text as the page shows it: parts of plain text, each with «is it a hit»."""

    entry: index.SearchEntry
    title: Parts
    excerpt: Parts
    channel: str


@dataclass(frozen=True)
class Wanted:
    """What the reader asks for; whatever cannot be meant is left out."""

    words: str
    section: str
    unit: str
    year: int | None

    @classmethod
    def read(cls, request: HttpRequest) -> Wanted:
        def given(name: str, length: int) -> str:
            return index.seen(request.GET.get(name, ""))[:length].strip()

        year = given("year", 4)
        return cls(
            words=given("q", index.WORDS_LENGTH),
            section=given("section", 40),
            unit=given("unit", 80),
            year=int(year) if year.isdecimal() and 1900 <= int(year) <= 2200 else None,
        )

    def found(self, channels: list[Channel]) -> list[int]:
        """The ids of the hits in order, at most `index.MOST`; a channel holds those under it."""
        sections = None
        if self.section:
            tops = [one.path_order for one in channels if one.slug == self.section]
            sections = [one.slug for one in channels if one.path_order.startswith(tuple(tops))]
        hits = index.find(self.words, sections=sections, unit=self.unit, year=self.year)
        return list(hits.values_list("pk", flat=True))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    wanted = Wanted.read(request)
    tree = list(Channel.objects.in_order())
    channels = {channel.slug: channel.name for channel in tree}
    page = Paginator(wanted.found(tree), PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "wanted": wanted,
        "has_words": bool(index.terms(wanted.words)),
        "channels": channel_choices(tree),
        "units": _units(),
        "years": _years(),
        "page": page,
        "hits": _hits(list(page.object_list), wanted.words, channels),
        "at_most": index.MOST,
        "query": query.urlencode(),
    }
    return render(request, "portal/search.html", context)


def _hits(ids: list[int], words: str, channels: dict[str, str]) -> list[Hit]:
    entries = index.SearchEntry.objects.defer("tokens").in_bulk(ids)
    return [
        Hit(
            entry=entries[pk],
            title=index.highlight(entries[pk].title, words, width=None),
            excerpt=index.highlight(entries[pk].text, words),
            channel=channels.get(entries[pk].section, ""),
        )
        for pk in ids
        if pk in entries  # withdrawn between the two queries
    ]


def _units() -> list[str]:
    """Names of units that have something to be found."""
    live = Release.objects.live().filter(unit=OuterRef("pk"))
    return list(Unit.objects.filter(Exists(live)).order_by("code").values_list("name", flat=True))


def _years() -> list[int]:
    """From the year of the newest text down to that of the oldest."""
    span = index.SearchEntry.objects.visible().aggregate(
        first=Min("visible_from"), last=Max("visible_from")
    )
    if span["first"] is None:
        return []
    first, last = (timezone.localtime(span[end]).year for end in ("first", "last"))
    return list(range(last, first - 1, -1))

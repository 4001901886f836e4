"""The site map for search engines, and what they may read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.feeds import absolute, changed_at
from portal.figures import public
from releases.models import Channel, Release, Topic

PART = 5000
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = (
    "portal:home",
    "releases:list",
    "releases:conferences",
    "releases:topics",
    "releases:timeline",
    "releases:honors",
    "portal:figures",
    "portal:sitemap_page",
    "portal:about",
)


class Address(NamedTuple):
    path: str
    changed: datetime | None = None


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All addresses, or from PART releases on an index of the parts."""
    count = Release.objects.live().originals().count()
    if count <= PART:
        return _answer("urlset", "url", [*_pages(), *_releases(1)])
    parts = range(-(-count // PART) + 1)  # part 0 holds the pages that are no releases
    paths = [Address(reverse("portal:sitemap_part", args=[number])) for number in parts]
    return _answer("sitemapindex", "sitemap", paths)


@require_safe
def part(request: HttpRequest, number: int) -> HttpResponse:
    """Part 0: pages, channels, topics. Part n: the nth PART releases."""
    found = list(_pages() if number == 0 else _releases(min(number, 1000)))
    if not found:
        raise Http404
    return _answer("urlset", "url", found)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /display/",
        f"Sitemap: {absolute(reverse('portal:sitemap_xml'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _pages() -> Iterator[Address]:
    yield from (Address(reverse(name)) for name in PAGES)
    yield from (Address(channel.get_absolute_url()) for channel in Channel.objects.listed())
    yield from (Address(topic.get_absolute_url()) for topic in Topic.objects.open())
    yield from (Address(figure.get_absolute_url()) for figure in public())


def _releases(number: int) -> Iterator[Address]:
    """In the order of their making, so that a part of the map seldom changes."""
    live = Release.objects.live().originals().order_by("pk")
    live = live.only("slug", "first_published_at", "publish_at", "created_at", "change_notes")
    for release in live[(number - 1) * PART : number * PART]:
        yield Address(release.get_absolute_url(), changed_at(release))


def _answer(root: str, each: str, addresses: list[Address]) -> HttpResponse:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{SCHEMA}">']
    for path, changed in addresses:
        lastmod = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
        lines.append(f"<{each}><loc>{escape(absolute(path))}</loc>{lastmod}</{each}>")
    lines.append(f"</{root}>")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")

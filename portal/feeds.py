"""Feeds: the newest releases as RSS 2.0 and Atom, for the whole site and for each channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import feedgenerator, timezone
from django.views.decorators.http import require_safe

from civic import search
from civic.sitesettings import SiteSettings
from releases.models import Channel, Release

COUNT = 30
TYPES: dict[type[feedgenerator.SyndicationFeed], str] = {
    feedgenerator.Rss201rev2Feed: "application/rss+xml",
    feedgenerator.Atom1Feed: "application/atom+xml",
}


@require_safe
def rss(request: HttpRequest) -> HttpResponse:
    return _feed(request, feedgenerator.Rss201rev2Feed)


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    return _feed(request, feedgenerator.Atom1Feed)


@require_safe
def channel(request: HttpRequest, slug: str) -> HttpResponse:
    return _feed(request, feedgenerator.Rss201rev2Feed, get_object_or_404(Channel, slug=slug))


def absolute(path: str) -> str:
    """The address of a page of ours as others have to call it."""
    return settings.SITE_ORIGIN + path


def changed_at(release: Release) -> datetime:
    """When readers last got something new: the publication or the last correction."""
    assert release.publish_at is not None
    if not release.change_notes:
        return release.publish_at
    noted = datetime.fromisoformat(release.change_notes[-1]["at"])
    if timezone.is_naive(noted):
        noted = timezone.make_aware(noted)
    return max(noted, release.publish_at)


def _feed(
    request: HttpRequest,
    form: type[feedgenerator.SyndicationFeed],
    only: Channel | None = None,
) -> HttpResponse:
    site = SiteSettings.current()
    releases = Release.objects.live().originals().select_related("channel", "unit")
    if only:
        releases = releases.in_channel(only)
    feed = form(
        title=search.seen(f"{only.name} – {site.site_name}" if only else site.site_name),
        link=absolute(only.get_absolute_url() if only else "/"),
        description=search.seen(only.description if only else site.description),
        language=settings.LANGUAGE_CODE,
        feed_url=absolute(request.path),
    )
    for release in releases.newest_first()[:COUNT]:
        feed.add_item(**_item(release))
    response = HttpResponse(content_type=f"{TYPES[form]}; charset=utf-8")
    feed.write(response, "utf-8")
    return response


def _item(release: Release) -> dict[str, Any]:
    """Control characters have no place in XML, so `seen` takes them out."""
    address = absolute(release.get_absolute_url())
    return {
        "title": search.seen(release.title),
        "link": address,
        "description": search.seen(release.teaser),
        "unique_id": address,
        "unique_id_is_permalink": True,
        "pubdate": release.publish_at,
        "updateddate": changed_at(release),
        "author_name": search.seen(release.source_name or release.unit.name),
        "categories": [search.seen(release.channel.name)],
    }

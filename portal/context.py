"""What every public page knows: who runs the site, the menu, how the reader wants it shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from civic.sitesettings import SiteSettings
from portal.display import Display
from releases.models import Channel, Release, TimelineEvent, Topic

CACHE_KEY = "portal.frame"
CACHE_SECONDS = 60
MOST_ENTRIES = 8


@dataclass(frozen=True)
class Entry:
    """A door of the main menu; a column brings its type and its place in the tree."""

    name: str
    url: str
    type: str = ""
    path_order: str = ""


@dataclass(frozen=True)
class Frame:
    """What all pages share, at most a minute old."""

    menu: list[Entry]
    updated_at: datetime | None

    @classmethod
    def current(cls) -> Frame:
        found: Frame | None = cache.get(CACHE_KEY)
        if found is None:
            found = cls._read()
            cache.set(CACHE_KEY, found, CACHE_SECONDS)
        return found

    @classmethod
    def _read(cls) -> Frame:
        """The columns, and with each row what else a page shares: one query for a cold cache."""
        newest = Release.objects.live().originals().newest_first().values("publish_at")
        shared = {
            "newest": Subquery(newest[:1]),
            "has_topics": Exists(Topic.objects.open()),
            "has_timeline": Exists(TimelineEvent.objects.live()),
        }
        columns = Channel.objects.listed().filter(parent=None).in_order().annotate(**shared)
        channels: list[Any] = list(columns[: MOST_ENTRIES - 2])
        if channels:
            first = channels[0]
            return cls(_menu(channels, first.has_topics, first.has_timeline), first.newest)
        return cls(
            _menu([], Topic.objects.open().exists(), TimelineEvent.objects.live().exists()),
            newest.values_list("publish_at", flat=True).first(),
        )


def site(request: HttpRequest) -> dict[str, Any]:
    """Looked up only by templates that use it: pages of the admin pay nothing."""
    frame: Any = SimpleLazyObject(Frame.current)
    return {
        "site": SimpleLazyObject(SiteSettings.current),
        "site_origin": settings.SITE_ORIGIN,
        "site_domain": urlsplit(settings.SITE_ORIGIN).hostname,
        "frame": frame,
        "menu": SimpleLazyObject(lambda: frame.menu),
        "display": Display.of(request),
    }


def _menu(channels: list[Channel], has_topics: bool, has_timeline: bool) -> list[Entry]:
    """Home, columns of the top, topics and timeline where there are any, figures."""
    entries = [Entry(_("Home"), reverse("portal:home"))]
    if not any(channel.type == Channel.Type.CONFERENCE for channel in channels):
        entries.append(Entry(_("Press conferences"), reverse("releases:conferences")))
    entries += [_entry(channel) for channel in channels]
    if has_topics:
        entries.append(Entry(_("Topics"), reverse("releases:topics")))
    if len(entries) < MOST_ENTRIES and has_timeline:
        entries.append(Entry(_("Timeline"), reverse("releases:timeline")))
    if len(entries) < MOST_ENTRIES:
        entries.append(Entry(_("Figures"), reverse("portal:figures")))
    return entries


def _entry(channel: Channel) -> Entry:
    """The conference column opens with its index by speaker and outlet."""
    conferences = channel.type == Channel.Type.CONFERENCE
    url = reverse("releases:conferences") if conferences else channel.get_absolute_url()
    return Entry(channel.name, url, channel.type, channel.path_order)

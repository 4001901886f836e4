"""The list of releases, one channel's, and the page of a release."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic.footnotes import Footnotes
from civic.publishing import Status
from releases.conferences import Exchange, exchanges_of
from releases.filters import ReleaseFilter
from releases.models import Channel, Release
from releases.parts import notes_of, parts_of, reading_for
from releases.structured import linked_data
from releases.views.paging import card_page


@require_safe
def release_list(request: HttpRequest) -> HttpResponse:
    live = Release.objects.live().originals().pinned_first()
    asked = ReleaseFilter.asked(request.GET, live)
    context = {
        **card_page(request, asked.qs, **asked.kept),
        "filter": asked,
        "kept": asked.kept,
        "crumbs": [(_("Releases"), "")],
    }
    return render(request, "releases/list.html", context)


@require_safe
def channel(request: HttpRequest, slug: str) -> HttpResponse:
    channels = Channel.objects.select_related("parent__parent")
    shown = get_object_or_404(channels, slug=slug)
    releases = Release.objects.live().originals().in_channel(shown).pinned_first()
    context = {
        **card_page(request, releases),
        "channel": shown,
        "below": shown.children.listed().in_order(),
        "crumbs": [(_("Releases"), reverse("releases:list")), *_down_to(shown)],
    }
    return render(request, "releases/channel.html", context)


@require_safe
def release_detail(
    request: HttpRequest, year: int, month: int, day: int, slug: str
) -> HttpResponse:
    """The page; the right slug under a wrong day leads to the right address.

    What was taken off answers as its reason asks; what never appeared is not found.
    """
    release = get_object_or_404(Release.objects.originals().for_page(), slug=slug)
    if not (release.is_live or release.is_outdated):
        return _taken_off(request, release)
    address = release.get_absolute_url()
    if request.path != address:
        return HttpResponsePermanentRedirect(address)
    response = render(request, "releases/detail.html", release_context(release))
    if release.is_outdated:
        response["X-Robots-Tag"] = "noindex"
    return response


def _taken_off(request: HttpRequest, release: Release) -> HttpResponse:
    if not (release.is_off or release.is_expired):
        raise Http404
    successor = release.successor()
    if successor is not None:
        return HttpResponsePermanentRedirect(successor.get_absolute_url())
    # Neither title nor text: what was wrong must not be repeated by the page that says so.
    why = "expired" if release.is_expired else release.withdraw_reason
    context = {"why": why, "channel": release.channel}
    return render(request, "releases/gone.html", context, status=410)


def release_context(release: Release) -> dict[str, Any]:
    """All that `releases/detail.html` shows, for the public page and the preview alike."""
    parts = parts_of(release)
    exchanges = exchanges_of(release) if release.is_conference else []
    if release.is_outdated:
        parts.attachments = []  # the text stays readable; its forms are not handed out any more
    return {
        "release": release,
        "channel": release.channel,
        "parts": parts,
        "exchanges": exchanges,
        "footnotes": footnotes_of(release, exchanges),
        "reading": reading_for(parts),
        "imprint": imprint_of(release),
        "notes": notes_of(release),
        "source_host": source_host(release.source_url),
        "crumbs": [
            (_("Releases"), reverse("releases:list")),
            *_down_to(release.channel),
            (_("Text"), ""),
        ],
        "ld": linked_data(release, parts, exchanges),
        "preview_of": None,
    }


def footnotes_of(release: Release, exchanges: list[Exchange]) -> Footnotes:
    """Of the numbers cited in the text and in the answers."""
    answers = (answer.body for exchange in exchanges for answer in exchange.answers)
    return Footnotes([release.body, *answers])


def imprint_of(release: Release) -> list[tuple[str, str]]:
    """Who reviewed it, as printed that day: [(stage, name)…]."""
    labels = {
        Status.FIRST: _("First review by"),
        Status.SECOND: _("Second review by"),
        Status.FINAL: _("Final review by"),
        Status.PUBLISHED: _("Reviewed afterwards by"),
    }
    rows = ((labels.get(row.get("stage")), row.get("name")) for row in release.imprint)
    return [(stage, name) for stage, name in rows if stage and name]


def source_host(url: str) -> str:
    """The host a source link leads to, shown before one follows it; "" when it is no web link."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:  # a broken IPv6 address
        return ""


def _down_to(channel: Channel) -> list[tuple[str, str]]:
    """The channel with those above it, from the top, for breadcrumbs."""
    line: list[Channel] = []
    above: Channel | None = channel
    while above is not None:
        line.insert(0, above)
        above = above.parent
    return [(one.name, one.get_absolute_url()) for one in line]

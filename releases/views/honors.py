"""The timeline and the honours, as the public reads them."""

from __future__ import annotations

from itertools import groupby

from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from releases.honors import HonorAward, HonorEdition, HonorTitle
from releases.models import Release
from releases.timeline import TimelineEvent

MOST = 500  # events on the page; a city's way has dozens


@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    """All of it, the beginning first, year by year."""
    readable = Release.objects.live().originals().defer("body", "imprint", "change_notes")
    events = (
        TimelineEvent.objects.live()
        .in_order()
        .select_related("picture")
        .prefetch_related(Prefetch("release", readable))[:MOST]
    )
    years = [(year, list(group)) for year, group in groupby(events, lambda event: event.day.year)]
    span = years[-1][0] - years[0][0] if years else 0
    context = {"years": years, "span": span, "crumbs": [(_("Timeline"), "")]}
    return render(request, "releases/timeline.html", context)


@require_safe
def honors(request: HttpRequest) -> HttpResponse:
    """Each title with its editions: what we were given, and who lost or regained it."""
    status = HonorAward.Status
    told = Q(is_ours=True) | Q(status__in=(status.SUSPENDED, status.REVOKED, status.RESTORED))
    awards = HonorAward.objects.filter(told).select_related("plaque")
    editions = HonorEdition.objects.order_by("-number").annotate(
        lost=Count("awards", filter=Q(awards__status__in=(status.SUSPENDED, status.REVOKED)))
    )
    titles = HonorTitle.objects.live().prefetch_related(
        Prefetch("editions", editions), Prefetch("editions__awards", awards)
    )
    under = reverse("releases:timeline")  # the entry of the menu it belongs to
    context = {"titles": titles, "under": under, "crumbs": [(_("Honours"), "")]}
    return render(request, "releases/honors.html", context)

"""Press conferences: the list, and the indexes by speaker and by outlet."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic.search import seen
from releases import indexes
from releases.views.paging import page_of


@require_safe
def conference_list(request: HttpRequest) -> HttpResponse:
    context = {
        **page_of(request, indexes.conference_cards()),
        "crumbs": [(_("Press conferences"), "")],
    }
    return render(request, "releases/conferences.html", context)


@require_safe
def speaker_list(request: HttpRequest) -> HttpResponse:
    context = {**page_of(request, indexes.people()), "crumbs": _crumbs(_("By speaker"))}
    return render(request, "releases/speakers.html", context)


@require_safe
def speaker(request: HttpRequest, name: str) -> HttpResponse:
    found = page_of(request, indexes.appearances(_readable(name)))
    if not found["page"].paginator.count:
        raise Http404
    crumbs = _crumbs((_("By speaker"), reverse("releases:speakers")), name)
    return render(request, "releases/speaker.html", {**found, "name": name, "crumbs": crumbs})


@require_safe
def outlet_list(request: HttpRequest) -> HttpResponse:
    context = {**page_of(request, indexes.outlets()), "crumbs": _crumbs(_("By outlet"))}
    return render(request, "releases/outlets.html", context)


@require_safe
def outlet(request: HttpRequest, name: str) -> HttpResponse:
    found = page_of(request, indexes.questions_of(_readable(name)))
    if not found["page"].paginator.count:
        raise Http404
    crumbs = _crumbs((_("By outlet"), reverse("releases:outlets")), name)
    return render(request, "releases/outlet.html", {**found, "name": name, "crumbs": crumbs})


def _readable(name: str) -> str:
    """A name as it can stand in a row; a control character is in none."""
    if not name or name != seen(name):
        raise Http404
    return name


def _crumbs(*below: str | tuple[str, str]) -> list[tuple[str, str]]:
    steps = [step if isinstance(step, tuple) else (step, "") for step in below]
    return [(_("Press conferences"), reverse("releases:conferences")), *steps]

"""Topics (专题): the open ones, and the releases of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic.footnotes import Footnotes
from releases.models import Release, Topic
from releases.views.paging import card_page, page_of


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    found = page_of(request, Topic.objects.open().with_counts().select_related("cover"))
    return render(request, "releases/topics.html", {**found, "crumbs": [(_("Topics"), "")]})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Topic.objects.open().select_related("cover"), slug=slug)
    releases = Release.objects.live().originals().about([shown]).newest_first()
    context = {
        **card_page(request, releases),
        "topic": shown,
        "footnotes": Footnotes([shown.intro]),
        "crumbs": [(_("Topics"), reverse("releases:topics")), (shown.title, "")],
    }
    return render(request, "releases/topic.html", context)

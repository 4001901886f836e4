"""Pages about the site itself: site map, who runs it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from releases.models import Channel, Topic


@require_safe
def sitemap_page(request: HttpRequest) -> HttpResponse:
    """The tree of columns, the open topics, and everything else a reader can reach."""
    context = {
        "crumbs": [(_("Site map"), "")],
        "channels": Channel.objects.listed().in_order(),
        "topics": Topic.objects.open(),
    }
    return render(request, "portal/sitemap.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html", {"crumbs": [(_("About this site"), "")]})

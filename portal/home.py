"""The home page: lead story, latest releases, what was counted, notices, questions, topics."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from civic.sitesettings import SiteSettings
from portal import counts
from portal.context import Frame
from releases.models import Answer, Channel, Question, Release, Topic

LATEST = 8
NOTICES = 6
QUESTIONS = 4
TOPICS = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    lead, latest = _lead_and_latest()
    context = {
        "lead": lead,
        "latest": latest,
        "counts": counts.current(),
        "notices": list(_live().notices().newest_first()[:NOTICES]),
        "notices_url": _url_of(Channel.Type.NOTICE),
        "questions": _questions(),
        "topics": list(Topic.objects.open().select_related("cover").defer("intro")[:TOPICS]),
        "ld": _site_in_words_of_schema_org(),
    }
    return render(request, "portal/home.html", context)


def _live() -> Any:
    return Release.objects.live().originals().for_cards()


def _lead_and_latest() -> tuple[Release | None, list[Release]]:
    """The pinned or else the newest release with a picture leads; the others follow by time."""
    found = list(_live().pinned_first()[: LATEST * 2])
    lead = next((release for release in found if release.cover), found[0] if found else None)
    others = [release for release in found if release is not lead]
    return lead, sorted(others, key=lambda release: release.publish_at, reverse=True)[:LATEST]


def _questions() -> list[Question]:
    """The newest answered questions, with who answered."""
    who = Answer.objects.only("question_id", "name", "post", "order")
    return list(
        Question.objects.public()
        .answered()
        .select_related("release")
        .defer("release__body")
        .prefetch_related(Prefetch("answers", queryset=who))
        .order_by("-release__publish_at", "order", "pk")[:QUESTIONS]
    )


def _url_of(kind: str) -> str:
    """The first column of this type in the menu, or ""."""
    return next((entry.url for entry in Frame.current().menu if entry.type == kind), "")


def _site_in_words_of_schema_org() -> dict[str, Any]:
    """The site, who runs it, and how to search it (schema.org/WebSite)."""
    site, home = SiteSettings.current(), settings.SITE_ORIGIN + "/"
    office = {"@type": "GovernmentOrganization", "name": site.office_name, "url": home}
    office |= {"telephone": site.phone} if site.phone else {}
    office |= {"address": site.address} if site.address else {}
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": site.site_name,
        "url": home,
        "inLanguage": settings.LANGUAGE_CODE,
        **({"description": site.description} if site.description else {}),
        **({"publisher": office} if site.office_name else {}),
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{settings.SITE_ORIGIN}{reverse('portal:search')}?q={{words}}",
            "query-input": "required name=words",
        },
    }

"""What search engines are told about a release: NewsArticle, and the questions of a conference.

schema.org keeps QAPage for a page about one question; a conference with several is a FAQPage, whose
answers all come from one publisher.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from civic import richtext
from civic.pictures import Picture
from civic.sitesettings import SiteSettings
from releases.conferences import Exchange
from releases.models import Answer, Release
from releases.parts import Parts, notes_of


def linked_data(release: Release, parts: Parts, exchanges: list[Exchange]) -> dict[str, Any]:
    """The JSON-LD of the page: {"@context": …, "@graph": […]}."""
    address = settings.SITE_ORIGIN + release.get_absolute_url()
    graph = [_article(release, parts, address)]
    answered = [exchange for exchange in exchanges if exchange.answers]
    if len(answered) == 1:
        question = _question(answered[0], address)
        graph.append({"@type": "QAPage", "@id": f"{address}#questions", "mainEntity": question})
    elif answered:
        questions = [_question(exchange, address) for exchange in answered]
        graph.append({"@type": "FAQPage", "@id": f"{address}#questions", "mainEntity": questions})
    return {"@context": "https://schema.org", "@graph": graph}


def _article(release: Release, parts: Parts, address: str) -> dict[str, Any]:
    site = SiteSettings.current()
    office = {"@type": "GovernmentOrganization", "name": site.office_name or site.site_name}
    notes = notes_of(release)
    again = release.publish_at or release.created_at
    shown = release.first_published_at or again
    changed = max([shown, again, *(note.at for note in notes)])
    pictures = [row.picture for row in parts.gallery]
    if release.lead_picture:
        pictures.insert(0, release.lead_picture)
    article = {
        "@type": "NewsArticle",
        "@id": f"{address}#article",
        "mainEntityOfPage": address,
        "headline": release.title,
        "alternativeHeadline": release.original_title,
        "description": release.teaser,
        "datePublished": shown.isoformat(timespec="seconds"),
        "dateModified": changed.isoformat(timespec="seconds"),
        "inLanguage": settings.LANGUAGE_CODE,
        "articleSection": release.channel.name,
        "keywords": release.keyword_list,
        "image": [_picture(picture) for picture in pictures],
        "author": {"@type": "Person", "name": release.writer} if release.writer else office,
        "publisher": {**office, "url": f"{settings.SITE_ORIGIN}/"},
        "isBasedOn": release.source_url,
        "about": [{"@type": "Thing", "name": topic.title} for topic in parts.topics],
    }
    return {name: value for name, value in article.items() if value}


def _picture(picture: Picture) -> dict[str, Any]:
    return {
        "@type": "ImageObject",
        "url": settings.SITE_ORIGIN + picture.large_url,
        "width": picture.width,
        "height": picture.height,
        "caption": picture.alt,
    }


def _question(exchange: Exchange, address: str) -> dict[str, Any]:
    question = exchange.question
    here = f"{address}#{question.anchor}"
    answers = [_answer(answer, here) for answer in exchange.answers]
    found: dict[str, Any] = {
        "@type": "Question",
        "@id": here,
        "url": here,
        "name": question.text,
        "answerCount": len(answers),
        "acceptedAnswer": answers[0] if len(answers) == 1 else answers,
    }
    if question.outlet:
        found["author"] = {"@type": "Organization", "name": question.outlet}
    return found


def _answer(answer: Answer, address: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "Answer",
        "url": address,
        "text": richtext.plain(answer.body),
    }
    if answer.name:
        person = {"@type": "Person", "name": answer.name, "jobTitle": answer.post}
        found["author"] = {name: value for name, value in person.items() if value}
    return found

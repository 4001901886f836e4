"""What the search index holds of a release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from civic import richtext, search
from civic.publishing import Status
from releases.models import Release


def put(release: Release) -> None:
    """Index a published release, also one that appears later; anything else is forgotten."""
    if release.status == Status.PUBLISHED and release.corrects_id is None:
        search.put(release, **_fields(release))
    else:
        search.remove(release)


def remove(release: Release) -> None:
    search.remove(release)


def ids_holding(words: str) -> QuerySet[Any, Any]:
    """The ids of releases with all of the words, as a subquery; of many the latest `MOST`."""
    found = search.SearchEntry.objects.visible().holding(search.terms(words))
    chosen = search.SearchEntry.objects.filter(pk__in=found.last_indexed(search.MOST))
    kind = ContentType.objects.get_for_model(Release)
    return chosen.filter(content_type=kind).values("object_id")


def entries() -> Iterator[search.SearchEntry]:
    """Of all published releases, the oldest first, for `reindex`."""
    published = (
        Release.objects.filter(status=Status.PUBLISHED)
        .originals()
        .select_related("channel", "unit")
        .prefetch_related("speakers", "questions__answers")
    )
    for release in published.order_by("publish_at", "pk").iterator(chunk_size=200):
        yield search.entry(release, **_fields(release))


def _fields(release: Release) -> dict[str, Any]:
    return {
        "section": release.channel.slug,
        "unit_name": release.unit.name,
        "title": release.title,
        "text": _text(release),
        "also": "\n".join(
            [release.keywords, release.source_name, release.writer, release.original_title]
        ),
        "url": release.get_absolute_url(),
        "visible_from": release.publish_at,
        "visible_until": release.expire_at,
    }


def _text(release: Release) -> str:
    """All a reader reads, a line a block: what begins it is what an excerpt shows first."""
    lines = [release.summary, richtext.plain(release.body)]
    lines += [f"{speaker.post}{speaker.name}" for speaker in release.speakers.all()]
    for question in release.questions.all():
        lines.append(f"{question.outlet}{question.reporter}：{question.text}")
        lines += [
            f"{answer.post}{answer.name}：{richtext.plain(answer.body)}"
            for answer in question.answers.all()
        ]
    return "\n".join(line for line in lines if line)

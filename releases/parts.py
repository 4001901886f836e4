"""What stands beside a release's text: pictures, files, speakers, topics, questions, reading.

A release page may cost six queries whatever it holds, so the small lists come in one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Substr
from django.utils import timezone

from civic.declared import PREFIX, DeclaredFigure
from civic.pictures import Picture
from releases.figureblocks import FigureBlock
from releases.largenumbers import LargeNumber, large_number
from releases.models import (
    Attachment,
    RelatedReading,
    Release,
    ReleasePicture,
    Speaker,
    Topic,
)

READING = 6  # releases recommended beside one

# The columns all small lists share, with what a list that lacks one gives. `reading` opens the
# union and has all of them, which types them for every database.
_NEVER = Value(None, output_field=models.DateTimeField())
_EMPTY: dict[str, Any] = {
    "kind": "",
    "place": 0,
    "row": 0,
    "title": "",
    "name": "",
    "text": "",
    "extra": "",
    "uid": "",
    "large": 0,
    "small": 0,
    "first_at": _NEVER,
    "shown_at": _NEVER,
}


@dataclass
class Parts:
    """The lists of one release, each in the order of the desk."""

    reading: list[Release] = field(default_factory=list)
    same_topics: list[Release] = field(default_factory=list)
    same_channel: list[Release] = field(default_factory=list)
    gallery: list[ReleasePicture] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    figures: list[LargeNumber] = field(default_factory=list)


@dataclass(frozen=True)
class Note:
    """What was changed after publication, for readers."""

    at: datetime
    text: str
    is_major: bool


def notes_of(release: Release) -> list[Note]:
    """The change notes, the oldest first."""
    notes = []
    for row in release.change_notes:
        at = datetime.fromisoformat(row["at"])
        at = at if timezone.is_aware(at) else timezone.make_aware(at)
        notes.append(Note(at, row["text"], bool(row.get("major"))))
    return notes


def parts_of(release: Release) -> Parts:
    """All small lists in one query; unsaved objects that know what a page asks of them."""
    lists = [_gallery_rows(release), _attachment_rows(release), _topic_rows(release)]
    lists += [_figure_rows(release), *_near_rows(release)]
    if release.is_conference:
        lists.append(
            _rows(release.speakers.all(), "speaker", title="name", name="post", text="role")
        )
    union = _reading_rows(release).union(*lists, all=True)
    parts = Parts()
    for values in sorted(union, key=lambda values: values[1:3]):
        row = dict(zip(_EMPTY, values, strict=True))
        _MAKERS[row["kind"]](parts, row)
    return parts


def _rows(rows: models.QuerySet[Any], kind: str, **columns: Any) -> Any:
    """The shared columns of these rows: `columns` says where each comes from."""
    given = {**_EMPTY, "kind": Value(kind), "place": F("order"), "row": F("pk")}
    given |= {name: F(at) if isinstance(at, str) else at for name, at in columns.items()}
    annotations = {
        f"p_{name}": value if hasattr(value, "resolve_expression") else Value(value)
        for name, value in given.items()
    }
    return rows.order_by().annotate(**annotations).values_list(*annotations)


def _reading_rows(release: Release) -> Any:
    live = Release.objects.live().originals().values("pk")
    return _rows(
        RelatedReading.objects.filter(release=release, to__in=live),
        "reading",
        row="to",
        title="to__title",
        name="to__slug",
        first_at="to__first_published_at",
        shown_at="to__publish_at",
    )


def _near_rows(release: Release) -> list[Any]:
    """The newest of the same topics, and of the channel: enough to fill up what was chosen."""
    others = Release.objects.live().originals().exclude(pk=release.pk).newest_first()
    same = Release.topics.through.objects.filter(
        topic__in=Topic.objects.open().filter(releases=release)
    )
    near = {
        "same_topics": others.filter(pk__in=same.values("release_id")),
        "same_channel": others.filter(channel=release.channel_id),
    }
    # The newest are picked below the union: its members may be neither ordered nor cut.
    newest = {kind: rows.values("pk")[: 2 * READING] for kind, rows in near.items()}
    return [
        _rows(
            Release.objects.filter(pk__in=rows),
            kind,
            place=0,
            title="title",
            name="slug",
            first_at="first_published_at",
            shown_at="publish_at",
        )
        for kind, rows in newest.items()
    ]


def _gallery_rows(release: Release) -> Any:
    return _rows(
        release.gallery.all(),
        "picture",
        title="caption",
        name=_own_or("alt", "picture__alt"),
        text="picture__caption",
        extra=_own_or("credit", "picture__credit"),
        uid=Cast("picture__key", models.CharField()),
        large="picture__width",
        small="picture__height",
    )


def _own_or(own: str, otherwise: str) -> Coalesce:
    return Coalesce(NullIf(own, Value("")), otherwise)


def _attachment_rows(release: Release) -> Any:
    return _rows(
        release.attachments.all(),
        "attachment",
        title="title",
        name="file_name",
        text="media_type",
        uid=Cast("key", models.CharField()),
        large="size",
    )


def _figure_rows(release: Release) -> Any:
    """With what a declared figure is called, and whether it is public: no look-up a number."""
    told = DeclaredFigure.objects.filter(name=Substr(OuterRef("figure"), len(PREFIX) + 1))
    return _rows(
        release.figure_blocks.all(),
        "figure",
        title=Coalesce(NullIf("label", Value("")), Subquery(told.values("label")), Value("")),
        name="figure",
        text="shown",
        extra=Concat("period", Value("|"), "region", Value("|"), "group"),
        uid=Coalesce(Cast("as_of", models.CharField()), Value("")),
        large=Case(When(Exists(told.public()), then=1), default=0),
        small=Case(When(is_historical=True, then=1), default=0),
    )


def _topic_rows(release: Release) -> Any:
    return _rows(Topic.objects.open().filter(releases=release), "topic", title="title", name="slug")


def _release(row: dict[str, Any]) -> Release:
    return Release(
        pk=row["row"],
        title=row["title"],
        slug=row["name"],
        first_published_at=row["first_at"],
        publish_at=row["shown_at"],
    )


def _add_reading(parts: Parts, row: dict[str, Any]) -> None:
    parts.reading.append(_release(row))


def _add_of_topics(parts: Parts, row: dict[str, Any]) -> None:
    parts.same_topics.append(_release(row))


def _add_of_channel(parts: Parts, row: dict[str, Any]) -> None:
    parts.same_channel.append(_release(row))


def _add_picture(parts: Parts, row: dict[str, Any]) -> None:
    picture = Picture(
        key=UUID(row["uid"]),
        alt=row["name"],
        caption=row["text"],
        credit=row["extra"],
        width=row["large"],
        height=row["small"],
    )
    parts.gallery.append(ReleasePicture(picture=picture, caption=row["title"] or row["text"]))


def _add_attachment(parts: Parts, row: dict[str, Any]) -> None:
    parts.attachments.append(
        Attachment(
            key=UUID(row["uid"]),
            title=row["title"],
            file_name=row["name"],
            media_type=row["text"],
            size=row["large"],
        )
    )


def _add_speaker(parts: Parts, row: dict[str, Any]) -> None:
    parts.speakers.append(Speaker(name=row["title"], post=row["name"], role=row["text"]))


def _add_topic(parts: Parts, row: dict[str, Any]) -> None:
    parts.topics.append(Topic(pk=row["row"], title=row["title"], slug=row["name"]))


def _add_figure(parts: Parts, row: dict[str, Any]) -> None:
    block = FigureBlock(figure=row["name"], label=row["title"], shown=row["text"])
    block.is_historical = bool(row["small"])
    block.period, block.region, block.group = row["extra"].split("|")
    is_declared = bool(row["large"]) and block.figure.startswith(PREFIX)
    parts.figures.append(large_number(block, day=row["uid"], is_declared=is_declared))


_MAKERS = {
    "figure": _add_figure,
    "reading": _add_reading,
    "same_topics": _add_of_topics,
    "same_channel": _add_of_channel,
    "picture": _add_picture,
    "attachment": _add_attachment,
    "speaker": _add_speaker,
    "topic": _add_topic,
}


def reading_for(parts: Parts) -> list[Release]:
    """What was chosen by hand first, then the newest of the same topics, then of the channel."""
    found = {one.pk: one for one in parts.reading}
    for near in (parts.same_topics, parts.same_channel):
        for one in sorted(near, key=lambda one: (one.publish_at, one.pk), reverse=True):
            found.setdefault(one.pk, one)
    return list(found.values())[:READING]

"""What changes several rows of releases at once: corrections, publication, withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from civic import audit
from civic.publishing import Status, TransitionRefused
from releases import search
from releases.models import (
    Answer,
    Attachment,
    Question,
    RelatedReading,
    Release,
    ReleasePicture,
    Speaker,
)

if TYPE_CHECKING:
    from civic.accounts import User

# What a correction takes from the original and gives back to it.
CONTENT = (
    "title",
    "kind",
    "channel",
    "unit",
    "summary",
    "body",
    "keywords",
    "writer",
    "source_name",
    "source_url",
    "original_title",
    "original_at",
    "cover",
    "held_at",
    "venue",
    "organizer",
    "expire_at",
)


@transaction.atomic
def start_correction(*, release: Release, by: User, version: int | None = None) -> Release:
    """A working copy of a published release, as a draft. Raises TransitionRefused."""
    if not release.may(by, "submit"):
        raise TransitionRefused(gettext("You have no right to do this."))
    if version is not None and version != release.version:
        raise TransitionRefused(
            gettext("The text was changed since you looked at it. Read it again first.")
        )
    if not release.is_live or release.corrects_id:
        raise TransitionRefused(gettext("Only a text that citizens can read is corrected."))
    if release.corrections.exclude(status=Status.ARCHIVED).exists():
        raise TransitionRefused(gettext("A correction of this release is already under way."))
    copy = Release(corrects=release, created_by=by, edited_by=by)
    for name in CONTENT:
        setattr(copy, name, getattr(release, name))
    copy.slug = f"{release.slug[:60]}-c{release.version}"
    copy.save()
    _copy_parts(source=release, target=copy)
    audit.record("release.correction_started", by=by, target=release, copy=copy.pk)
    return copy


def _copy_parts(*, source: Release, target: Release) -> None:
    """Everything that hangs on a release, drawn anew under another."""
    target.topics.set(source.topics.all())
    speakers = {}
    for speaker in source.speakers.all():
        speakers[speaker.pk] = Speaker.objects.create(
            release=target,
            role=speaker.role,
            name=speaker.name,
            post=speaker.post,
            order=speaker.order,
        )
    for row in source.gallery.all():
        ReleasePicture.objects.create(
            release=target, picture_id=row.picture_id, caption=row.caption, order=row.order
        )
    for row in source.related_rows.all():
        if row.to_id != target.pk:
            RelatedReading.objects.create(release=target, to_id=row.to_id, order=row.order)
    _copy_attachments(source=source, target=target)
    _copy_questions(source=source, target=target, speakers=speakers)
    target.note_pictures()


def _copy_attachments(*, source: Release, target: Release) -> None:
    for one in source.attachments.all():
        Attachment.objects.create(
            release=target,
            title=one.title,
            file=one.file.name,
            file_name=one.file_name,
            size=one.size,
            media_type=one.media_type,
            sha256=one.sha256,
            order=one.order,
        )


def _copy_questions(*, source: Release, target: Release, speakers: dict[int, Speaker]) -> None:
    for question in source.questions.prefetch_related("answers"):
        twin = Question.objects.create(
            release=target,
            order=question.order,
            mark=question.mark,
            outlet=question.outlet,
            reporter=question.reporter,
            text=question.text,
            topic_words=question.topic_words,
        )
        for answer in question.answers.all():
            Answer.objects.create(
                question=twin,
                order=answer.order,
                speaker=speakers.get(answer.speaker_id or 0),
                name=answer.name,
                post=answer.post,
                body=answer.body,
            )


def settle_publication(*, release: Release, by: User) -> None:
    """After `publish`, in its transaction: merge a correction, tell the search index."""
    if release.corrects_id is None:
        search.put(release)
        return
    original = Release.objects.select_for_update().get(pk=release.corrects_id)
    if original.status != Status.PUBLISHED:
        raise TransitionRefused(gettext("The corrected text is no longer published."))
    _merge(correction=release, original=original, by=by)


def _merge(*, correction: Release, original: Release, by: User) -> None:
    """The correction's content into the original, whose address and first time stay."""
    now = timezone.now()
    changes: dict[str, Any] = {name: getattr(correction, name) for name in CONTENT}
    original.claim(
        original.version,
        imprint=correction.imprint,
        change_notes=[
            *original.change_notes,
            {
                "at": now.isoformat(),
                "text": correction.correction_note,
                "major": correction.correction_is_major,
            },
        ],
        retrospective_due=correction.retrospective_due,
    )
    for name, value in changes.items():
        setattr(original, name, value)
    original.edited_by = correction.edited_by
    original.save()
    for parts in (
        original.questions,
        original.speakers,
        original.gallery,
        original.attachments,
        original.related_rows,
    ):
        parts.all().delete()
    _copy_parts(source=correction, target=original)
    search.put(original)
    # Its work is done: it leaves the working list, and no page ever shows it.
    correction.claim(correction.version, status=Status.ARCHIVED)
    audit.record(
        "release.corrected",
        by=by,
        target=original,
        note=correction.correction_note,
        correction=correction.pk,
    )


def settle_withdrawal(*, release: Release, by: User) -> None:
    """After `withdraw` or a cancelled schedule, in its transaction."""
    search.remove(release)

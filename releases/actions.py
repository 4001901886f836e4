"""What changes several rows of releases at once: corrections, publication, withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from civic import audit, citations
from civic.publishing import Review, Status, TransitionRefused
from releases import search
from releases.figureblocks import FigureBlock
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
    "cover_alt",
    "held_at",
    "venue",
    "organizer",
    "expire_at",
)

# What a large number is, beside its release.
BLOCK = (
    "order",
    "label",
    "figure",
    "period",
    "region",
    "group",
    "qualifier",
    "scale",
    "shown",
    "as_of",
    "is_historical",
)

# What an attachment is, beside its key and its release.
DESCRIPTION = ("title", "file_name", "size", "media_type", "sha256", "order")


@transaction.atomic
def start_correction(*, release: Release, by: User, version: int | None = None) -> Release:
    """A working copy of a published release, as a draft. Raises TransitionRefused."""
    release.demand(by, "submit", version)
    if not release.is_live or release.corrects_id:
        raise TransitionRefused(gettext("Only a text that citizens can read is corrected."))
    if release.corrections.exclude(status=Status.ARCHIVED).exists():
        raise TransitionRefused(gettext("A correction of this release is already under way."))
    copy = Release(corrects=release, created_by=by, edited_by=by)
    for name in CONTENT:
        setattr(copy, name, getattr(release, name))
    copy.slug = _slug_of_copy(release)
    try:
        with transaction.atomic():
            copy.save()
    except IntegrityError as error:  # two began at once; the database lets one through
        raise TransitionRefused(
            gettext("A correction of this release is already under way.")
        ) from error
    _copy_parts(source=release, target=copy)
    _copy_attachments(source=release, target=copy)
    copy.note_history()
    audit.record("release.correction_started", by=by, target=release, copy=copy.pk)
    return copy


def _slug_of_copy(release: Release) -> str:
    """Never shown to a reader; unique, also when an earlier copy of this version was dropped."""
    count = release.corrections.count() + 1
    return f"{release.slug[:60]}-c{release.pk}-{count}"


def _copy_parts(*, source: Release, target: Release) -> None:
    """What hangs on a release, drawn anew under another; files go another way."""
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
            release=target,
            picture_id=row.picture_id,
            caption=row.caption,
            alt=row.alt,
            credit=row.credit,
            order=row.order,
        )
    for related in source.related_rows.all():
        if related.to_id != target.pk:
            RelatedReading.objects.create(release=target, to_id=related.to_id, order=related.order)
    for block in source.figure_blocks.all():
        twin = FigureBlock(release=target)
        for name in BLOCK:
            setattr(twin, name, getattr(block, name))
        twin.save()
    _copy_questions(source=source, target=target, speakers=speakers)
    target.note_pictures()
    citations.check(target, like=source)


def _clear_parts(release: Release) -> None:
    """What `_copy_parts` draws anew."""
    for parts in (
        release.questions,
        release.speakers,
        release.gallery,
        release.related_rows,
        release.figure_blocks,
    ):
        parts.all().delete()


def _copy_attachments(*, source: Release, target: Release) -> None:
    """Into a correction: each copy knows the row it stands for."""
    for one in source.attachments.all():
        twin = Attachment(release=target, copy_of=one, file=one.file.name)
        for name in DESCRIPTION:
            setattr(twin, name, getattr(one, name))
        twin.save()


def _merge_attachments(*, correction: Release, original: Release) -> None:
    """Out of a correction: the address of a file stays, whatever became of its content."""
    standing = {row.pk: row for row in original.attachments.all()}
    for one in correction.attachments.all():
        row = standing.pop(one.copy_of_id or 0, None)
        if row is None:
            Attachment.objects.filter(pk=one.pk).update(release=original, copy_of=None)
            continue
        row.file = one.file.name
        for name in DESCRIPTION:
            setattr(row, name, getattr(one, name))
        row.save()
    original.attachments.filter(pk__in=standing).delete()


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
    note = {
        "at": now.isoformat(),
        "text": correction.correction_note,
        "major": correction.correction_is_major,
    }
    original.claim(
        original.version,
        imprint=correction.imprint,
        change_notes=[*original.change_notes, note],
        emergency_reason=correction.emergency_reason,
        retrospective_due=correction.retrospective_due,
        # Whose eyes are not fresh for a review afterwards: those who made the correction.
        edited_by=correction.edited_by,
        submitted_by=correction.submitted_by or correction.created_by,
    )
    for name in CONTENT:
        if name != "expire_at" or _changed_expiry(correction):
            setattr(original, name, getattr(correction, name))
    original.save()
    _clear_parts(original)
    _copy_parts(source=correction, target=original)
    _merge_attachments(correction=correction, original=original)
    original.note_history()
    original.reviews.update(is_current=False)
    urgent = correction.retrospective_due is not None
    verdict = Review.Verdict.URGENT if urgent else Review.Verdict.MERGED
    original.note(verdict, by, correction.correction_note)
    search.put(original)
    # Its work is done: it leaves the working list, and no page ever shows it.
    correction.claim(correction.version, status=Status.ARCHIVED, retrospective_due=None)
    audit.record(
        "release.corrected",
        by=by,
        target=original,
        note=correction.correction_note,
        correction=correction.pk,
    )


def _changed_expiry(correction: Release) -> bool:
    """Whether its last day was changed in the copy; else the original keeps what it has by now."""
    begun = correction.history.order_by("history_id").first()
    return begun is None or begun.expire_at != correction.expire_at


def settle_withdrawal(*, release: Release, by: User | None) -> None:
    """After `withdraw` or a cancelled schedule, in its transaction."""
    search.remove(release)

"""From a transcript to a draft: one transaction, audited, only into a unit in scope."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from civic import audit, citations, pictures, richtext
from civic.audit import AuditEvent
from civic.publishing import NoRight
from civic.units import Unit
from releases.models import Answer, Channel, Question, Release, Speaker
from releases.transcripts.transcript import QuestionAsked, Transcript

if TYPE_CHECKING:
    from civic.accounts import User

ACT = "release.imported"
_PLACE = re.compile(r'<figure><img src="picture:(\d{1,3})" alt="([^"]{0,2000})"></figure>')
_UNCHECKED = ("slug", "corrects", "created_by", "edited_by", "cover")


def check_scope(*, by: User | None, unit: Unit) -> None:
    """Raises NoRight unless `by` may import for this unit; the command line has no person."""
    if by is None:
        return
    if not by.has_perm("releases.import_release"):
        raise NoRight(_("You have no right to do this."))
    if not Unit.objects.visible_to(by).filter(pk=unit.pk).exists():
        raise NoRight(_("This unit is not one of yours."))


def place_pictures(*, transcript: Transcript, by: User | None, unit: Unit) -> None:
    """Keep the pictures of the file and put their addresses where they stood in the text.

    One that cannot be read is left out and noted. Stored pictures stay private until shown.
    """
    check_scope(by=by, unit=unit)
    if by is not None and transcript.pictures and not by.has_perm("civic.add_picture"):
        raise NoRight(_("You have no right to add pictures."))
    stored: dict[int, str] = {}
    for number, picture in enumerate(transcript.pictures):
        try:
            kept = pictures.store(
                data=picture.data, name=picture.name, by=by, unit=unit, alt=picture.alt
            )
        except ValidationError as error:
            transcript.drop(f"[{picture.alt or picture.name}]", " ".join(error.messages))
        else:
            stored[number] = kept.large_url
    transcript.pictures = []

    def placed(match: re.Match[str]) -> str:
        url = stored.get(int(match[1]))
        return f'<figure><img src="{url}" alt="{match[2]}"></figure>' if url else ""

    transcript.body = _PLACE.sub(placed, transcript.body)
    for question in transcript.questions:
        for answer in question.answers:
            answer.body = _PLACE.sub(placed, answer.body)


def earlier_import(sha256: str) -> AuditEvent | None:
    """The last time the same text was imported."""
    return AuditEvent.objects.filter(act=ACT, detail__sha256=sha256).first() if sha256 else None


def save_transcript(
    *, transcript: Transcript, by: User | None, channel: Channel, unit: Unit
) -> Release:
    """The draft with its speakers, questions and answers.

    Raises NoRight outside the scope of `by`, and ValidationError for what no draft may hold.
    """
    check_scope(by=by, unit=unit)
    if transcript.pictures:
        place_pictures(transcript=transcript, by=by, unit=unit)
    with transaction.atomic():
        release = _release(transcript, by, channel, unit)
        speakers = _speakers(transcript, release)
        for order, asked in enumerate(transcript.questions, start=1):
            _question(asked, order, release, speakers)
        release.note_pictures()
        release.note_history()
        citations.check(release)
        audit.record(
            ACT,
            by=by,
            target=release,
            sha256=transcript.sha256,
            questions=len(transcript.questions),
            doubts=len(transcript.doubts),
            dropped=len(transcript.dropped),
        )
    return release


def _checked(row: Any, *skipped: str) -> Any:
    row.full_clean(exclude=skipped)
    row.save()
    return row


def _release(made: Transcript, by: User | None, channel: Channel, unit: Unit) -> Release:
    body = richtext.clean(made.body)
    richtext.check(body)
    is_conference = made.kind == Release.Kind.CONFERENCE
    release = Release(
        kind=made.kind,
        channel=channel,
        unit=unit,
        title=made.title.strip() or _("Untitled import"),
        original_title=made.original_title,
        original_at=made.time,
        source_name=made.source,
        source_url=made.source_url,
        writer=made.writer,
        body=body,
        held_at=made.held_at if is_conference else None,
        venue=made.venue if is_conference else "",
        organizer=made.organizer if is_conference else "",
        created_by=by,
        edited_by=by,
    )
    return _checked(release, *_UNCHECKED)


def _speakers(made: Transcript, release: Release) -> dict[str, Speaker]:
    """Rows by name, the presenters before the host where a name stands twice."""
    rows: dict[str, Speaker] = {}
    seen: set[tuple[str, str]] = set()
    for order, person in enumerate(made.people, start=1):
        if (person.role, person.name) in seen:
            continue
        seen.add((person.role, person.name))
        row = Speaker(
            release=release, role=person.role, name=person.name, post=person.post, order=order
        )
        rows[person.name] = _checked(row, "release")
    return rows


def _question(
    asked: QuestionAsked, order: int, release: Release, speakers: dict[str, Speaker]
) -> None:
    question = Question(
        release=release,
        order=order,
        outlet=asked.outlet,
        reporter=asked.reporter,
        text=asked.text.strip() or "—",
        topic_words=asked.topic,
    )
    question = _checked(question, "release", "text")
    for place, given in enumerate(asked.answers, start=1):
        body = richtext.clean(given.body)
        richtext.check(body)
        answer = Answer(
            question=question,
            order=place,
            speaker=speakers.get(given.name),
            name=given.name,
            post=given.post,
            body=body,
        )
        _checked(answer, "question", "speaker", "body")

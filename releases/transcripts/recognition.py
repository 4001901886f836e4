"""Recognition: from a file or pasted text to a transcript, step by step. Raises ValidationError."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from civic import files
from releases.transcripts import (
    chrome,
    dialogue,
    head,
    pagefacts,
    pages,
    people,
    sections,
    text,
    word,
)
from releases.transcripts.blocks import Block, Shape, Source, squeezed
from releases.transcripts.dialogue import Asked, Dialogue
from releases.transcripts.head import Head
from releases.transcripts.people import People
from releases.transcripts.transcript import (
    PRESENTER,
    AnswerGiven,
    Doubt,
    Person,
    QuestionAsked,
    Transcript,
)

KINDS = ("txt", "docx", "html", "htm")
MAX_SPEAKERS = 30
_IS_PAGE = re.compile(r"\s{0,200}<(?:!doctype html|html|head|body)[\s>]", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:通知|公告|通告|公示|通报|决定|意见|方案|办法|倡议书|函)(?:[(（].{1,12}[)）])?$"
)
_CONFERENCE = re.compile(r"(?:新闻)?(?:发布会|通气会|吹风会|记者会|见面会)|答记者问")
# Longest values of the fields of a release.
LIMITS = {
    "title": 120,
    "original_title": 120,
    "source": 60,
    "writer": 60,
    "venue": 80,
    "organizer": 80,
}


def from_file(data: bytes, name: str) -> Transcript:
    """What the file holds, by its name and content together."""
    files.check_upload(data)
    kind = files.extension(name)
    if kind in ("doc", "wps", "rtf"):
        raise ValidationError(_("Save the file as .docx first, or paste its text."))
    if kind not in KINDS:
        raise ValidationError(_("A transcript is a .txt, .docx or .html file, or pasted text."))
    if kind == "docx":
        return recognise(word.read(data, name))
    if kind == "txt":
        return from_text(text.decode(data))
    return recognise(pages.read(pagefacts.decode(data)))


def from_text(pasted: str) -> Transcript:
    """What was pasted: text, or the source of a page."""
    if _IS_PAGE.match(pasted[:300]):
        return recognise(pages.read(pasted))
    return recognise(text.read(pasted))


def recognise(source: Source) -> Transcript:
    """The steps in order: chrome, head, people, questions, sections, kind."""
    if not any(block.text.strip() for block in source.blocks):
        raise ValidationError(_("There is no text in it."))
    blocks, chrome_lines = chrome.strip(source.blocks)
    top = head.read(blocks, source.hints)
    is_notice = bool(top.document_number or _NOTICE.search(top.title))
    crowd = People() if is_notice else people.find(top.rest, top.title)
    roster = {id(block) for block in crowd.used}
    told = dialogue.split([block for block in top.rest if id(block) not in roster], crowd)
    made = _with_head(top, source)
    made.dropped = sorted(
        [*source.dropped, *chrome_lines, *top.dropped], key=lambda dropped: dropped.line
    )
    _put_people(made, crowd, told)
    _put_text(made, told, crowd)
    _put_kind(made, told)
    _doubt_pictures(made)
    _account(made, top, crowd, told)
    _fit(made)
    return made


def _with_head(top: Head, source: Source) -> Transcript:
    everything = "".join(squeezed(block.text) for block in source.blocks)
    return Transcript(
        title=top.title,
        original_title=top.original_title,
        time=top.time,
        source=top.source,
        source_url=top.url,
        writer=top.writer,
        document_number=top.document_number,
        held_at=top.held_at,
        venue=top.venue,
        doubts=[*source.doubts, *top.doubts],
        pictures=source.pictures,
        sha256=hashlib.sha256(everything.encode("utf-8", "replace")).hexdigest(),
    )


def _put_people(made: Transcript, crowd: People, told: Dialogue) -> None:
    made.host = crowd.host
    made.speakers = crowd.presenters[:MAX_SPEAKERS]
    made.organizer = crowd.organizer
    made.doubts += crowd.doubts
    for asked in told.questions:
        for given in asked.answers:
            turn = given.turn
            if not turn.name or crowd.known(turn.name) or len(made.speakers) >= MAX_SPEAKERS:
                continue
            person = Person(PRESENTER, turn.name, turn.post)
            made.speakers.append(person)
            crowd.presenters.append(person)
            made.doubts.append(
                Doubt(
                    "speakers",
                    f"{turn.post} {turn.name}".strip(),
                    _("Answers a question but is not named at the beginning; added."),
                )
            )
    if told.questions and made.host is None:
        made.doubts.append(Doubt("host", "", _("No host was found. Fill in who hosted.")))
    for person in made.people:
        if not person.post:
            made.doubts.append(
                Doubt("speakers", person.name, _("No post was found for this person."))
            )


def _put_text(made: Transcript, told: Dialogue, crowd: People) -> None:
    day, signature = head.signed_day(told.body) if not told.questions else (None, [])
    signed = {id(block) for block in signature}
    body = [
        replace(block, align="right") if id(block) in signed else _labelled(block, told)
        for block in told.body
    ]
    shaped = sections.shape(body)
    made.body = sections.markup(shaped.blocks)
    made.doubts += shaped.doubts
    everything = list(shaped.blocks)
    for number, asked in enumerate(told.questions, start=1):
        made.questions.append(_question(made, asked, number, everything))
    made.doubts += told.doubts
    made.headings = sections.headings(everything)
    made.lists = sections.lists(everything)
    made.tables = sum(block.shape is Shape.TABLE for block in everything)
    if day is not None and made.time is None:
        made.time = day
        made.doubts = [doubt for doubt in made.doubts if doubt.field != "time"]
        made.doubts.append(
            Doubt("time", f"{day:%Y-%m-%d}", _("Taken from the signature; only a day is given."))
        )


def _labelled(block: Block, told: Dialogue) -> Block:
    length = told.labels.get(id(block), 0)
    return sections.with_label(block, length) if length else block


def _question(
    made: Transcript, asked: Asked, number: int, everything: list[Block]
) -> QuestionAsked:
    record = QuestionAsked(
        outlet=asked.turn.outlet[:60],
        reporter=asked.turn.name[:40],
        text=asked.text,
        topic=asked.topic.text[:60] if asked.topic else "",
        label=asked.turn.label,
    )
    where = f"questions.{number}"
    for given in asked.answers:
        shaped = sections.shape(given.blocks, where)
        everything += [*shaped.blocks, Block()]
        made.doubts += shaped.doubts
        record.answers.append(
            AnswerGiven(
                given.turn.name, given.turn.post, sections.markup(shaped.blocks), given.turn.label
            )
        )
    if not record.outlet:
        made.doubts.append(Doubt(where, record.text[:60], _("The outlet is not named.")))
    if len(record.text) > 2000:
        made.doubts.append(
            Doubt(
                where, record.text[:60], _("Too long for a question; perhaps it holds the answer.")
            )
        )
    return record


def _put_kind(made: Transcript, told: Dialogue) -> None:
    title = made.title or made.original_title
    if told.questions:
        made.kind = "conference"
    elif made.document_number or _NOTICE.search(title):
        made.kind = "notice"
    elif made.speakers and _CONFERENCE.search(f"{title}{made.body[:2000]}"):
        made.kind = "conference"
    else:
        made.kind = "news"
    if made.kind == "conference" and not told.questions:
        made.doubts.append(
            Doubt("questions", "", _("No questions were found. If there were some, add them."))
        )
    if made.kind != "conference":
        made.host, made.speakers, made.organizer = None, [], ""
        made.doubts = [d for d in made.doubts if d.field not in ("host", "speakers")]


def _doubt_pictures(made: Transcript) -> None:
    for number, picture in enumerate(made.pictures, start=1):
        if not picture.alt:
            what = _("Picture %(n)d") % {"n": number}
            why = _("It has no alternative text. Write it before the text is submitted.")
            made.doubts.append(Doubt("pictures", what, why))


def _account(made: Transcript, top: Head, crowd: People, told: Dialogue) -> None:
    """Write down for every line what became of it."""
    made.head = [block.text for block in (*top.titles, *top.used, *crowd.used)]
    uses = made.uses
    for kind, blocks in (
        ("title", top.titles),
        ("head", top.used),
        ("people", crowd.used),
        ("body", told.body),
        ("question", [asked.topic for asked in told.questions if asked.topic]),
    ):
        uses.update({line: kind for block in blocks for line in block.lines})
    for asked in told.questions:
        uses.update(dict.fromkeys(asked.lines, "question"))
        for given in asked.answers:
            uses.update(dict.fromkeys(given.lines, "answer"))
    uses.update({dropped.line: "dropped" for dropped in made.dropped if dropped.line})


def _fit(made: Transcript) -> None:
    """Cut what is longer than its field, and say so; the whole is put into the text."""
    for name, most in LIMITS.items():
        value = getattr(made, name)
        if len(value) > most:
            setattr(made, name, value[:most])
            made.doubts.append(Doubt(name, value[:200], _("Too long for this field; it was cut.")))
    made.speakers = [_fitted(person) for person in made.speakers]
    made.host = _fitted(made.host) if made.host else None
    for question in made.questions:
        for answer in question.answers:
            answer.name, answer.post = answer.name[:40], answer.post[:120]


def _fitted(person: Person) -> Person:
    return replace(person, name=person.name[:40], post=person.post[:120])

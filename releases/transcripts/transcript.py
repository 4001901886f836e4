"""The transcript as it was recognised: head, people, body, questions; doubts and dropped lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from releases.transcripts.blocks import SourcePicture

HOST, PRESENTER = "host", "presenter"


@dataclass(frozen=True)
class Doubt:
    """Something to look at: the field, the words concerned, and why, for the clerk."""

    field: str
    what: str
    why: str


@dataclass(frozen=True)
class Dropped:
    """A line that was left out, and why. It can be put back."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Person:
    role: str
    name: str
    post: str = ""


@dataclass
class AnswerGiven:
    """What one person answered; `label` is the label as it stood in the source."""

    name: str = ""
    post: str = ""
    body: str = ""
    label: str = ""


@dataclass
class QuestionAsked:
    """One question; `text` has a line a paragraph."""

    outlet: str = ""
    reporter: str = ""
    text: str = ""
    topic: str = ""
    label: str = ""
    answers: list[AnswerGiven] = field(default_factory=list)


@dataclass
class Transcript:
    """Everything recognised. `body` and the answers are HTML; times are aware, Asia/Shanghai.

    `uses` says for every non-empty line of the source what became of it: title, head, people, body,
    question, answer or dropped. `pictures` stand in the HTML as `<img src="picture:N">`.
    """

    title: str = ""
    original_title: str = ""
    time: datetime | None = None
    source: str = ""
    source_url: str = ""
    writer: str = ""
    kind: str = "news"
    document_number: str = ""
    held_at: datetime | None = None
    venue: str = ""
    organizer: str = ""
    host: Person | None = None
    speakers: list[Person] = field(default_factory=list)
    body: str = ""
    headings: list[dict[str, Any]] = field(default_factory=list)
    lists: list[list[str]] = field(default_factory=list)
    tables: int = 0
    questions: list[QuestionAsked] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    head: list[str] = field(default_factory=list)  # the lines title, time, people were read from
    uses: dict[int, str] = field(default_factory=dict)
    pictures: list[SourcePicture] = field(default_factory=list)
    sha256: str = ""

    def drop(self, text: str, reason: str) -> None:
        self.dropped.append(Dropped(0, text, reason))

    @property
    def people(self) -> list[Person]:
        """The host first, then the presenters."""
        return ([self.host] if self.host else []) + self.speakers

    @property
    def answerers(self) -> list[tuple[str, str]]:
        """(name, post) of those who answered, each once, in order."""
        named = [(a.name, a.post) for q in self.questions for a in q.answers if a.name]
        return list(dict.fromkeys(named))

    def counts(self) -> dict[str, int]:
        return {
            "hosts": 1 if self.host else 0,
            "speakers": len(self.speakers),
            "questions": len(self.questions),
            "answers": sum(len(question.answers) for question in self.questions),
            "answerers": len(self.answerers),
            "headings": len(self.headings),
            "lists": len(self.lists),
            "list_items": sum(len(items) for items in self.lists),
            "tables": self.tables,
            "pictures": len(self.pictures),
            "doubts": len(self.doubts),
            "dropped": len(self.dropped),
        }

    def as_json(self) -> dict[str, Any]:
        """Everything but pictures and line numbers, JSON-able."""
        return {
            "counts": self.counts(),
            "kind": self.kind,
            "title": self.title,
            "original_title": self.original_title,
            "time": self.time.isoformat() if self.time else None,
            "published": f"{self.time:%Y-%m-%d %H:%M}" if self.time else "",
            "source": self.source,
            "source_url": self.source_url,
            "writer": self.writer,
            "document_number": self.document_number,
            "held_at": self.held_at.isoformat() if self.held_at else None,
            "venue": self.venue,
            "organizer": self.organizer,
            "host": vars(self.host) if self.host else None,
            "speakers": [vars(person) for person in self.speakers],
            "answerers": [{"name": name, "post": post} for name, post in self.answerers],
            "headings": self.headings,
            "lists": self.lists,
            "body": self.body,
            "questions": [
                {
                    "outlet": question.outlet,
                    "reporter": question.reporter,
                    "topic": question.topic,
                    "text": question.text,
                    "answers": [
                        {"name": a.name, "post": a.post, "body": a.body} for a in question.answers
                    ],
                }
                for question in self.questions
            ],
            "doubts": [vars(doubt) for doubt in self.doubts],
            "dropped": [vars(line) for line in self.dropped],
            "sha256": self.sha256,
        }

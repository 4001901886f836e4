"""The review of what was recognised: all forms of the second step, and the transcript they make."""

from __future__ import annotations

import html
from typing import Any

from django.utils.translation import gettext as _

from civic.accounts import User
from releases.transcripts.forms import QuestionRows, ReviewForm, SpeakerRows
from releases.transcripts.transcript import (
    HOST,
    PRESENTER,
    AnswerGiven,
    Person,
    QuestionAsked,
    Transcript,
)


class Review:
    """The forms of the second step together, and the transcript they make."""

    def __init__(self, *, user: User, data: Any = None, made: Transcript | None = None) -> None:
        made = made or Transcript()
        self.form = ReviewForm(data, user=user, initial=_initial(made) if data is None else None)
        people = [vars(person) for person in made.people]
        self.speakers = SpeakerRows(data, prefix="speakers", initial=people)
        self.questions = QuestionRows(
            data,
            prefix="questions",
            initial=[
                {"outlet": q.outlet, "reporter": q.reporter, "topic": q.topic, "text": q.text}
                for q in made.questions
            ],
            answers=[
                [{"name": a.name, "post": a.post, "body": a.body} for a in q.answers]
                for q in made.questions
            ],
        )

    def is_valid(self) -> bool:
        valid = all([self.form.is_valid(), self.speakers.is_valid(), self.questions.is_valid()])
        if valid and self._questions() and self.form.cleaned_data["kind"] != "conference":
            self.form.add_error(
                "kind", _("There are questions: choose press conference, or delete them.")
            )
            return False
        return valid

    def transcript(self, *, put_back: list[str], sha256: str) -> Transcript:
        """What the forms hold now, the lines that were put back at the end of the text."""
        data = self.form.cleaned_data
        back = "".join(f"\n<p>{html.escape(line)}</p>" for line in put_back)
        people = self._people()
        return Transcript(
            kind=data["kind"],
            title=data["title"],
            original_title=data["original_title"],
            time=data["original_at"],
            source=data["source_name"],
            source_url=data["source_url"],
            writer=data["writer"],
            held_at=data["held_at"],
            venue=data["venue"],
            organizer=data["organizer"],
            host=next((one for one in people if one.role == HOST), None),
            speakers=[one for one in people if one.role == PRESENTER],
            body=data["body"] + back,
            questions=self._questions(),
            sha256=sha256,
        )

    def _people(self) -> list[Person]:
        if self.form.cleaned_data["kind"] != "conference":
            return []
        return [
            Person(row["role"], row["name"].strip(), row["post"].strip())
            for row in _rows(self.speakers)
            if row.get("name", "").strip()
        ]

    def _questions(self) -> list[QuestionAsked]:
        return [
            QuestionAsked(
                outlet=form.cleaned_data["outlet"].strip(),
                reporter=form.cleaned_data["reporter"].strip(),
                topic=form.cleaned_data["topic"].strip(),
                text=form.cleaned_data["text"],
                answers=[
                    AnswerGiven(row["name"].strip(), row["post"].strip(), row["body"])
                    for row in _rows(form.answers)
                    if row.get("body", "").strip() or row.get("name", "").strip()
                ],
            )
            for form in self.questions.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


def _rows(formset: Any) -> list[dict[str, Any]]:
    return [
        form.cleaned_data
        for form in formset.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]


def _initial(made: Transcript) -> dict[str, Any]:
    return {
        "kind": made.kind,
        "title": made.title,
        "original_title": made.original_title,
        "original_at": made.time,
        "source_name": made.source,
        "source_url": made.source_url,
        "writer": made.writer,
        "held_at": made.held_at,
        "venue": made.venue,
        "organizer": made.organizer,
        "body": made.body,
    }

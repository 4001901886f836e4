"""Hits: what a check of a text found, where, by which rule, and what would mend it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

HAN = "\u3400-\u9fff"
ENDS = "。！？!?；;…"  # of a sentence or a thing that stands for one
_STOP = re.compile(r"[。！？!?\n]")
_LONGEST_SENTENCE = 160
MOST = 300  # hits of a text that are shown; of more only the number is said


class Kind(models.TextChoices):
    """What kind of thing is wrong."""

    WRONG = "wrong", _("Wrong word")
    FORBIDDEN = "forbidden", _("Forbidden word")
    OUTDATED = "outdated", _("Outdated word")
    TITLE = "title", _("Name and post")
    MARKS = "marks", _("Punctuation")
    REPEATED = "repeated", _("Said twice")
    DATE = "date", _("Date")
    NUMBER = "number", _("Number")


class Grade(models.TextChoices):
    """What must happen before the text goes on."""

    BLOCK = "block", _("Block: must be changed")
    CONFIRM = "confirm", _("Confirm: changed, or kept with a reason")
    HINT = "hint", _("Hint")


@dataclass(frozen=True)
class Hit:
    """One place of a text. Offsets count characters of the plain text.

    `edits` mends it: (start, end, new text) each, in order; empty when only a person can.
    """

    rule: str
    kind: str
    grade: str
    text: str
    start: int
    end: int
    sentence: str = ""
    suggestion: str = ""
    note: str = ""
    edits: tuple[tuple[int, int, str], ...] = ()
    count: int = 1
    key: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "kind": self.kind,
            "grade": self.grade,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "sentence": self.sentence,
            "suggestion": self.suggestion,
            "note": self.note,
            "count": self.count,
        }

    @property
    def urgency(self) -> int:
        """0 what blocks, 1 what asks for a decision, 2 the rest."""
        return {Grade.BLOCK.value: 0, Grade.CONFIRM.value: 1}.get(str(self.grade), 2)

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def grade_label(self) -> str:
        return str(Grade(self.grade).label)


def marked(rule: str, sign: str, at: int, note: str, suggestion: str = "") -> Hit:
    """A hit of the checks of punctuation."""
    return Hit(
        rule=rule,
        kind=Kind.MARKS,
        grade=Grade.HINT,
        text=sign,
        start=at,
        end=at + len(sign),
        suggestion=suggestion,
        note=note,
        edits=((at, at + len(sign), suggestion),) if suggestion else (),
    )


def sentence_bounds(
    text: str, start: int, end: int, most: int = _LONGEST_SENTENCE
) -> tuple[int, int]:
    """Of the sentence around a place, or of what is near it when the sentence is very long."""
    first = 0
    for stop in _STOP.finditer(text, max(start - most, 0), start):
        first = stop.end()
    first = max(first, start - most)
    last = end + most
    after = _STOP.search(text, end, last)
    if after:
        last = after.start() if after[0] == "\n" else after.end()
    return first, min(last, len(text))


def placed(text: str, hits: list[Hit]) -> list[Hit]:
    """In the order of the text, each with its sentence and a key that outlives other edits."""
    seen: dict[str, int] = {}
    found = []
    for hit in sorted(hits, key=lambda hit: (hit.start, hit.end, hit.rule)):
        first, last = sentence_bounds(text, hit.start, hit.end)
        sentence = text[first:last].strip()
        # Of a rule that reports once a text the place says nothing.
        about = "" if hit.count > 1 else f"{hit.text}|{sentence}"
        name = f"{hit.rule}|{about}"
        seen[name] = seen.get(name, 0) + 1
        digest = hashlib.sha256(f"{name}|{seen[name]}".encode("utf-8", "surrogatepass"))
        found.append(replace(hit, sentence=sentence, key=digest.hexdigest()[:24]))
    return found


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """(where it begins, the line) for each line with something on it."""
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, line
        at += len(line) + 1

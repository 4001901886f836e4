"""`manage.py proofread FILE`: the hits of a text as JSON; `--numbers` adds every number in it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from civic import files, numerals
from releases import transcripts
from releases.proofreading import Context, examine
from releases.proofreading.rules import current
from releases.proofreading.terms import Term, shipped
from releases.transcripts import pagefacts, pages, text, word
from releases.transcripts.blocks import Source


class Command(BaseCommand):
    help = "Print what proofreading finds in a text (.txt, .docx, .html), as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the text: .txt, .docx, .html or .htm")
        parser.add_argument("--numbers", action="store_true", help="also every number")

    def handle(self, *args: Any, **options: Any) -> None:
        said = self._text(Path(options["file"]))
        rules, with_figures = self._rules()
        report = examine(said, rules, Context(_people(said), with_figures=with_figures))
        answer: dict[str, Any] = {
            "hits": [hit.as_json() for hit in report.hits],
            "more": report.more,
            "notes": report.notes,
            "incomplete": report.incomplete,
        }
        for why in report.incomplete:
            warning = _("The text was not wholly examined: %(why)s") % {"why": why}
            self.stderr.write(self.style.ERROR(warning))
        if options["numbers"]:
            answer["numbers"] = [
                {
                    "text": one.text,
                    "start": one.start,
                    "end": one.end,
                    "value": f"{one.number:f}",
                    "unit": one.unit,
                    "qualifier": one.qualifier,
                    "is_date": one.is_date,
                }
                for one in numerals.find(said)
            ]
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))

    @staticmethod
    def _rules() -> tuple[list[Term], bool]:
        """Those of the office; where there is no database yet, those that were shipped."""
        try:
            return current(), True
        except DatabaseError:
            return list(shipped()), False

    @staticmethod
    def _text(path: Path) -> str:
        try:
            if path.is_file() and path.stat().st_size > settings.MAX_UPLOAD_BYTES:
                raise CommandError(f"{path}: larger than {settings.MAX_UPLOAD_BYTES >> 20} MB")
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
        try:
            kind = files.extension(path.name)
            if kind == "docx":
                return _lines(word.read(data, path.name))
            if kind in ("html", "htm"):
                return _lines(pages.read(pagefacts.decode(data)))
            # As it stands, so that offsets are those of the file.
            return text.decode(data)
        except ValidationError as error:
            raise CommandError(f"{path.name}: {' '.join(error.messages)}") from error


def _lines(source: Source) -> str:
    return "\n".join(block.text for block in source.blocks)


def _people(said: str) -> tuple[tuple[str, str], ...]:
    """Whom the text itself introduces with a post, where it is a press conference."""
    try:
        found = transcripts.from_text(said)
    except ValidationError:
        return ()
    return tuple((person.name, person.post) for person in found.speakers if person.post)

"""`manage.py import_release FILE`: what a transcript holds, as JSON; `--save` makes the draft."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from civic.accounts import User
from civic.publishing import TransitionRefused
from civic.units import Unit
from releases import transcripts
from releases.models import Channel, Release
from releases.transcripts import drafts

# The type of channel each kind of release goes to when none is named.
CHANNEL_TYPES = {
    Release.Kind.CONFERENCE: Channel.Type.CONFERENCE,
    Release.Kind.NOTICE: Channel.Type.NOTICE,
    Release.Kind.NEWS: Channel.Type.NEWS,
}


class Command(BaseCommand):
    help = "Print what a transcript (.txt, .docx, .html) holds, as JSON; --save makes the draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the transcript: .txt, .docx, .html or .htm")
        parser.add_argument("--save", action="store_true", help="make the draft")
        parser.add_argument("--by", default="", help="user name of the one who imports")
        parser.add_argument("--channel", default="", help="address (slug) of the channel")
        parser.add_argument("--unit", default="", help="code or name of the unit")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            if path.is_file() and path.stat().st_size > settings.MAX_UPLOAD_BYTES:
                raise CommandError(f"{path}: larger than {settings.MAX_UPLOAD_BYTES >> 20} MB")
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
        try:
            made = transcripts.from_file(data, path.name)
        except ValidationError as error:
            raise CommandError(f"{path.name}: {' '.join(error.messages)}") from error
        self.stdout.write(json.dumps(made.as_json(), ensure_ascii=False, indent=2))
        if options["save"]:
            release = self._save(made, options)
            self.stderr.write(f"{settings.SITE_ORIGIN}{release.get_admin_url()}")

    def _save(self, made: transcripts.Transcript, options: dict[str, Any]) -> Release:
        by = self._person(options["by"])
        try:
            return drafts.save_transcript(
                transcript=made,
                by=by,
                channel=self._channel(options["channel"], made.kind),
                unit=self._unit(options["unit"], by),
            )
        except (ValidationError, TransitionRefused) as error:
            words = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise CommandError(" ".join(words)) from error

    @staticmethod
    def _person(username: str) -> User | None:
        if not username:
            return None
        found = User.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise CommandError(_("There is no user «%(name)s».") % {"name": username})
        return found

    @staticmethod
    def _channel(slug: str, kind: str) -> Channel:
        rows = Channel.objects.in_order()
        if slug:
            found = rows.filter(slug=slug).first()
        else:
            found = rows.filter(type=CHANNEL_TYPES[Release.Kind(kind)]).first() or rows.first()
        if found is None:
            raise CommandError(_("There is no such channel. Make one first, or name it."))
        return found

    @staticmethod
    def _unit(name: str, by: User | None) -> Unit:
        rows = Unit.objects.active()
        if name:
            found = rows.filter(code=name).first() or rows.filter(name=name).first()
        elif by is not None and by.unit is not None:
            found = by.unit
        else:
            found = rows.filter(kind=Unit.Kind.CIV_OFFICE).first() or rows.first()
        if found is None:
            raise CommandError(_("There is no such unit. Make one first, or name it."))
        return found

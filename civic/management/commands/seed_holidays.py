"""`manage.py seed_holidays`: the official holidays of the years the table knows nothing about."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from civic import workdays


class Command(BaseCommand):
    help = "Fill the holiday table for years it has no row for; edited years stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        added = workdays.seed()
        text = ngettext("%(n)d day added.", "%(n)d days added.", added)
        self.stdout.write(text % {"n": added})

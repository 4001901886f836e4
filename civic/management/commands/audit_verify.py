"""`manage.py audit_verify`: walk the audit chain and name the first row that does not fit."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civic import auditcheck


class Command(BaseCommand):
    help = "Verify the audit chain. Exit 1 and name the row when it was tampered with."

    def handle(self, *args: Any, **options: Any) -> None:
        found = auditcheck.check()
        if found.broken_at is not None:
            raise CommandError(auditcheck.in_words(found))
        self.stdout.write(auditcheck.in_words(found))
        self.stdout.write(found.head)

"""`manage.py audit_verify`: walk the audit chain and name the first row that does not fit."""

from __future__ import annotations

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civic import audit

log = logging.getLogger("civic.audit")


class Command(BaseCommand):
    help = "Verify the audit chain. Exit 1 and name the row when it was tampered with."

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit.verify()
        if found.broken_at is not None:
            raise CommandError(f"Audit row {found.broken_at}: {found.reason}")
        # Kept in the log too: who rewrites the whole table cannot rewrite yesterday's log.
        log.info("audit chain verified", extra={"rows": found.rows, "head": found.head})
        self.stdout.write(f"{found.rows} rows, chain whole, head {found.head}")

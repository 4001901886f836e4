"""`manage.py reap_jobs`, the clock: jobs of the dead, nightly work, texts about to appear."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from civic import clock, jobs

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Queue again jobs of dead workers; nightly work; figures of texts about to appear."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, default=0, help="seconds; 0 means once")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            failure = self._once()
            if not options["every"]:
                if failure is not None:
                    raise failure
                return
            close_old_connections()
            time.sleep(options["every"])

    def _once(self) -> Exception | None:
        """Each part by itself, whatever becomes of the others. Returns the first failure.

        Going on for ever means outliving a database that is restarted, and a fault in one text.
        """
        failure: Exception | None = None
        for part in (self._reap, jobs.sweep_results, self._tick):
            try:
                part()
            except Exception as error:
                log.exception("the clock could not do %s", part.__name__)
                failure = failure or error
        return failure

    def _reap(self) -> None:
        for job in jobs.reap():
            self.stdout.write(f"job {job.pk} {job.kind}: {job.attempts} attempts")

    def _tick(self) -> None:
        for line in clock.tick():
            self.stdout.write(line)

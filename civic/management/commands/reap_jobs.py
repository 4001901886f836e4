"""`manage.py reap_jobs`, the clock: jobs of the dead, nightly work, texts about to appear."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from civic import clock, jobs

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Queue again jobs of dead workers; nightly work; figures of texts about to appear."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, default=0, help="seconds; 0 means once")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            try:
                for job in jobs.reap():
                    self.stdout.write(f"job {job.pk} {job.kind}: {job.attempts} attempts")
                jobs.sweep_results()
                for line in clock.tick():
                    self.stdout.write(line)
            except DatabaseError:
                # Going on for ever means outliving a database that is restarted.
                if not options["every"]:
                    raise
                log.exception("reaping failed")
            if not options["every"]:
                return
            close_old_connections()
            time.sleep(options["every"])

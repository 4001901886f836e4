"""`manage.py reap_jobs`: queue again what a killed worker left; `--every N` goes on for ever."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from civic import jobs


class Command(BaseCommand):
    help = "Queue again jobs whose worker is dead, or park them after five attempts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, default=0, help="seconds; 0 means once")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            for job in jobs.reap():
                self.stdout.write(f"job {job.pk} {job.kind}: {job.attempts} attempts")
            jobs.sweep_results()
            if not options["every"]:
                return
            close_old_connections()
            time.sleep(options["every"])

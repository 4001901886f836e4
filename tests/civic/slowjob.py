"""A process of the test of killed workers: one begins a slow job, one finishes it."""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from civic import jobs  # noqa: E402
from civic.jobs import Job  # noqa: E402

here = Path(os.environ["DATA_DIR"])


@jobs.runner("slow")
def slow(job):
    """The first attempt begins and never ends; the second does the work."""
    if job.attempts == 1:
        job.progress(1, 2)
        print("began", flush=True)
        time.sleep(600)
    with (here / "work").open("a") as out:
        out.write("x")
    job.progress(2, 2)


def main(word):
    if word == "work":
        call_command("migrate", verbosity=0)
        jobs.start(kind="slow", title="慢任务", by=None)
    else:
        Job.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
        call_command("reap_jobs", verbosity=0)
    call_command("db_worker", verbosity=0, batch=True, interval=0.1)
    job = Job.objects.get(kind="slow")
    print(job.state, job.attempts, len((here / "work").read_text()))


main(sys.argv[1])

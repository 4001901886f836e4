"""Jobs: long work outside the request, with progress, heart-beat and a result to fetch."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from civic.scope import ScopedQuerySet

if TYPE_CHECKING:
    from civic.accounts import User

log = logging.getLogger(__name__)

Runner = Callable[["Job"], None]
RUNNERS: dict[str, Runner] = {}

SILENT_FOR = timedelta(seconds=90)  # a worker that said nothing for this long is taken for dead
ATTEMPTS = 5
RESULTS_KEPT = timedelta(hours=24)


def runner(kind: str) -> Callable[[Runner], Runner]:
    """Declare the function that does jobs of this kind. It must be safe to run twice."""

    def declare(function: Runner) -> Runner:
        RUNNERS[kind] = function
        return function

    return declare


class JobQuerySet(ScopedQuerySet["Job"]):
    unit_lookup = "started_by__unit"
    region_lookup = "started_by__unit__region"

    def silent(self) -> JobQuerySet:
        """Running jobs whose worker no longer beats."""
        return self.filter(state=Job.State.RUNNING, beat_at__lt=timezone.now() - SILENT_FOR)


class Job(models.Model):
    """One piece of long work and how far it has come."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        PARKED = "parked", _("Parked after too many attempts")

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING, db_index=True
    )
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    result = models.FileField(_("result"), upload_to="jobs", blank=True)
    result_name = models.CharField(_("file name"), max_length=120, blank=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="jobs",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    beat_at = models.DateTimeField(_("last heart-beat"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def get_admin_url(self) -> str:
        return reverse("admin:civic_job_change", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.PARKED)

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the work has come; also the heart-beat."""
        self.done = done
        self.total = self.total if total is None else total
        self.beat_at = timezone.now()
        Job.objects.filter(pk=self.pk).update(
            done=self.done, total=self.total, beat_at=self.beat_at
        )


def start(*, kind: str, title: str, by: User | None, **params: Any) -> Job:
    """Put a job in the queue once the caller's transaction has committed."""
    if kind not in RUNNERS:
        raise LookupError(kind)
    job = Job.objects.create(kind=kind, title=title, params=params, started_by=by)
    transaction.on_commit(lambda: _enqueue(job.pk))
    return job


def _enqueue(pk: int) -> None:
    run.enqueue(pk)


@task()
def run(pk: int) -> None:
    """Do the job: taken by one worker only, finished or failed in words."""
    taken = Job.objects.filter(pk=pk, state=Job.State.WAITING).update(
        state=Job.State.RUNNING,
        attempts=models.F("attempts") + 1,
        beat_at=timezone.now(),
        error="",
    )
    if not taken:
        return
    job = Job.objects.get(pk=pk)
    try:
        RUNNERS[job.kind](job)
    except Exception as error:
        log.exception("job failed", extra={"job": pk, "kind": job.kind})
        Job.objects.filter(pk=pk).update(
            state=Job.State.FAILED, error=str(error)[:2000], finished_at=timezone.now()
        )
        return
    Job.objects.filter(pk=pk).update(state=Job.State.DONE, finished_at=timezone.now())


def reap() -> list[Job]:
    """Queue again what a dead worker left, or park it after five attempts. Returns those rows."""
    found = list(Job.objects.silent())
    for job in found:
        state = Job.State.PARKED if job.attempts >= ATTEMPTS else Job.State.WAITING
        moved = Job.objects.silent().filter(pk=job.pk).update(state=state)
        if moved and state == Job.State.WAITING:
            _enqueue(job.pk)
    return found


def sweep_results() -> int:
    """Remove result files a day old; the row stays. Returns how many went."""
    old = Job.objects.filter(finished_at__lt=timezone.now() - RESULTS_KEPT).exclude(result="")
    for job in old:
        job.result.delete(save=False)
        Job.objects.filter(pk=job.pk).update(result="")
    return len(old)

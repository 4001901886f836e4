"""Jobs: long work outside the request, with progress, heart-beat and a result to fetch."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from civic import audit
from civic.scope import ScopedQuerySet

if TYPE_CHECKING:
    from civic.accounts import User

log = logging.getLogger(__name__)

Runner = Callable[["Job"], None]
RUNNERS: dict[str, Runner] = {}

SILENT_FOR = timedelta(seconds=90)  # a worker that said nothing for this long is taken for dead
LOST_AFTER = timedelta(minutes=10)  # a job that waits this long may have fallen out of the queue
ATTEMPTS = 5
RESULTS_KEPT = timedelta(hours=24)


class JobRefused(Exception):
    """The work cannot be done; the message tells the person who asked why."""


class Overtaken(Exception):
    """Another worker has the job now: this one was taken for dead. Stop, write nothing."""


def runner(kind: str) -> Callable[[Runner], Runner]:
    """Declare the function that does jobs of this kind.

    It must be safe to run twice, and call `job.progress` at least every 30 seconds.
    """

    def declare(function: Runner) -> Runner:
        RUNNERS[kind] = function
        return function

    return declare


class JobQuerySet(ScopedQuerySet["Job"]):
    unit_lookup = "started_by__unit"
    region_lookup = "started_by__unit__region"

    def visible_to(self, user: Any) -> JobQuerySet:
        """One's own; who may change jobs sees those of the whole scope."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm("civic.change_job"):
            return super().visible_to(user)
        return self.filter(started_by=user.pk)

    def silent(self) -> JobQuerySet:
        """Running jobs whose worker no longer beats."""
        return self.filter(state=Job.State.RUNNING, beat_at__lt=timezone.now() - SILENT_FOR)

    def lost(self) -> JobQuerySet:
        """Waiting jobs that were not put in the queue lately, or never reached it."""
        limit = timezone.now() - LOST_AFTER
        return self.filter(state=Job.State.WAITING, created_at__lt=limit).filter(
            models.Q(beat_at=None) | models.Q(beat_at__lt=limit)
        )

    def same_as(self, *, kind: str, by: User, params: dict[str, Any]) -> JobQuerySet:
        """Jobs under way that this person already started for the same thing."""
        under_way = (Job.State.WAITING, Job.State.RUNNING)
        return self.filter(kind=kind, started_by=by, params=params, state__in=under_way)


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
    # "rederive 2020-11-20": what may be started once only, whoever comes first. None: any time.
    once = models.CharField(max_length=60, null=True, unique=True, editable=False)
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

    @property
    def percent(self) -> int:
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def is_ready(self) -> bool:
        """Whether there is a file to fetch."""
        return self.state == self.State.DONE and bool(self.result)

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the work has come; also the heart-beat. Raises Overtaken."""
        self.done = done
        self.total = self.total if total is None else total
        self.beat_at = timezone.now()
        if not self._mine().update(done=self.done, total=self.total, beat_at=self.beat_at):
            raise Overtaken

    def keep_result(self, content: IO[bytes], name: str) -> None:
        """Store the file and name it in the row; what an earlier attempt left is removed."""
        before = self.result.name
        self.result.save(name, File(content), save=False)
        stored = self._mine().update(result=self.result.name, result_name=name)
        if not stored:
            self.result.delete(save=False)
            raise Overtaken
        if before:
            self.result.storage.delete(before)
        self.result_name = name

    def _mine(self) -> models.QuerySet[Job]:
        """This row while it is this attempt's: a reaped worker writes nothing any more."""
        return Job.objects.filter(pk=self.pk, state=self.State.RUNNING, attempts=self.attempts)

    def retry(self, *, by: User) -> None:
        """Queue a failed or parked job once more, its attempts counted anew."""
        with transaction.atomic():
            moved = Job.objects.filter(
                pk=self.pk, state__in=(self.State.FAILED, self.State.PARKED)
            ).update(
                state=self.State.WAITING,
                attempts=0,
                done=0,
                error="",
                finished_at=None,
                beat_at=timezone.now(),
            )
            if moved:
                audit.record("job.retry", target=self, by=by, kind=self.kind)
                transaction.on_commit(lambda: _enqueue(self.pk))


def start(*, kind: str, title: str, by: User | None, **params: Any) -> Job:
    """Put a job in the queue once the caller's transaction has committed."""
    if kind not in RUNNERS:
        raise LookupError(kind)
    job = Job.objects.create(kind=kind, title=title, params=params, started_by=by)
    transaction.on_commit(lambda: _enqueue(job.pk))
    return job


def start_once(*, once: str, kind: str, title: str, **params: Any) -> Job | None:
    """The same without a person, once for ever under this name; None when it was started before."""
    if kind not in RUNNERS:
        raise LookupError(kind)
    job, is_new = Job.objects.get_or_create(
        once=once, defaults={"kind": kind, "title": title, "params": params}
    )
    if not is_new:
        return None
    transaction.on_commit(lambda: _enqueue(job.pk))
    return job


def _enqueue(pk: int) -> None:
    """A queue that is away loses nothing: the reaper finds the waiting row."""
    try:
        run.enqueue(pk)
    except Exception:
        log.exception("job not queued", extra={"job": pk})


@task()
def run(pk: int) -> None:
    """Do the job: taken by one worker only, finished or failed in words."""
    taken = Job.objects.filter(pk=pk, state=Job.State.WAITING).update(
        state=Job.State.RUNNING,
        attempts=models.F("attempts") + 1,
        beat_at=timezone.now(),
        done=0,
        error="",
    )
    if not taken:
        return
    job = Job.objects.get(pk=pk)
    state, error = Job.State.DONE, ""
    try:
        RUNNERS[job.kind](job)
    except Overtaken:
        log.warning("job overtaken", extra={"job": pk, "kind": job.kind})
        return
    except (JobRefused, ValidationError) as refusal:
        words = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        state, error = Job.State.FAILED, "；".join(words)
    except Exception:
        log.exception("job failed", extra={"job": pk, "kind": job.kind})
        state = Job.State.FAILED
        error = gettext(
            "A fault in the program stopped the work. Try again; if it happens once more, tell the "
            "system administrator the number of this job: %(pk)d."
        ) % {"pk": pk}
    job._mine().update(state=state, error=error[:2000], finished_at=timezone.now())


def reap() -> list[Job]:
    """Queue again what a dead worker left, or park it after five attempts. Returns those rows.

    Safe to run twice at once: each row is moved by one of them only.
    """
    moved = []
    for job in Job.objects.silent():
        mine = Job.objects.silent().filter(pk=job.pk, attempts=job.attempts)
        if job.attempts >= ATTEMPTS:
            words = gettext("Its worker died %(count)d times; it is not tried again by itself.")
            done = mine.update(
                state=Job.State.PARKED,
                error=words % {"count": job.attempts},
                finished_at=timezone.now(),
            )
        else:
            done = mine.update(state=Job.State.WAITING, beat_at=timezone.now())
            if done:
                _enqueue(job.pk)
        if done:
            moved.append(job)
    for job in Job.objects.lost():
        if Job.objects.lost().filter(pk=job.pk).update(beat_at=timezone.now()):
            _enqueue(job.pk)
            moved.append(job)
    return moved


def sweep_results() -> int:
    """Remove result files a day old; the row stays. Returns how many went."""
    old = Job.objects.filter(finished_at__lt=timezone.now() - RESULTS_KEPT).exclude(result="")
    count = 0
    for job in old:
        job.result.delete(save=False)
        count += Job.objects.filter(pk=job.pk).update(result="")
    return count

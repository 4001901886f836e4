"""The clock: what happens without a person: nightly work, and texts whose hour comes near."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from civic import citations, jobs, recheck
from civic.jobs import Job
from civic.publishing import Publishable, TransitionRefused

if TYPE_CHECKING:
    from civic.accounts import User

log = logging.getLogger(__name__)

KIND = "rederive"
RIGHTS = ("releases.change_release", "releases.publish_release", "civic.change_job")
NIGHT = 2  # the hour, Beijing time, after which the night's work begins
TURNS = 3  # of the night's work, when it fails
PAUSE = timedelta(minutes=30)  # before it is tried again
NEAR = timedelta(minutes=5)  # of a scheduled text: a clock that ticks each minute looks five times


def run(job: Job) -> None:
    """Every cited figure anew; says how many no longer hold, and in how many documents."""
    found = recheck.rederive(progress=job.progress)
    documents = {(one.citation.content_type_id, one.citation.object_id) for one in found}
    summary = {"differences": len(found), "documents": len(documents)}
    Job.objects.filter(pk=job.pk).update(summary=summary)


def may_start(user: User) -> bool:
    """Who answers for texts or for jobs, and can follow a job on its page."""
    return user.is_staff and user.has_perm("civic.view_job") and any(map(user.has_perm, RIGHTS))


def start(*, by: User) -> Job:
    """The same by day, because somebody asks; the one this person has under way already."""
    under_way = Job.objects.same_as(kind=KIND, by=by, params={}).first()
    return under_way or jobs.start(kind=KIND, title=_("Recheck of every cited figure"), by=by)


def soon() -> None:
    """Rows that figures are made of have changed: recheck, unless a recheck waits to begin."""
    if not Job.objects.filter(kind=KIND, state=Job.State.WAITING).exists():
        jobs.start(kind=KIND, title=_("Recheck after rows have changed"), by=None)


def tick(now: datetime | None = None) -> list[str]:
    """What is due now; lines for the log. Two clocks do no more than one.

    Texts about to appear are looked at even when the night's work cannot be begun, which is told
    afterwards.
    """
    now = now or timezone.now()
    lines: list[str] = []
    failure: Exception | None = None
    for work in (_nightly, _before_they_appear):
        try:
            lines += work(now)
        except Exception as error:
            log.exception("the clock could not do %s", work.__name__)
            failure = failure or error
    if failure is not None:
        raise failure
    return lines


def _nightly(now: datetime) -> Iterator[str]:
    """Begun once a night; what failed is tried again twice, half an hour later each time."""
    local = timezone.localtime(now)
    if local.hour < NIGHT:
        return
    for turn in range(1, TURNS + 1):
        night = f"{KIND} {local:%Y-%m-%d}" + (f" {turn}" if turn > 1 else "")
        job = Job.objects.filter(once=night).first()
        if job is None:
            title = _("Nightly recheck of every cited figure")
            if jobs.start_once(once=night, kind=KIND, title=title):
                yield night
            return
        failed = job.state in (Job.State.FAILED, Job.State.PARKED)
        if not failed or (job.finished_at or now) > now - PAUSE:
            return


def _before_they_appear(now: datetime) -> Iterator[str]:
    """A text whose figures no longer hold does not appear: it waits, approved, for a person."""
    for model in apps.get_models():
        if not issubclass(model, Publishable):
            continue
        rows: Any = model._default_manager.all()
        for text in rows.scheduled(now).filter(publish_at__lte=now + NEAR):
            try:
                citations.check(text)  # takes it off its schedule
            except DatabaseError:  # away for a moment: the next look is a minute later
                log.exception("a text about to appear is not checked", extra={"text": text.pk})
            except Exception:
                log.exception("a text about to appear cannot be checked", extra={"text": text.pk})
                _hold_back(text)
            if not text.is_scheduled:
                yield f"unscheduled {model._meta.label_lower} {text.pk}"


def _hold_back(text: Any) -> None:
    """Nobody knows whether its numbers hold: it does not appear either."""
    citations.Citation.objects.of(text).update(state=citations.Citation.State.FAILED)
    why = _("The figures in this text could not be checked; tell the system administrator.")
    try:
        text.take_off_schedule(why=why)
    except TransitionRefused:  # another clock, or a person, was first
        pass
    except Exception:
        log.exception("a text stays on its schedule", extra={"text": text.pk})

"""The clock: what happens without a person: nightly work, and texts whose hour comes near."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _

from civic import citations, jobs, recheck
from civic.jobs import Job
from civic.publishing import Publishable, TransitionRefused

KIND = "rederive"
NIGHT = 2  # the hour, Beijing time, after which the night's work begins
NEAR = timedelta(minutes=5)  # of a scheduled text: a clock that ticks each minute looks five times


def run(job: Job) -> None:
    """Every cited figure anew; says how many no longer hold, and in how many documents."""
    found = recheck.rederive(progress=job.progress)
    documents = {(one.citation.content_type_id, one.citation.object_id) for one in found}
    summary = {"differences": len(found), "documents": len(documents)}
    Job.objects.filter(pk=job.pk).update(summary=summary)


def start(*, by: Any) -> Job:
    """The same by day, because somebody asks."""
    return jobs.start(kind=KIND, title=_("Recheck of every cited figure"), by=by)


def tick(now: datetime | None = None) -> list[str]:
    """What is due now; lines for the log. Two clocks do no more than one."""
    now = now or timezone.now()
    return [*_nightly(now), *_before_they_appear(now)]


def _nightly(now: datetime) -> Iterator[str]:
    local = timezone.localtime(now)
    if local.hour < NIGHT:
        return
    night = f"{KIND} {local:%Y-%m-%d}"
    if Job.objects.filter(once=night).exists():
        return
    if jobs.start_once(once=night, kind=KIND, title=_("Nightly recheck of every cited figure")):
        yield night


def _before_they_appear(now: datetime) -> Iterator[str]:
    """A text whose figures no longer hold does not appear: it waits, approved, for a person."""
    for model in apps.get_models():
        if not issubclass(model, Publishable):
            continue
        rows: Any = model._default_manager.all()
        for text in rows.scheduled(now).filter(publish_at__lte=now + NEAR):
            differences = citations.check(text)
            if not differences:
                continue
            try:
                text.take_off_schedule(why=str(citations.CitationsDiffer(differences)))
            except TransitionRefused:  # another clock, or a person, was first
                continue
            yield f"unscheduled {model._meta.label_lower} {text.pk}"

"""Audit check: the walk along the chain, at once for a short log, as a job for a long one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from civic import audit, jobs
from civic.audit import AuditEvent, Verdict
from civic.jobs import Job, JobRefused

if TYPE_CHECKING:
    from civic.accounts import User

KIND = "audit_verify"
AT_ONCE = 20_000  # rows; about a second

log = logging.getLogger("civic.audit")


def in_words(found: Verdict) -> str:
    if found.broken_at is not None:
        return _("The chain is broken at row %(row)d: %(reason)s.") % {
            "row": found.broken_at,
            "reason": found.reason,
        }
    return _("The chain is whole: %(rows)d rows, last hash %(head)s.") % {
        "rows": found.rows,
        "head": found.head[:16],
    }


def check() -> Verdict:
    """Walk, and log the result: who rewrites the table cannot rewrite yesterday's log."""
    found = audit.verify()
    _log(found)
    return found


def is_long() -> bool:
    last = AuditEvent.objects.first()
    return last is not None and last.number > AT_ONCE


def start(*, by: User) -> Job:
    return jobs.start(kind=KIND, title=_("Verification of the audit log"), by=by)


@jobs.runner(KIND)
def run(job: Job) -> None:
    last = AuditEvent.objects.first()
    job.progress(0, last.number if last else 0)
    found = audit.verify(walked=job.progress)
    _log(found)
    Job.objects.filter(pk=job.pk).update(
        summary={"rows": found.rows, "head": found.head, "result": in_words(found)}
    )
    if found.broken_at is not None:
        raise JobRefused(in_words(found))


def _log(found: Verdict) -> None:
    if found.broken_at is not None:
        log.error("audit chain broken", extra={"row": found.broken_at, "reason": found.reason})
    else:
        log.info("audit chain verified", extra={"rows": found.rows, "head": found.head})

"""Audit: append-only, hash-chained rows in plain text that say who did what, when."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from civic.accounts import User

GENESIS = "0" * 64
LOCK = 20_201_120  # any constant: the advisory lock that keeps the chain a chain on PostgreSQL


_address: ContextVar[str] = ContextVar("address", default="")


class AppendOnly(TypeError):
    """Audit rows are written once, by `record`. The database refuses the rest too (migrations)."""


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    def since(self, days: int) -> Self:
        """From midnight so many days ago: 0 is today."""
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return self.filter(at__gte=midnight - timedelta(days=days))

    def update(self, **kwargs: Any) -> int:
        raise AppendOnly

    def delete(self) -> Any:
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise AppendOnly

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        raise AppendOnly


class AuditEvent(models.Model):
    """One act. Text columns only: the row must stand when everything it names is gone."""

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.CharField(_("who"), max_length=150, blank=True)
    actor_unit = models.CharField(_("unit"), max_length=80, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    act = models.CharField(_("act"), max_length=60, db_index=True)
    target_kind = models.CharField(_("kind"), max_length=60, blank=True)
    target_id = models.CharField(_("id"), max_length=40, blank=True)
    target = models.CharField(_("what"), max_length=200, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    previous = models.CharField(_("previous hash"), max_length=64)
    digest = models.CharField(_("hash"), max_length=64, unique=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit log")
        ordering = ["-number"]
        permissions = [("export_auditevent", _("Can export the audit log"))]
        indexes = [models.Index(fields=["target_kind", "target_id"], name="audit_target")]

    def __str__(self) -> str:
        return f"#{self.number} {self.act} {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise AppendOnly

    def computed_digest(self) -> str:
        """SHA-256 over the canonical JSON of every column but the digest itself."""
        return _digest(
            {
                "number": self.number,
                "at": self.at,
                "actor": self.actor,
                "actor_unit": self.actor_unit,
                "address": self.address,
                "act": self.act,
                "target_kind": self.target_kind,
                "target_id": self.target_id,
                "target": self.target,
                "detail": self.detail,
                "previous": self.previous,
            }
        )


@dataclass(frozen=True)
class Verdict:
    """What a walk along the chain found; `broken_at` is the number of the first bad row."""

    rows: int
    head: str
    broken_at: int | None = None
    reason: str = ""


def verify(chunk: int = 2000, walked: Callable[[int], None] | None = None) -> Verdict:
    """Walk the whole chain: numbers without gap, each hash true, each row tied to the last.

    `walked` is told now and then how many rows are behind.
    """
    previous, expected = GENESIS, 1
    rows = AuditEvent.objects.order_by("number").iterator(chunk_size=chunk)
    for event in rows:
        reason = ""
        if event.number != expected:
            reason = gettext("rows %(first)d to %(last)d are missing before it") % {
                "first": expected,
                "last": event.number - 1,
            }
        elif event.digest != event.computed_digest():
            reason = gettext("its content was changed")
        elif event.previous != previous:
            reason = gettext("it is not tied to the row before it")
        if reason:
            return Verdict(expected - 1, previous, event.number, reason)
        previous, expected = event.digest, expected + 1
        if walked and expected % chunk == 0:
            walked(expected)
    return Verdict(expected - 1, previous)


def _digest(columns: dict[str, Any]) -> str:
    at: datetime = columns["at"]
    canonical = {**columns, "at": at.astimezone(timezone.get_default_timezone()).isoformat()}
    text = json.dumps(canonical, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _now() -> datetime:
    """To the millisecond: more would be lost by `dumpdata`, and the chain break on the way."""
    now = timezone.now()
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Whatever is recorded inside came from this network address (StaffPages)."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def record(
    act: str,
    *,
    by: User | None,
    target: models.Model | None = None,
    actor: str = "",
    **detail: Any,
) -> AuditEvent:
    """Append one event to the chain, inside the caller's transaction.

    `detail` must be JSON-able and free of personal data beyond names. A failure here makes the
    act itself fail: that is meant (等保 8.1.4.3).
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = AuditEvent.objects.order_by("-number").first()
        event = AuditEvent(
            number=last.number + 1 if last else 1,
            at=_now(),
            actor=(f"{by.name} ({by.username})" if by else actor)[:150],
            actor_unit=(by.unit.name if by and by.unit else "")[:80],
            address=_address.get()[:45],
            act=act[:60],
            target_kind=target._meta.label_lower[:60] if target is not None else "",
            target_id=str(target.pk)[:40] if target is not None else "",
            target=str(target)[:200] if target is not None else "",
            detail=json.loads(json.dumps(detail, default=str)),
            previous=last.digest if last else GENESIS,
        )
        event.digest = event.computed_digest()
        event.save(force_insert=True)
        return event

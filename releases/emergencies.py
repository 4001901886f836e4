"""Emergencies on the desk: what was published without reviews, for who reviews and who did it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from civic.desk import SHOWN, Panel, Row, when
from civic.steps import reviewers_afterwards
from releases.models import Release

if TYPE_CHECKING:
    from civic.accounts import User


def owing(user: User) -> Iterable[Panel]:
    """To be reviewed by this person within 24 hours, or overdue in red."""
    now = timezone.now()
    mine = Release.objects.awaiting_retrospective(user)
    rows = _soonest(mine)
    if rows:
        yield Panel(
            order=5,
            title=_("Published in an emergency, not yet reviewed"),
            rows=[_row(one, now, one.emergency_reason) for one in rows],
            empty="",
            count=mine.count(),
            url=_list(),
            tile=_("emergency publications to review"),
            hot=any(one.retrospective_due <= now for one in rows),
        )


def mine(user: User) -> Iterable[Panel]:
    """Published by this person, and still to be reviewed: by whom is named."""
    now = timezone.now()
    found = Release.objects.urgent_by(user)
    rows = _soonest(found)
    if not rows:
        return
    people = reviewers_afterwards(rows)
    yield Panel(
        order=6,
        title=_("Published by me in an emergency, not yet reviewed by another"),
        rows=[_row(one, now, _who(people[one.pk])) for one in rows],
        empty="",
        count=found.count(),
        url=_list(),
        tile=_("emergency publications of mine to be reviewed by another"),
        hot=any(one.retrospective_due <= now for one in rows),
    )


def _soonest(rows: Any) -> list[Any]:
    found = rows.for_cards().select_related("unit__region").order_by("retrospective_due", "pk")
    return list(found[:SHOWN])


def _who(people: list[User]) -> str:
    if not people:
        return _("Nobody can review it now: ask the administrator.")
    return _("May review it: %(names)s") % {"names": "、".join(one.name for one in people[:5])}


def _row(release: Release, now: datetime, note: str) -> Row:
    due: Any = release.retrospective_due
    late = due <= now
    words = _("overdue since %(when)s") if late else _("until %(when)s")
    return Row(
        release.title,
        release.get_admin_url(),
        meta=words % {"when": when(due)},
        note=note,
        late=late,
        soon=not late,
    )


def _list() -> str:
    return f"{reverse('admin:releases_release_changelist')}?state=owing"

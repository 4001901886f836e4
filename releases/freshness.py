"""Freshness: whether a column keeps its promise of how often something new appears."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releases.models import Channel, Release

SOON = 3  # days before the promise breaks


class State(enum.StrEnum):
    EMPTY = "empty"
    BROKEN = "broken"
    SOON = "soon"
    FRESH = "fresh"


@dataclass(frozen=True)
class Freshness:
    """A column, its newest live text (those of the columns under it count), and its promise."""

    channel: Channel
    newest: datetime | None
    now: datetime

    @property
    def days(self) -> int | None:
        """Whole days since something new appeared, by the calendar."""
        if self.newest is None:
            return None
        return (timezone.localdate(self.now) - timezone.localdate(self.newest)).days

    @property
    def left(self) -> int:
        """Days until the promise breaks; negative when it is broken."""
        return self.channel.update_days - (self.days or 0)

    @property
    def state(self) -> State:
        if self.newest is None:
            return State.EMPTY
        if self.left < 0:
            return State.BROKEN
        return State.SOON if self.left <= SOON else State.FRESH

    @property
    def words(self) -> str:
        days = self.days
        if days is None:
            return _("Nothing has been published yet")
        if self.state is State.BROKEN:
            return ngettext(
                "%(days)d days without anything new; %(over)d day over its promise",
                "%(days)d days without anything new; %(over)d days over its promise",
                -self.left,
            ) % {"days": days, "over": -self.left}
        if self.state is State.SOON:
            return _("%(days)d days without anything new; promise ends in %(left)d") % {
                "days": days,
                "left": self.left,
            }
        if days == 0:
            return _("Updated today")
        return ngettext("Updated %(days)d day ago", "Updated %(days)d days ago", days) % {
            "days": days
        }


def by_channel(now: datetime | None = None) -> dict[int, Freshness]:
    """Of every column, in two queries, in the order of the tree."""
    moment = now or timezone.now()
    newest: dict[int, datetime] = dict(
        Release.objects.live(moment)
        .originals()
        .order_by()
        .values_list("channel")
        .annotate(newest=Max("publish_at"))
    )
    channels = list(Channel.objects.in_order())
    return {
        channel.pk: Freshness(channel, _newest_in(channel, channels, newest), moment)
        for channel in channels
    }


def _newest_in(
    channel: Channel, channels: list[Channel], newest: dict[int, datetime]
) -> datetime | None:
    found = [
        newest[one.pk]
        for one in channels
        if one.pk in newest and one.path_order.startswith(channel.path_order)
    ]
    return max(found, default=None)

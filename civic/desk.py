"""The desk: what is mine and late today. Apps bring panels; the admin's index shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civic import workdays
from civic.jobs import Job
from civic.sitesettings import SiteSettings

if TYPE_CHECKING:
    from civic.accounts import User

SHOWN = 8  # rows of a panel; the rest is behind its link


@dataclass(frozen=True)
class Row:
    """One thing: what, where, its state, since or until when, and what was said about it."""

    title: str
    url: str
    meta: str = ""
    chip: str = ""
    chip_class: str = ""
    note: str = ""
    late: bool = False
    soon: bool = False


@dataclass(frozen=True)
class Panel:
    """A list of things of one kind. With `tile` they are to be done, and counted at the top."""

    order: int
    title: str
    rows: list[Row]
    empty: str
    count: int = 0
    url: str = ""
    tile: str = ""
    is_side: bool = False
    hot: bool = False


@dataclass(frozen=True)
class Door:
    """A button at the head of the desk: where this person's work begins."""

    title: str
    url: str


@dataclass(frozen=True)
class Desk:
    """All panels of one person today, and the doors to begin something new."""

    panels: list[Panel] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)

    @property
    def main(self) -> list[Panel]:
        return [panel for panel in self.panels if not panel.is_side]

    @property
    def side(self) -> list[Panel]:
        return [panel for panel in self.panels if panel.is_side]

    @property
    def tiles(self) -> list[Panel]:
        return [panel for panel in self.panels if panel.tile and panel.count]

    @property
    def headline(self) -> str:
        count = sum(panel.count for panel in self.tiles)
        if not count:
            return _("Nothing waits for you today")
        return ngettext(
            "%(n)d thing to do first today", "%(n)d things to do first today", count
        ) % {"n": count}


Source = Callable[["User"], Iterable[Panel]]

# The apps add theirs when they are ready.
SOURCES: list[Source] = []
DOORS: list[Callable[[User], Iterable[Door]]] = []


def of(user: User) -> Desk:
    """The desk of this person: every app is asked, the panels stand in their order."""
    found = [panel for source in SOURCES for panel in source(user)]
    doors = [door for source in DOORS for door in source(user)]
    return Desk(sorted(found, key=lambda panel: panel.order), doors)


def when(moment: datetime) -> str:
    """«Today 08:05», «yesterday 16:20», or the date; Beijing time."""
    local, today = timezone.localtime(moment), timezone.localdate()
    days = (local.date() - today).days
    names = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}
    if days in names:
        return f"{names[days]} {local:%H:%M}"
    year = "" if local.year == today.year else f"{local.year}-"
    return f"{year}{local:%m-%d %H:%M}"


def of_the_office(user: User) -> Iterable[Panel]:
    """What the installation itself lacks, for those who can mend it."""
    rows = [*_missing_settings(user), *_unknown_years(user, timezone.localdate())]
    if rows:
        yield Panel(
            order=80,
            title=_("To be completed"),
            rows=rows,
            empty="",
            count=len(rows),
            is_side=True,
            hot=True,
        )
    if user.has_perm("civic.view_job"):
        yield from _failed_jobs(user)


def _missing_settings(user: User) -> list[Row]:
    if not user.has_perm("civic.change_sitesettings"):
        return []
    missing = SiteSettings.current().missing()
    if not missing:
        return []
    url = _page("admin:civic_sitesettings_change", 1)
    text = _("Site settings without: %(what)s") % {"what": "、".join(missing)}
    return [Row(text, url, note=_("Every site of a public body must show these."), soon=True)]


def _unknown_years(user: User, today: date) -> list[Row]:
    if not user.has_perm("civic.change_holiday"):
        return []
    note = _("Until then, deadlines count Saturdays and Sundays only as days off.")
    url = _page("admin:civic_holiday_changelist")
    return [
        Row(_gap(year, missing), url, note=note, soon=True)
        for year, missing in workdays.gaps(today).items()
    ]


def _gap(year: int, missing: list[str]) -> str:
    if len(missing) == len(workdays.FEASTS):
        return _("Holidays of %(year)d are not entered") % {"year": year}
    said = {"year": year, "names": "、".join(missing)}
    return _("Holidays of %(year)d are entered in part: %(names)s is missing") % said


def _failed_jobs(user: User) -> Iterable[Panel]:
    states = (Job.State.FAILED, Job.State.PARKED)
    failed = Job.objects.visible_to(user).filter(state__in=states).order_by("-pk")
    rows = [
        Row(
            str(job),
            job.get_admin_url(),
            meta=when(job.created_at),
            chip=str(job.get_state_display()),
            late=True,
        )
        for job in failed[:SHOWN]
    ]
    if rows:
        yield Panel(
            order=85,
            title=_("Failed jobs"),
            rows=rows,
            empty="",
            count=len(rows),
            url=_page("admin:civic_job_changelist"),
            is_side=True,
            hot=True,
        )


def _page(name: str, *args: int) -> str:
    return reverse(name, args=args)

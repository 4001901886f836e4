"""Figures of what the office published: releases, press conferences, questions answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Avg, Case, Exists, FloatField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civic import figures
from civic.exports import Column
from civic.exports import Kind as Cell
from civic.figures import Figure, Kind, Params, Period
from civic.groups import GroupRows
from releases.models import Answer, Channel, Question, Release

NARROWED = frozenset({figures.PERIOD, figures.GROUP})

RELEASE_COLUMNS = (
    Column(_("title"), "title"),
    Column(_("channel"), "channel__name"),
    Column(_("unit"), "unit__name"),
    Column(_("published"), "publish_at", Cell.DATETIME),
)
CONFERENCE_COLUMNS = (
    Column(_("title"), "title"),
    Column(_("held at"), "day", Cell.DATETIME),
    Column(_("venue"), "venue"),
    Column(_("unit"), "unit__name"),
)
QUESTION_COLUMNS = (
    Column(_("question"), "text"),
    Column(_("outlet"), "outlet"),
    Column(_("press conference"), "release__title"),
    Column(_("held at"), "day", Cell.DATETIME),
)

ASKED_COLUMNS = (*QUESTION_COLUMNS, Column(_("answered"), "is_answered", Cell.BOOLEAN))

# The listed columns as they stand in the tree; one includes those under it.
channel_groups = GroupRows(rows=lambda: Channel.objects.listed().in_order(), code="slug")


def _of_channel(code: str, path: str) -> Q:
    """In the channel with this address or under it; of no channel when there is none."""
    if not code:
        return Q()
    order = Subquery(Channel.objects.filter(slug=code).values("path_order")[:1])
    return Q(**{f"{path}channel__path_order__startswith": order})


def published(params: Params) -> Any:
    rows = Release.objects.live().originals()
    rows = rows.filter(params.period.within_moments("publish_at"), _of_channel(params.group, ""))
    return rows.defer("body")


def conferences(params: Params) -> Any:
    rows = Release.objects.live().originals().conferences()
    rows = rows.annotate(day=Coalesce("held_at", "publish_at"))
    rows = rows.filter(params.period.within_moments("day"), _of_channel(params.group, ""))
    return rows.defer("body")


_answers = Answer.objects.filter(question=OuterRef("pk"))


def asked(params: Params) -> Any:
    rows = Question.objects.public().annotate(is_answered=Exists(_answers))
    rows = rows.annotate(day=Coalesce("release__held_at", "release__publish_at"))
    rows = rows.filter(params.period.within_moments("day"))
    return rows.filter(_of_channel(params.group, "release__"))


def answered(params: Params) -> Any:
    return asked(params).answered()


def release_list(params: Params) -> str:
    """The list of exactly these releases, where its filters can say the same."""
    first, last = params.period.first, params.period.last
    kept = {"channel": params.group}
    if not params.period.is_all:
        if first is None or last is None or params.period != _whole_year(first.year):
            return ""
        kept["year"] = str(first.year)
    query = urlencode({name: value for name, value in kept.items() if value})
    return reverse("releases:list") + (f"?{query}" if query else "")


def _whole_year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))


def whole(page: str) -> Callable[[Params], str]:
    """A list that knows no filters: it shows the rows of all time and all groups."""
    return lambda params: reverse(page) if params == figures.ANY else ""


TEXTS = (
    Figure(
        name="releases_published",
        label=_("Releases published"),
        definition=_(
            "News, notices and press conferences that can be read on this site, by the day they"
            " appeared; corrections of one text count once, withdrawn texts not at all."
        ),
        unit=pgettext_lazy("counted", "texts"),
        kind=Kind.COUNT,
        rows=published,
        accepts=NARROWED,
        groups=channel_groups,
        columns=RELEASE_COLUMNS,
        when="publish_at",
        listed_at=release_list,
        is_public=True,
        counts_texts=True,
    ),
    Figure(
        name="conferences_held",
        label=_("Press conferences held"),
        definition=_(
            "Press conferences whose text can be read on this site, by the day they were held."
        ),
        unit=pgettext_lazy("counted", "conferences"),
        kind=Kind.COUNT,
        rows=conferences,
        accepts=NARROWED,
        groups=channel_groups,
        columns=CONFERENCE_COLUMNS,
        when="day",
        listed_at=whole("releases:conferences"),
        is_public=True,
        counts_texts=True,
    ),
    Figure(
        name="questions_answered",
        label=_("Journalists' questions answered"),
        definition=_(
            "Questions of journalists at press conferences that were answered and can be read on"
            " this site, by the day of the conference."
        ),
        unit=pgettext_lazy("counted", "questions"),
        kind=Kind.COUNT,
        rows=answered,
        accepts=NARROWED,
        groups=channel_groups,
        columns=QUESTION_COLUMNS,
        when="day",
        listed_at=whole("releases:outlets"),
        behind="release",
        is_public=True,
        counts_texts=True,
    ),
    Figure(
        name="questions_answered_share",
        label=_("Share of journalists' questions answered"),
        definition=_(
            "Of the questions of journalists at press conferences that can be read on this site,"
            " by the day of the conference, how many of a hundred were answered there."
        ),
        unit="%",
        kind=Kind.RATE,
        rows=asked,
        measure=Avg(
            Case(When(is_answered=True, then=100.0), default=0.0, output_field=FloatField())
        ),
        accepts=NARROWED,
        groups=channel_groups,
        columns=ASKED_COLUMNS,
        when="day",
        listed_at=whole("releases:outlets"),
        behind="release",
        is_public=True,
        counts_texts=True,
    ),
)

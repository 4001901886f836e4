"""Inquiries: a figure as it is asked for in an address, and the answer with words and points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from civic import figures, overtime, plots, wording
from civic.figures import Figure, FigureFailed, Kind, Params, Value
from civic.periods import GROUP, PERIOD, REGION, Period, day
from civic.plots import Plot, Point
from civic.units import Region

KEPT = 60  # seconds
LONGEST = 60  # of what is typed into a field
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Inquiry:
    """What was asked. With `errors` it is not answered; what was typed is kept."""

    accepts: frozenset[str]
    params: Params
    errors: list[str] = field(default_factory=list)
    first: str = ""
    last: str = ""
    region: str = ""
    group: str = ""
    groups: Choices = field(default_factory=list)
    regions: Choices = field(default_factory=list)

    @property
    def takes_period(self) -> bool:
        return PERIOD in self.accepts

    @property
    def takes_anything(self) -> bool:
        return self.takes_period or bool(self.groups or self.regions)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.errors) or self.params != figures.ANY

    @property
    def words(self) -> list[str]:
        """["2020-01-01 to 2020-11-20", "人民号"]: of what the number speaks."""
        found = [self.params.period.label] if self.takes_period else []
        found += [dict(self.regions)[self.region]] if self.region in dict(self.regions) else []
        return found + ([dict(self.groups)[self.group]] if self.group in dict(self.groups) else [])

    @property
    def shortcuts(self) -> list[tuple[str, str, bool]]:
        """(label, query, whether it is in force) of the periods people ask for most."""
        year = timezone.localdate().year
        spans = [
            (_("This year"), Period(date(year, 1, 1), date(year, 12, 31))),
            (_("Last year"), Period(date(year - 1, 1, 1), date(year - 1, 12, 31))),
            (_("All time"), Period()),
        ]
        return [
            (
                label,
                Params(period, self.params.region, self.params.group).query,
                not self.errors and period == self.params.period,
            )
            for label, period in spans
        ]


def inquire(figure: Figure, query: Mapping[str, str]) -> Inquiry:
    """What the address asks of this figure."""
    return read(query, figure.accepts, figure.groups)


def read(
    query: Mapping[str, str],
    accepts: frozenset[str],
    groups_of: Callable[[], Choices] = figures.no_groups,
) -> Inquiry:
    """Read the address: `period`, or `first` and `last` of the form; `region`; `group`.

    What is not accepted is passed over.
    """
    typed = {
        name: query.get(name, "")[:LONGEST].strip()
        for name in (PERIOD, "first", "last", REGION, GROUP)
    }
    groups = groups_of() if GROUP in accepts else []
    regions = _regions() if REGION in accepts else []
    errors: list[str] = []
    period = Period()
    if PERIOD in accepts:
        try:
            period = _period(typed)
        except ValidationError as refusal:
            errors += refusal.messages
    region = _chosen(typed[REGION], regions, _("There is no such region."), errors)
    group = _chosen(typed[GROUP], groups, _("There is no such group."), errors)
    first, last = period.first, period.last
    return Inquiry(
        accepts=accepts,
        params=Params(period, region, group),
        errors=errors,
        first=typed["first"] or (first.isoformat() if first else ""),
        last=typed["last"] or (last.isoformat() if last else ""),
        region=region,
        group=group,
        groups=groups,
        regions=regions,
    )


def _chosen(code: str, choices: Choices, unknown: str, errors: list[str]) -> str:
    if not code or not choices:
        return ""
    if code not in dict(choices):
        errors.append(unknown)
        return ""
    return code


def _period(typed: Mapping[str, str]) -> Period:
    if typed["first"] or typed["last"]:
        return Period(day(typed["first"]), day(typed["last"]))
    return Period.parse(typed[PERIOD])


def _regions() -> Choices:
    """The tree, each level set in by a full-width space."""
    rows = Region.objects.filter(is_active=True).order_by("path")
    return [(one.code, f"{'　' * one.depth}{one.name}") for one in rows]


# Answers ---------------------------------------------------------------------------------------


def said(figure: Figure, value: Value, params: Params = figures.ANY) -> str:
    """The number as the office writes it: «152篇», «3.1万次»; "—" where there is none."""
    if value.number is None:
        return "—"
    return wording.say(value.number, figure.unit_of(params), figure.qualifier, figure.scale)


def speaks_of(value: Value, period: Period) -> date:
    """The day of the number: when it was counted, or the end of a period that is over."""
    counted = timezone.localdate(value.as_of)
    return min(counted, period.last) if period.last else counted


@dataclass(frozen=True)
class Answer:
    """A figure and its value, or why there is none; over time where it knows time."""

    figure: Figure
    params: Params
    value: Value | None
    points: list[Point] = field(default_factory=list)
    failure: str = ""

    @cached_property
    def said(self) -> str:
        return said(self.figure, self.value, self.params) if self.value else ""

    @cached_property
    def unit(self) -> str:
        return self.figure.unit_of(self.params)

    @property
    def day(self) -> date | None:
        """The past day it speaks of; None when it is of this moment."""
        if self.value is None:
            return None
        day = speaks_of(self.value, self.params.period)
        return day if self.figure.as_of or day < timezone.localdate() else None

    @property
    def plain(self) -> str:
        """All digits: «536,520»."""
        found = self.value.number if self.value else None
        return "" if found is None else plots.written(found)

    @property
    def exact(self) -> str:
        """All digits where the words round them, else ""."""
        same = self.plain.replace(",", "") in self.said.replace(",", "")
        return "" if same else self.plain

    @property
    def admin_url(self) -> str:
        return self.figure.get_admin_url(self.params)

    @property
    def tells_rows(self) -> bool:
        """Whether the number of rows says more than the number itself."""
        return self.figure.kind not in (Kind.COUNT, Kind.DECLARED)

    @property
    def plot(self) -> Plot:
        return plots.drawn(self.points)


def answer(figure: Figure, params: Params) -> Answer:
    """Value and points; a failing figure is answered with what to do next."""
    try:
        return Answer(figure, params, *overtime.told(figure, params))
    except FigureFailed as failed:
        return Answer(figure, params, None, failure=str(failed))


def kept_answer(figure: Figure, params: Params) -> Answer:
    """The same for readers, at most a minute old: a busy page is counted once. Failures are not
    kept."""
    key = f"civic.answer:{figure.name}:{params.code}"
    kept = cache.get(key)
    if kept is None:
        found = answer(figure, params)
        if not found.failure:
            cache.set(key, (found.value, found.points), KEPT)
        return found
    return Answer(figure, params, *kept)


def answers(asked: Iterable[Figure], params: Params = figures.ANY) -> list[Answer]:
    """One query a figure; params a figure does not take are left out for it."""
    pairs = [(figure, fitting(figure, params)) for figure in asked]
    found = figures.values((figure.name, own) for figure, own in pairs)
    return [_answered(figure, own, found[figure.name, own]) for figure, own in pairs]


def _answered(figure: Figure, params: Params, found: Value | FigureFailed) -> Answer:
    if isinstance(found, FigureFailed):
        return Answer(figure, params, None, failure=str(found))
    return Answer(figure, params, found)


def fitting(figure: Figure, params: Params) -> Params:
    """What of the params the figure takes."""
    takes = figure.accepts
    return Params(
        params.period if PERIOD in takes else Period(),
        params.region if REGION in takes else "",
        params.group if GROUP in takes else "",
    )

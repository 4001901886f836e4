"""Figures: the registry of named numbers, each with the one query whose rows make it.

An app declares its figures in its `figures.py` and registers them when it is ready. Whatever shows
a number asks here; the rows behind it are the rows that were counted.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic import measures
from civic.exports import Column
from civic.groups import no_groups
from civic.periods import ANY, GROUP, PERIOD, REGION, Params, Period
from civic.roles import Scope

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django_stubs_ext import StrOrPromise

    from civic.accounts import User

__all__ = [
    "ANY",
    "GROUP",
    "PERIOD",
    "REGION",
    "Figure",
    "FigureFailed",
    "Kind",
    "Params",
    "Period",
    "UnknownFigure",
    "Value",
]

log = logging.getLogger(__name__)

ALL = frozenset({PERIOD, REGION, GROUP})
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,79}")


class Kind(models.TextChoices):
    """How the number comes from its rows; `declared` comes from outside, with its source."""

    COUNT = "count", gettext_lazy("Counted")
    SUM = "sum", gettext_lazy("Summed up")
    MAXIMUM = "maximum", gettext_lazy("The highest")
    RATE = "rate", gettext_lazy("Rate")
    DECLARED = "declared", gettext_lazy("Declared")


class FigureFailed(Exception):
    """A figure that could not be computed now. The text is for the clerk; the log knows why."""

    def __init__(self, name: str, why: str = "") -> None:
        super().__init__(why or _("The figure «%(name)s» could not be computed.") % {"name": name})
        self.name = name


class UnknownFigure(FigureFailed):
    """No figure of this name: it never was, or was removed."""

    def __init__(self, name: str) -> None:
        super().__init__(name, _("There is no figure «%(name)s» any more.") % {"name": name})


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A named number.

    `rows(params)` are the rows behind it and `measure` the aggregate over them; both take one
    query. `when` is the date or moment of a row by which the number is plotted. `groups()` are the
    (code, label) pairs it may be narrowed to. `listed_at(params)` is the public list of its rows,
    where there is one. `behind` is the path from a row to what has a page in the back office.
    `unit`, `scale` and `qualifier` are how the office usually writes it; `units(group)` is the
    unit of a group that is written otherwise. `right` is what a figure of the office alone is seen
    with. `counts_texts`: a text that cites it is counted in it on the day it appears.
    """

    name: str
    label: StrOrPromise
    definition: StrOrPromise
    unit: StrOrPromise
    kind: Kind
    rows: Callable[[Params], models.QuerySet[Any]]
    measure: Any = field(default_factory=lambda: models.Count("pk"))
    accepts: frozenset[str] = ALL
    columns: tuple[Column, ...] = ()
    is_public: bool = False
    right: str = ""
    counts_texts: bool = False
    groups: Callable[[], list[tuple[str, str]]] = no_groups
    when: str = ""
    scale: str = ""
    qualifier: str = ""
    listed_at: Callable[[Params], str] | None = None
    behind: str = ""
    units: Callable[[str], StrOrPromise] | None = None
    as_of: datetime | None = None  # of a declared figure; others are of now
    source: str = ""
    source_url: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ImproperlyConfigured(f"{self.name!r} is no name of a figure")

    def __str__(self) -> str:
        return str(self.label)

    def get_absolute_url(self, params: Params | None = None) -> str:
        return self._address("portal:figure", params)

    def get_plot_url(self, params: Params) -> str:
        """Its drawing over time."""
        return self._address("portal:figure_plot", params)

    def get_admin_url(self, params: Params | None = None) -> str:
        return self._address("admin:figure", params)

    def _address(self, page: str, params: Params | None) -> str:
        query = params.query if params else ""
        return reverse(page, args=[self.name]) + (f"?{query}" if query else "")

    def check(self, params: Params) -> None:
        """Raise ValidationError when it cannot be narrowed like that."""
        given = {PERIOD: not params.period.is_all, REGION: params.region, GROUP: params.group}
        if any(given[name] and name not in self.accepts for name in given):
            raise ValidationError(
                _("The figure «%(name)s» cannot be narrowed like that.") % {"name": self.label}
            )

    def is_open_to(self, user: User | AnonymousUser) -> bool:
        """Whether the person may see the number: the one rule of list, page, export and picker.

        What is not public is counted over the whole city, so it is of those who see the whole
        and have its `right`; a declared figure is of those who may see the list it stands in.
        """
        if self.is_public:
            return True
        if not user.is_authenticated:
            return False
        if self.kind is Kind.DECLARED:
            return user.has_perm("civic.view_declaredfigure")
        return user.scope is Scope.ALL and (not self.right or user.has_perm(self.right))

    def unit_of(self, params: Params) -> str:
        return str(self.units(params.group) if self.units and params.group else self.unit)

    def group_label(self, code: str) -> str:
        """What the group is called, its code when it is not known (any more)."""
        return dict(self.groups()).get(code, code) if code else ""


@dataclass(frozen=True)
class Value:
    """What was found: the number (None without rows, of a maximum or a rate), from `n` rows."""

    number: Decimal | None
    n: int | None
    as_of: datetime
    unit: str | None = None  # of its figure, as texts print it; None: it is not compared


# Registry --------------------------------------------------------------------------------------

REGISTRY: dict[str, Figure] = {}

# Figures that are rows, by the beginning of their names: given names, those there are; None: all.
Source = Callable[[Collection[str] | None], list[Figure]]
SOURCES: dict[str, Source] = {}


def register(*figures: Figure) -> None:
    for figure in figures:
        if REGISTRY.setdefault(figure.name, figure) is not figure:
            raise ImproperlyConfigured(f"two figures are called {figure.name!r}")


def resolve(names: Iterable[str]) -> dict[str, Figure]:
    """{name: figure} of those there are; figures that are rows cost one query a source."""
    wanted = set(names)
    found = {name: REGISTRY[name] for name in wanted if name in REGISTRY}
    for start, source in SOURCES.items():
        asked = {name for name in wanted - set(found) if name.startswith(start)}
        if asked:
            found |= {figure.name: figure for figure in source(asked)}
    return found


def get(name: str) -> Figure:
    """Raises UnknownFigure."""
    found = resolve([name])
    if name not in found:
        raise UnknownFigure(name)
    return found[name]


def every() -> list[Figure]:
    """The declared ones in the order of their declaration, then those that are rows."""
    rows = [figure for source in SOURCES.values() for figure in source(None)]
    return [*REGISTRY.values(), *rows]


# Values ----------------------------------------------------------------------------------------


def value(figure: Figure, params: Params = ANY) -> Value:
    """In one query. Raises FigureFailed, and ValidationError for params it does not take."""
    figure.check(params)
    with asking(figure.name):
        return measured(figure, figure.rows(params))


@contextmanager
def asking(name: str) -> Iterator[None]:
    """Whatever a query of the figure raises is logged and becomes FigureFailed."""
    try:
        with savepoint():
            yield
    except FigureFailed:
        raise
    except Exception as error:
        log.exception("figure %s failed", name)
        raise FigureFailed(name) from error


def measured(figure: Figure, rows: models.QuerySet[Any]) -> Value:
    """The figure over these of its rows, in one query."""
    found = rows.order_by().aggregate(number=figure.measure, n=models.Count("*"))
    number = decimal(figure, found["number"])
    as_of, unit = figure.as_of or timezone.now(), measures.in_texts(figure.unit)
    return Value(number=number, n=found["n"], as_of=as_of, unit=unit)


def decimal(figure: Figure, number: Any) -> Decimal | None:
    """Nothing counted or summed up is 0; nothing has no maximum and no rate."""
    if number is None:
        return Decimal(0) if figure.kind in (Kind.COUNT, Kind.SUM) else None
    exact = Decimal(str(number))
    return exact.quantize(Decimal(1)) if exact == exact.to_integral() else exact.normalize()


Asked = tuple[str, Params]


def values(asked: Iterable[Asked]) -> dict[Asked, Value | FigureFailed]:
    """The value of each, one query a distinct pair; what fails fails alone, and is logged."""
    pairs = list(dict.fromkeys(asked))
    known = resolve(name for name, _params in pairs)
    found: dict[Asked, Value | FigureFailed] = {}
    try:
        with savepoint():
            for pair in pairs:
                found[pair] = _one(known, pair)
    except Exception:  # on PostgreSQL the first failure spoils the rest: ask each in its own
        for pair in pairs:
            found[pair] = _failing_alone(known, pair)
    return found


def _one(known: dict[str, Figure], pair: Asked) -> Value | FigureFailed:
    name, params = pair
    if name not in known:
        return UnknownFigure(name)
    try:
        known[name].check(params)
    except ValidationError as refusal:
        return FigureFailed(name, " ".join(refusal.messages))
    return measured(known[name], known[name].rows(params))


def _failing_alone(known: dict[str, Figure], pair: Asked) -> Value | FigureFailed:
    try:
        with asking(pair[0]):
            return _one(known, pair)
    except FigureFailed as failed:
        return failed


def savepoint() -> AbstractContextManager[Any]:
    """Inside a transaction a failed query must not spoil it; outside, reading needs no lock."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()

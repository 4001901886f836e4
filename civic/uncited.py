"""Uncited: numbers of a text that cite nothing, and the figures that would have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from civic import figures, numerals, picker, richtext
from civic.amounts import plainly
from civic.cites import cited
from civic.figures import GROUP, PERIOD, Figure, Params, Period, Value
from civic.inquiries import speaks_of
from civic.measures import alike
from civic.numerals import Numeral
from civic.periods import day as day_of
from civic.wording import holds

if TYPE_CHECKING:
    from civic.accounts import User

MOST_TEXTS = 60
MOST_NUMBERS = 200
MOST_ASKED = 120  # values computed for one look: a second or two of a full ledger
MOST_OFFERS = 4
AROUND = 24  # characters shown on either side
LARGE = 10_000  # written without a unit, it may still be a figure: 10万+


@dataclass
class Loose:
    """A number that cites nothing: the `nth` time these words stand uncited in the field."""

    name: str  # of the field
    nth: int
    before: str
    after: str
    numeral: Numeral
    offers: list[tuple[Figure, Params, Value]] = field(default_factory=list)


Texts = list[tuple[str, str]]


def asked(sent: Any) -> tuple[Texts, date]:
    """What the form sent: [(field, markup)…] and the day of the text. Raises ValidationError."""
    wrong = ValidationError(_("The text did not arrive. Try again."))
    if not isinstance(sent, dict) or not isinstance(sent.get("texts"), list):
        raise wrong
    texts = []
    for one in sent["texts"][:MOST_TEXTS]:
        if not isinstance(one, dict):
            raise wrong
        name, markup = one.get("field"), one.get("markup")
        if not isinstance(name, str) or not isinstance(markup, str):
            raise wrong
        richtext.check(markup)
        texts.append((name[:100], markup))
    given = sent.get("day") or ""
    if not isinstance(given, str):
        raise wrong
    return texts, day_of(given) or timezone.localdate()


def look(texts: Texts, day: date, user: User) -> list[dict[str, Any]]:
    """The uncited numbers in order, each with the figures that have it now or had it that day."""
    found = list(islice((one for name, text in texts for one in loose(name, text)), MOST_NUMBERS))
    used = [span for _name, markup in texts for span in cited(markup)]
    periods = _periods(day, [span.period for span in used])
    open_figures = picker.open_to(user)
    match(found, open_figures, periods)
    labels = Labels()
    return [_told(one, labels) for one in found]


class Labels(dict[Figure, dict[str, str]]):
    """What the groups of each figure are called, asked once a figure."""

    def __missing__(self, figure: Figure) -> dict[str, str]:
        self[figure] = dict(picker.groups_of(figure))
        return self[figure]


def loose(name: str, markup: str) -> Iterable[Loose]:
    """Numbers with a unit, or large ones, that stand in no citation. Linear in the text."""
    text = uncited_text(markup)
    seen: dict[str, tuple[int, int]] = {}  # words: (how often, counted up to here)
    for one in numerals.find(text):
        if one.is_date or not (one.unit or abs(one.number) >= LARGE):
            continue
        times, end = seen.get(one.text, (0, 0))
        times += text.count(one.text, end, one.start)
        seen[one.text] = times + 1, one.end
        yield Loose(
            name=name,
            nth=times,
            before=text[max(0, one.start - AROUND) : one.start].rpartition("\n")[2],
            after=text[one.end : one.end + AROUND].partition("\n")[0],
            numeral=one,
        )


def uncited_text(markup: str) -> str:
    """The plain text with each citation cut out; a line ends where one stood."""
    cleaned = richtext.clean(markup)
    kept, at = [], 0
    for span in cited(cleaned):
        if span.start >= at:
            kept.append(cleaned[at : span.start])
            at = span.end
    return richtext.plain("<br>".join([*kept, cleaned[at:]]))


def _periods(day: date, used: list[str]) -> list[Period]:
    """Those the text cites already, most used first; then what an office counts by."""
    found = []
    for code, _n in Counter(used).most_common(2):
        try:
            found.append(Period.parse(code))
        except ValidationError:
            continue
    found += [Period(date(day.year, 1, 1), day), Period(None, day), Period()]
    return list(dict.fromkeys(found))


def match(found: list[Loose], known: list[Figure], periods: list[Period]) -> None:
    """Ask the figures as a whole first; by group what is still without an offer."""
    left = MOST_ASKED
    for pairs in (_wholes, _by_group):
        waiting = [one for one in found if not one.offers]
        wanted = [figure for figure in known if any(_fits(figure, one) for one in waiting)]
        asked_for = _citable(pairs(wanted, periods))[:left]
        left -= len(asked_for)
        _offer(waiting, asked_for)


Pair = tuple[Figure, Params]


def _wholes(wanted: list[Figure], periods: list[Period]) -> list[Pair]:
    return [
        (figure, Params(period))
        for period in periods
        for figure in wanted
        if period.is_all or PERIOD in figure.accepts
    ]


def _by_group(wanted: list[Figure], periods: list[Period]) -> list[Pair]:
    """Only for the first two periods: each group is a query of its own."""
    narrowed = [(figure, figure.groups()) for figure in wanted if GROUP in figure.accepts]
    return [
        (figure, Params(period, group=code))
        for period in periods[:2]
        for figure, groups in narrowed
        for code, _label in groups
        if period.is_all or PERIOD in figure.accepts
    ]


def _citable(pairs: list[Pair]) -> list[Pair]:
    """As a text may cite them; without those of which nothing is over yet."""
    found = []
    for figure, params in pairs:
        try:
            found.append((figure, picker.citable(figure, params)))
        except ValidationError:
            continue
    return list(dict.fromkeys(found))


def _offer(waiting: list[Loose], pairs: list[Pair]) -> None:
    values = figures.values((figure.name, params) for figure, params in pairs)
    for figure, params in pairs:
        value = values[figure.name, params]
        if not isinstance(value, Value) or value.number is None:
            continue
        for one in waiting:
            fits = _fits(figure, one) and holds(one.numeral.said, value.number)
            if fits and not any(other is figure for other, _p, _v in one.offers):
                one.offers.append((figure, params, value))


def _fits(figure: Figure, one: Loose) -> bool:
    return alike(picker.unit_of(figure), one.numeral.unit)


def _told(one: Loose, labels: Labels) -> dict[str, Any]:
    offers = sorted(one.offers, key=lambda offer: offer[2].number != one.numeral.number)
    return {
        "field": one.name,
        "text": one.numeral.text,
        "nth": one.nth,
        "before": one.before,
        "after": one.after,
        "offers": [_offered(one, labels, *offer) for offer in offers[:MOST_OFFERS]],
    }


def _offered(
    one: Loose, labels: Labels, figure: Figure, params: Params, value: Value
) -> dict[str, Any]:
    """The citation it would become; the words stay the author's own."""
    group = labels[figure].get(params.group, params.group) if params.group else ""
    facts = [str(figure.label), group, params.period.label]
    number = plainly(value.number) if value.number is not None else ""
    return {
        "label": " · ".join(fact for fact in facts if fact),
        "now": f"{number}{picker.unit_of(figure)}",
        "cite": {
            "data-figure": figure.name,
            "data-period": params.period.code,
            "data-group": params.group,
            "data-value": plainly(one.numeral.number),
            "data-qualifier": one.numeral.qualifier,
            "data-as-of": speaks_of(value, params.period).isoformat(),
        },
    }

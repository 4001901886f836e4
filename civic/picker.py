"""Picker: what the editor's dialog asks about figures, answered in plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from civic import figures, wording
from civic.amounts import SCALES, plainly
from civic.figures import GROUP, REGION, Figure, Params, UnknownFigure, Value
from civic.inquiries import speaks_of
from civic.units import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from civic.accounts import User

MOST = 20  # figures offered at once
RIGHT = "releases.change_release"


def may_cite(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.is_staff and user.has_perm(RIGHT)


def open_to(user: User) -> list[Figure]:
    """Those the person may see, and so cite."""
    return [figure for figure in figures.every() if figure.is_open_to(user)]


def search(text: str, user: User) -> list[dict[str, str]]:
    """The figures whose name, label or definition holds all the words; those of the label first."""
    words = text.casefold().split()[:6]
    found = []
    for figure in open_to(user):
        label = str(figure.label).casefold()
        whole = f"{label} {figure.name} {figure.definition}".casefold()
        if all(word in whole for word in words):
            found.append((not all(word in label for word in words), figure))
    found.sort(key=lambda one: one[0])
    return [{"name": one.name, "label": str(one.label)} for _rank, one in found[:MOST]]


def described(name: str, params: Params, qualifier: str | None, user: User) -> dict[str, Any]:
    """All the dialog shows of a figure so narrowed.

    `qualifier` None: whatever fits. Raises UnknownFigure, FigureFailed and ValidationError.
    """
    figure = figures.get(name)
    if not figure.is_open_to(user):
        raise UnknownFigure(name)
    if qualifier is not None and qualifier not in wording.Qualifier.values:
        raise ValidationError(_("There is no such qualifier."))
    groups = groups_of(figure) if GROUP in figure.accepts else []
    regions = _regions(user) if REGION in figure.accepts else []
    _check(params.group, groups)
    _check(params.region, regions)
    params = citable(figure, params)
    value = figures.value(figure, params)
    return {
        "figure": figure.name,
        "label": str(figure.label),
        "definition": str(figure.definition),
        "accepts": sorted(figure.accepts),
        "groups": groups,
        "regions": regions,
        "qualifiers": [[code, str(label)] for code, label in wording.Qualifier.choices],
        "period": params.period.code,
        "region": params.region,
        "group": params.group,
        "value": None if value.number is None else plainly(value.number),
        "value_text": _full(figure, value, params),
        "as_of": speaks_of(value, params.period).isoformat(),
        "wordings": wordings(figure, value, qualifier, params),
    }


def citable(figure: Figure, params: Params) -> Params:
    """As a text may cite it. What counts texts is cited of days that are over: else the text, by
    appearing, would make its own number wrong."""
    if not figure.counts_texts:
        return params
    return replace(params, period=params.period.over(timezone.localdate()))


def groups_of(figure: Figure) -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in figure.groups()]


def _regions(user: User) -> list[tuple[str, str]]:
    """From the city down to the streets, those in the person's scope."""
    levels = [Region.Level.CITY, Region.Level.COUNTY, Region.Level.STREET]
    rows = Region.objects.visible_to(user).filter(is_active=True, level__in=levels)
    return list(rows.order_by("path").values_list("code", "name")[:500])


def _check(code: str, known: list[tuple[str, str]]) -> None:
    if code and code not in dict(known):
        raise ValidationError(_("«%(text)s» is not one of the choices.") % {"text": code})


def wordings(
    figure: Figure, value: Value, qualifier: str | None, params: Params = figures.ANY
) -> list[dict[str, str]]:
    """How the value may be printed, the office's usual way first; each holds of the value."""
    if value.number is None:
        return []
    unit = unit_of(figure, params)
    usual = wording.say(value.number, unit, figure.qualifier, figure.scale)
    texts = [usual, *wording.fitting(value.number, unit)]
    if qualifier is not None:
        texts += [wording.say(value.number, unit, qualifier, scale) for scale in ("", *SCALES)]
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        said = wording.read(text)
        if said is None or not wording.fits(said, value.number):
            continue
        if qualifier is None or said.qualifier == qualifier:
            shown = {"text": text, "value": plainly(said.number), "qualifier": said.qualifier}
            found.setdefault(text, shown)
    return list(found.values())


def unit_of(figure: Figure, params: Params = figures.ANY) -> str:
    """In the language of the texts, whatever language the person reads the back office in."""
    with translation.override(settings.LANGUAGE_CODE):
        return figure.unit_of(params)


def _full(figure: Figure, value: Value, params: Params) -> str:
    return "–" if value.number is None else f"{plainly(value.number)}{unit_of(figure, params)}"

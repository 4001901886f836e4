"""Footnotes: what a reader learns of a cited number, beside its link to the figure's page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Value
from django.template.loader import render_to_string

from civic import declared, figures, richtext
from civic.cites import CitedSpan, cited
from civic.declared import DeclaredFigure
from civic.figures import Figure, Params
from civic.groups import GroupRows
from civic.periods import day
from civic.units import Region

# The columns all names share, with what a list that lacks one gives. Declared figures open the
# union and have all of them, which types them for every database.
_NONE: dict[str, Any] = {
    "pk": Value(None, output_field=models.BigIntegerField()),
    "number": Value(None, output_field=models.DecimalField()),
    "as_of": Value(None, output_field=models.DateField()),
    **dict.fromkeys(("name", "label", "definition", "unit"), Value("")),
    **dict.fromkeys(("qualifier", "source_title", "source_url"), Value("")),
}
_FIGURE, _REGION = "figure", "region"


@dataclass
class Names:
    """What the notes of a page call things by: figures by name, places and groups by code."""

    figures: dict[str, Figure] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)
    groups: dict[tuple[Callable[..., Any], str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, spans: list[CitedSpan]) -> Names:
        """All in one query, whatever is cited: a release page may cost six."""
        cites = {span.figure for span in spans}
        outside = {name for name in cites if name.startswith(declared.PREFIX)}
        found = figures.resolve(cites - outside)
        names = cls({name: figure for name, figure in found.items() if figure.is_public})
        sources = names._take_fixed(spans)
        lists = []
        if outside:
            told = DeclaredFigure.objects.public().named(outside)
            lists.append(_rows(told, _FIGURE, **{name: name for name in _NONE}))
        if codes := {span.region for span in spans if span.region}:
            places = Region.objects.filter(code__in=codes)
            lists.append(_rows(places, _REGION, name="code", label="name"))
        for place, (source, codes) in enumerate(sources.items()):
            rows = source.rows().filter(**{f"{source.code}__in": codes})
            words = dict(zip(("label", "definition"), source.columns, strict=False))
            lists.append(_rows(rows, str(place), name=source.code, **words))
        if lists:
            names._take_rows(lists[0].union(*lists[1:], all=True), list(sources))
        return names

    def _take_fixed(self, spans: list[CitedSpan]) -> dict[GroupRows, set[str]]:
        """Take the groups that are no rows; those that are, with the codes asked for."""
        sources: dict[GroupRows, set[str]] = defaultdict(set)
        for span in spans:
            figure = self.figures.get(span.figure)
            if figure is None or not span.group:
                continue
            groups = figure.groups
            fixed = groups.fixed() if isinstance(groups, GroupRows) else groups()
            label = dict(fixed).get(span.group)
            if label is not None:
                self.groups[groups, span.group] = str(label)
            elif isinstance(groups, GroupRows):
                sources[groups].add(span.group)
        return sources

    def _take_rows(self, rows: Iterable[tuple[Any, ...]], sources: list[GroupRows]) -> None:
        for kind, *values in rows:
            row = dict(zip(_NONE, values, strict=True))
            if kind == _FIGURE:
                figure = DeclaredFigure(**row, is_public=True).figure
                self.figures[figure.name] = figure
            elif kind == _REGION:
                self.regions[row["name"]] = row["label"]
            else:
                source = sources[int(kind)]
                words = (row["label"], row["definition"])[: len(source.columns)]
                self.groups[source, row["name"]] = source.label(*words)


def _rows(rows: models.QuerySet[Any], kind: str, **columns: str) -> Any:
    """The shared columns of these rows: `columns` says where each comes from."""
    given: dict[str, Any] = {"told_kind": Value(kind)}
    given |= {
        f"told_{name}": F(columns[name]) if name in columns else none
        for name, none in _NONE.items()
    }
    return rows.order_by().annotate(**given).values_list(*given)


class Footnotes:
    """Of all the texts of one page: the notes are numbered through.

    A number whose figure is gone or is not for the public stays plain words.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.spans = [span for text in texts for span in cited(text or "")]
        self.written = 0

    @cached_property
    def names(self) -> Names:
        return Names.of(self.spans)

    def rich(self, markup: str | None) -> str:
        """The text for a page, each cited number with its link and note."""
        return richtext.render(markup, self.note if self.spans else None)

    def note(self, span: CitedSpan, words: str) -> str | None:
        """The link and the note, None for what has none."""
        figure = self.names.figures.get(span.figure)
        if figure is None:
            return None
        try:
            params = Params.of(span.period, span.region, span.group)
            as_of = day(span.as_of)
        except ValidationError:
            return None
        self.written += 1
        context = {
            "id": f"cite-{self.written}",
            "words": words,
            "span": span,
            "figure": figure,
            "url": figure.get_absolute_url(params),
            "facts": self._facts(figure, params),
            "as_of": as_of,
        }
        return render_to_string("_cite.html", context).strip()

    def _facts(self, figure: Figure, params: Params) -> list[str]:
        """Of what it speaks: group, place, period."""
        facts = [self.names.groups.get((figure.groups, params.group), params.group)]
        facts.append(self.names.regions.get(params.region, params.region))
        if not params.period.is_all:
            facts.append(params.period.label)
        return [fact for fact in facts if fact]

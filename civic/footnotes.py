"""Footnotes: what a reader learns of a cited number, beside its link to the figure's page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from civic import figures, richtext
from civic.cites import CitedSpan, cited
from civic.figures import Figure, Params
from civic.periods import day
from civic.units import Region

GROUPS_KEPT = 300  # seconds; names of accounts and columns seldom change


class Footnotes:
    """Of all the texts of one page: the figures are looked up together, the notes numbered through.

    A number whose figure is gone or is not for the public stays plain words.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.spans = [span for text in texts for span in cited(text or "")]
        self.written = 0
        self._labels: dict[str, dict[str, str]] = {}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        found = figures.resolve(span.figure for span in self.spans)
        return {name: figure for name, figure in found.items() if figure.is_public}

    @cached_property
    def regions(self) -> dict[str, str]:
        codes = {span.region for span in self.spans if span.region}
        if not codes:
            return {}
        return dict(Region.objects.filter(code__in=codes).values_list("code", "name"))

    def rich(self, markup: str | None) -> str:
        """The text for a page, each cited number with its link and note."""
        return richtext.render(markup, self.note if self.spans else None)

    def note(self, span: CitedSpan, words: str) -> str | None:
        """The link and the note, None for what has none."""
        figure = self.figures.get(span.figure)
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
        facts = [self._group(figure, params.group)]
        facts.append(self.regions.get(params.region, params.region))
        if not params.period.is_all:
            facts.append(params.period.label)
        return [fact for fact in facts if fact]

    def _group(self, figure: Figure, code: str) -> str:
        if not code:
            return ""
        source = f"{figure.groups.__module__}.{figure.groups.__qualname__}"
        if source not in self._labels:
            key = f"civic.groups.{source}"
            known: dict[str, str] | None = cache.get(key)
            if known is None:
                known = {one: str(label) for one, label in figure.groups()}
                cache.set(key, known, GROUPS_KEPT)
            self._labels[source] = known
        return self._labels[source].get(code, code)


def of(*texts: Any) -> Footnotes:
    return Footnotes(texts)

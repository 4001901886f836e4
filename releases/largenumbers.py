"""Large numbers: what readers see of a figure block, with its plot and the way to its figure."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import ValidationError

from civic import figures, plots, wording
from civic.figures import Figure, FigureFailed, Params
from civic.plots import Plot
from releases.figureblocks import FigureBlock

PLOT_KEPT = 3600  # seconds


@dataclass(frozen=True)
class LargeNumber:
    """A figure block as readers see it: digits, unit, what it counts, of which day, where from."""

    digits: str
    unit: str
    label: str
    day: str = ""
    url: str = ""
    plot: Plot | None = None


def large_number(block: FigureBlock, *, day: str) -> LargeNumber:
    """A figure that is gone or not public leads nowhere and has no plot."""
    figure = figures.resolve([block.figure]).get(block.figure)
    params = block.parsed()
    said = wording.read(block.shown)
    unit = said.unit if said and block.shown.endswith(said.unit) else ""
    url, plot = "", None
    if figure and figure.is_public and params:
        url, plot = figure.get_absolute_url(params), _plot_of(figure, params)
    label = block.label or str(figure or "")
    return LargeNumber(block.shown.removesuffix(unit), unit, label, day, url, plot)


def _plot_of(figure: Figure, params: Params) -> Plot | None:
    """The figure over time, kept for an hour; None where it knows no time or fails."""
    key = f"releases.plot:{figure.name}:{params.code}"
    kept = cache.get(key)
    if kept is None:
        try:
            drawn = plots.drawn(figures.series(figure, params))
        except (FigureFailed, ValidationError):
            drawn = plots.drawn([])
        kept = drawn if drawn.has_anything else ""
        cache.set(key, kept, PLOT_KEPT)
    return kept or None

"""Large numbers: what readers see of a figure block, with the way to its figure and its plot."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.urls import reverse

from civic import figures, wording
from civic.figures import Figure, Params
from releases.figureblocks import FigureBlock


@dataclass(frozen=True)
class LargeNumber:
    """A figure block as readers see it: digits, unit, what it counts, of which day, where from.

    `plot_url` is a drawing that the reader's browser fetches when it comes into sight: no page
    waits for it, and who sees no pictures misses nothing that is said.
    """

    digits: str
    unit: str
    label: str
    day: str = ""
    url: str = ""
    plot_url: str = ""
    is_historical: bool = False


def large_number(block: FigureBlock, *, day: str, is_declared: bool) -> LargeNumber:
    """Without any query: a page with eight of them costs what a page with one does.

    `is_declared`: it cites a public declared figure. What is gone or not public leads nowhere.
    """
    figure = figures.REGISTRY.get(block.figure)
    params = block.parsed()
    said = wording.read(block.shown)
    unit = said.unit if said and block.shown.endswith(said.unit) else ""
    label = block.label or str(figure or "")
    is_public = figure.is_public if figure else is_declared
    url, plot_url = "", ""
    if is_public and params is not None:
        query = f"?{params.query}" if params.query else ""
        url = reverse("portal:figure", args=[block.figure]) + query
        plot_url = figure.get_plot_url(params) if figure and _is_plotted(figure, params) else ""
    digits = block.shown.removesuffix(unit)
    return LargeNumber(digits, unit, label, day, url, plot_url, block.is_historical)


def _is_plotted(figure: Figure, params: Params) -> bool:
    """Whether it knows time and can be narrowed like that."""
    try:
        figure.check(params)
    except ValidationError:
        return False
    return bool(figure.when)

"""The filters that show rich text on a page: cleaned again, then marked safe."""

from django import template

from civic import richtext
from civic.footnotes import Footnotes

register = template.Library()


@register.filter
def rich(markup: str | None) -> str:
    return richtext.render(markup)


@register.filter
def noted(markup: str | None, footnotes: Footnotes) -> str:
    """The text with its cited numbers as links, each with its note."""
    return footnotes.rich(markup)

"""The filter that shows rich text on a page: cleaned again, then marked safe."""

from django import template

from civic import richtext

register = template.Library()


@register.filter
def rich(markup: str | None) -> str:
    return richtext.render(markup)

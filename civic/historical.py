"""Historical numbers: what readers are told behind a number that stands as of its day."""

from __future__ import annotations

import html
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from civic.cites import CitedSpan, cited
from civic.periods import day

_MARK = 'data-historical="1"'


def dated(markup: str) -> str:
    """The markup of a page with its day behind each number marked as historical.

    In plain words: seen inside a link, in print and without scripts, whatever the figure.
    """
    if _MARK not in markup:
        return markup
    parts, at = [], 0
    for span in cited(markup):
        if span.is_historical and (words := _words(span)):
            told = f'<small class="cite-day">{html.escape(words)}</small>'
            parts += [markup[at : span.end], told]
            at = span.end
    return "".join([*parts, markup[at:]])


def _words(span: CitedSpan) -> str:
    """ "（截至2020年11月20日）" in the language of the texts; "" where the sentence says it."""
    try:
        one = day(span.as_of)
    except ValidationError:
        one = None
    with translation.override(settings.LANGUAGE_CODE):
        if one is None:
            return _("(historical number)")
        written = written_day(one)
        return "" if written in span.sentence else _("(as of %(day)s)") % {"day": written}


def written_day(one: date) -> str:
    """ "2020年11月20日" """
    return date_format(one, "DATE_FORMAT")

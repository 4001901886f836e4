"""The filter `iso`: a moment as machines read it. Known in every template (civic/settings.py)."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def iso(value: date | datetime | None) -> str:
    """Local time to the second with its offset; HTML refuses more than milliseconds."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else ""

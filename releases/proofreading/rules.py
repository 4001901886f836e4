"""The rules now in use, kept ready in each process until somebody changes one."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max

from releases.proofreading.models import TermRule
from releases.proofreading.terms import Term

_kept: dict[str, Any] = {"stamp": None, "terms": []}


def current() -> list[Term]:
    """One small query while nothing has changed."""
    stamp = TermRule.objects.aggregate(n=Count("pk"), last=Max("updated_at"))
    if stamp != _kept["stamp"]:
        _kept.update(stamp=stamp, terms=TermRule.objects.as_terms())
    terms: list[Term] = _kept["terms"]
    return terms

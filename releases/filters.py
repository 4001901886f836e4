"""What a reader may narrow the list of releases by; what cannot be meant is said, not obeyed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, Max, Min, OuterRef
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civic.search import WORDS_LENGTH, seen, terms
from civic.units import Unit
from releases import search
from releases.models import Channel, Release

Choices = list[tuple[str, str]]


def channel_choices(channels: list[Channel]) -> Choices:
    """The tree, each level set in by a full-width space."""
    return [(one.slug, f"{'　' * one.depth}{one.name}") for one in channels]


def unit_choices() -> Choices:
    """Units that have something to be read."""
    live = Release.objects.live().originals().filter(unit=OuterRef("pk"))
    rows = Unit.objects.filter(Exists(live)).order_by("code")
    return [(one.code, str(one)) for one in rows]


def year_choices() -> Choices:
    """From the year of the newest release down to that of the oldest."""
    span = Release.objects.live().originals().aggregate(a=Min("publish_at"), z=Max("publish_at"))
    if span["a"] is None:
        return []
    first, last = (timezone.localtime(span[end]).year for end in ("a", "z"))
    return [(str(year), str(year)) for year in range(last, first - 1, -1)]


def _choice(label: Any, every: Any, unknown: Any, by: str) -> Any:
    """Its choices are read once a request, in `ReleaseFilter.__init__`."""
    return django_filters.ChoiceFilter(
        label=label,
        empty_label=every,
        method=by,
        null_value=None,
        error_messages={"invalid_choice": unknown},
    )


class ReleaseFilter(django_filters.FilterSet):
    """Words, channel with those under it, unit, year of publication."""

    q = django_filters.CharFilter(
        label=_("Words"),
        method="with_words",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": WORDS_LENGTH}),
    )
    channel = _choice(
        _("Channel"),
        _("All channels"),
        _("There is no such channel; all are shown."),
        "of_channel",
    )
    unit = _choice(
        _("Unit"),
        _("All units"),
        _("There is nothing of such a unit; all are shown."),
        "of_unit",
    )
    year = _choice(
        _("Year"),
        _("All years"),
        _("There is nothing of such a year; all are shown."),
        "of_year",
    )

    class Meta:
        model = Release
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = list(Channel.objects.in_order())
        self.channels = {one.slug: one for one in channels}
        self.form.fields["channel"].choices = channel_choices(channels)
        self.form.fields["unit"].choices = unit_choices()
        self.form.fields["year"].choices = year_choices()

    @classmethod
    def asked(cls, query: QueryDict, rows: Any) -> ReleaseFilter:
        """By what the address says, without what no database or page can hold."""
        names = cls.base_filters
        given = {name: seen(query.get(name, ""))[:WORDS_LENGTH].strip() for name in names}
        return cls(given, queryset=rows)

    @property
    def kept(self) -> dict[str, str]:
        """The filters in force, as the links of the pages carry them."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def with_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(pk__in=search.ids_holding(value)) if terms(value) else rows

    def of_channel(self, rows: Any, name: str, value: str) -> Any:
        return rows.in_channel(self.channels[value])

    def of_unit(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(unit__code=value)

    def of_year(self, rows: Any, name: str, value: str) -> Any:
        zone = timezone.get_current_timezone()
        begin, end = (datetime(int(value) + n, 1, 1, tzinfo=zone) for n in (0, 1))
        return rows.filter(publish_at__gte=begin, publish_at__lt=end)

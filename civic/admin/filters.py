"""Filters of lists of texts that are published: whose turn it is, and how far they are."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy

from civic.publishing import REVIEW_STAGES, Status


class MineFilter(admin.SimpleListFilter):
    """What waits for me, and what I wrote."""

    title = gettext_lazy("my work")
    parameter_name = "mine"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("review", gettext_lazy("Waits for my review")),
            ("afterwards", gettext_lazy("To be reviewed afterwards by me")),
            ("drafts", gettext_lazy("My drafts")),
            ("all", gettext_lazy("All I wrote")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        rows, person = queryset.model.objects, request.user
        if self.value() == "review":
            return queryset.filter(pk__in=rows.awaiting(person).order_by().values("pk"))
        if self.value() == "afterwards":
            found = rows.awaiting_retrospective(person)
            return queryset.filter(pk__in=found.order_by().values("pk"))
        if self.value() == "drafts":
            return queryset.filter(status=Status.DRAFT, created_by=person)
        if self.value() == "all":
            return queryset.filter(created_by=person)
        return queryset


class StateFilter(admin.SimpleListFilter):
    """The status as people speak of it: a text that waits for its time is not yet published."""

    title = gettext_lazy("status")
    parameter_name = "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (Status.DRAFT.value, Status.DRAFT.label),
            ("in_review", gettext_lazy("In review")),
            *((stage.value, stage.label) for stage in REVIEW_STAGES),
            (Status.APPROVED.value, Status.APPROVED.label),
            ("scheduled", gettext_lazy("Scheduled")),
            ("live", gettext_lazy("Published")),
            ("expired", gettext_lazy("Taken off by its date")),
            ("owing", gettext_lazy("Owes a review afterwards")),
            (Status.WITHDRAWN.value, Status.WITHDRAWN.label),
            (Status.ARCHIVED.value, Status.ARCHIVED.label),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        value = self.value()
        if value in Status.values:
            return queryset.filter(status=value)
        named = {
            "in_review": queryset.in_review,
            "scheduled": queryset.scheduled,
            "live": queryset.live,
            "expired": queryset.expired,
            "owing": queryset.owing_retrospective,
        }
        return named[value]() if value in named else queryset


class FiguresFilter(admin.SimpleListFilter):
    """Texts whose figures no longer hold, of those that are written or read."""

    title = gettext_lazy("figures")
    parameter_name = "figures"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("differ", gettext_lazy("A figure does not hold")),
            ("cited", gettext_lazy("Cites figures")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        rows = queryset.model.objects
        if self.value() == "differ":
            return queryset.filter(pk__in=rows.contradicted().order_by().values("pk"))
        if self.value() == "cited":
            return queryset.filter(pk__in=rows.citing().order_by().values("pk"))
        return queryset

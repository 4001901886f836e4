"""Timeline and honours in the back office: events, titles with their editions, awards."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from civic.admin.base import ScopedAdmin
from civic.admin.exports import ExportMixin
from civic.admin.imports import ImportMixin
from civic.admin.labels import LabelledRows
from releases.honors import HonorAward, HonorEdition, HonorTitle
from releases.ledgers.honors import AWARD_COLUMNS, TIMELINE_COLUMNS
from releases.timeline import TimelineEvent

CHIPS = {
    HonorAward.Status.NOMINEE: "draft",
    HonorAward.Status.AWARDED: "published",
    HonorAward.Status.SUSPENDED: "withdrawn",
    HonorAward.Status.REVOKED: "withdrawn",
    HonorAward.Status.RESTORED: "published",
}


@admin.register(TimelineEvent)
class TimelineEventAdmin(ExportMixin, ImportMixin, ScopedAdmin):
    list_display = ["title", "when", "is_milestone", "is_public"]
    list_filter = ["is_public", "is_milestone"]
    search_fields = ["title", "text"]
    search_help_text = _("Words of the title or the text")
    sortable_by = ["when"]
    autocomplete_fields = ["picture", "release"]
    export_columns = TIMELINE_COLUMNS
    fieldsets = [
        (None, {"fields": ["day", "precision", "title", "text"]}),
        (_("For readers"), {"fields": ["picture", "release"]}),
        (_("Where it stands"), {"fields": ["is_milestone", "order", "is_public"]}),
    ]

    @admin.display(description=_("day"), ordering="day")
    def when(self, event: TimelineEvent) -> str:
        return event.when


class EditionInline(LabelledRows, admin.TabularInline[HonorEdition, HonorTitle]):
    model = HonorEdition
    extra = 0
    fields = ["number", "list_date", "ceremony_date", "source_url"]
    ordering = ["number"]


@admin.register(HonorTitle)
class HonorTitleAdmin(ScopedAdmin):
    feeds_figures = True
    list_display = ["name", "level", "awarded_by", "cycle_years", "is_public"]
    list_filter = ["level", "is_public"]
    search_fields = ["name"]
    inlines = [EditionInline]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "level", "awarded_by", "cycle_years"]}),
        (_("For readers"), {"fields": ["about", "order", "is_public"]}),
    ]


@admin.register(HonorAward)
class HonorAwardAdmin(ExportMixin, ImportMixin, ScopedAdmin):
    feeds_figures = True
    list_display = ["city", "edition", "status_chip", "status_on", "is_ours"]
    list_filter = ["is_ours", "status", "edition__title"]
    list_select_related = ["edition__title"]
    search_fields = ["city"]
    sortable_by = ["city", "status_on"]
    autocomplete_fields = ["plaque"]
    export_columns = AWARD_COLUMNS
    fieldsets = [
        (None, {"fields": ["edition", "city", "is_ours"]}),
        (_("What became of it"), {"fields": ["status", "status_on", "note", "source_url"]}),
        (_("For readers"), {"fields": ["plaque"]}),
    ]

    @admin.display(description=_("status"), ordering="status")
    def status_chip(self, award: HonorAward) -> str:
        kind = CHIPS[HonorAward.Status(award.status)]
        return format_html('<span class="chip chip-{}">{}</span>', kind, award.get_status_display())

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "edition":
            kwargs["queryset"] = HonorEdition.objects.select_related("title")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

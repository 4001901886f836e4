"""The media ledger in the back office: accounts, posts with their counts, topics, adoptions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.admin.base import ScopedAdmin
from civic.admin.exports import ExportMixin
from civic.admin.imports import ImportMixin
from civic.admin.labels import LabelledRows
from civic.exports import Column, Kind
from releases.ledgers.accounts import ACCOUNT_COLUMNS
from releases.ledgers.adoptions import ADOPTION_COLUMNS
from releases.ledgers.posts import POST_COLUMNS
from releases.media import MANY, MediaAccount, MediaMetric, MediaPost
from releases.reach import Adoption, MediaTopic, TopicMetric

TOPIC_COLUMNS = (
    Column(gettext_lazy("Code"), "code", Kind.IDENTIFIER),
    Column(gettext_lazy("Media topic"), "name"),
    Column(gettext_lazy("Platform"), "platform"),
    Column(gettext_lazy("Started on"), "started_on", Kind.DATE),
    Column(gettext_lazy("Participation"), "participation", Kind.NUMBER),
    Column(gettext_lazy("Counted on"), "counted_on", Kind.DATE),
    Column(gettext_lazy("Link"), "url"),
)


@admin.register(MediaAccount)
class MediaAccountAdmin(ExportMixin, ImportMixin, ScopedAdmin):
    feeds_figures = True
    list_display = ["name", "platform", "level", "code", "unit", "is_active"]
    list_filter = ["level", "platform", "is_active"]
    list_select_related = ["unit"]
    search_fields = ["name", "code"]
    search_help_text = gettext_lazy("Name or code")
    autocomplete_fields = ["unit"]
    export_columns = ACCOUNT_COLUMNS
    fieldsets = [
        (None, {"fields": ["platform", "name", "level", "unit"]}),
        (gettext_lazy("For figures and sheets"), {"fields": ["code", "is_active"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Figures that were cited name the account by its code: it stays."""
        return ["code"] if obj is not None else []


class ManyFilter(admin.SimpleListFilter):
    """«10万+» at a click."""

    title = gettext_lazy("views")
    parameter_name = "seen"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("many", gettext_lazy("100,000 and more")),
            ("none", gettext_lazy("Not counted yet")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "many":
            return queryset.filter(views__gte=MANY)
        return queryset.filter(views=None) if self.value() == "none" else queryset


class MetricInline(LabelledRows, admin.TabularInline[MediaMetric, MediaPost]):
    model = MediaMetric
    extra = 0
    fields = ["kind", "number", "as_of"]
    ordering = ["-as_of", "kind"]


@admin.register(MediaPost)
class MediaPostAdmin(ExportMixin, ImportMixin, ScopedAdmin):
    feeds_figures = True
    list_display = ["title", "account", "published_on", "views", "views_as_of", "is_original"]
    list_filter = ["account", ManyFilter, "is_original"]
    list_select_related = ["account"]
    # Searched by the index over titles; what stands here only draws the box.
    search_fields = ["title"]
    search_help_text = gettext_lazy("Words of the title, or the whole link")
    sortable_by = ["published_on", "views"]
    ordering = ["-published_on", "-pk"]
    inlines = [MetricInline]
    export_columns = POST_COLUMNS
    fieldsets = [
        (None, {"fields": ["account", "title", "url"]}),
        (gettext_lazy("Publication"), {"fields": ["published_on", "is_original"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("tokens")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        words = search_term.replace("\x00", "").strip()
        return (queryset.holding(words) if words else queryset), False


class TopicMetricInline(LabelledRows, admin.TabularInline[TopicMetric, MediaTopic]):
    model = TopicMetric
    extra = 0
    fields = ["number", "as_of"]
    ordering = ["-as_of"]


@admin.register(MediaTopic)
class MediaTopicAdmin(ExportMixin, ScopedAdmin):
    feeds_figures = True
    list_display = ["name", "platform", "started_on", "participation", "counted_on"]
    list_filter = ["platform"]
    search_fields = ["name", "code"]
    search_help_text = gettext_lazy("Name or code")
    inlines = [TopicMetricInline]
    export_columns = TOPIC_COLUMNS
    fieldsets = [
        (None, {"fields": ["name", "platform", "url", "started_on"]}),
        (gettext_lazy("For figures and sheets"), {"fields": ["code"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Figures that were cited name the topic by its code: it stays."""
        return ["code"] if obj is not None else []


@admin.register(Adoption)
class AdoptionAdmin(ExportMixin, ImportMixin, ScopedAdmin):
    feeds_figures = True
    list_display = ["title", "outlet", "level", "adopted_on", "unit", "proof"]
    list_filter = ["level"]
    list_select_related = ["unit"]
    search_fields = ["title", "outlet"]
    search_help_text = gettext_lazy("Words of the title, or the outlet")
    sortable_by = ["outlet", "adopted_on"]
    autocomplete_fields = ["unit", "evidence", "post"]
    export_columns = ADOPTION_COLUMNS
    fieldsets = [
        (None, {"fields": ["title", "outlet", "level", "adopted_on", "unit"]}),
        (gettext_lazy("Proof"), {"fields": ["url", "evidence", "post"]}),
    ]

    @admin.display(description=gettext_lazy("proof"))
    def proof(self, adoption: Adoption) -> str:
        if not adoption.url:
            return _("Picture")
        return format_html(
            '<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>', adoption.url, _("Link")
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        user: Any = request.user
        return {"unit": user.unit_id, **super().get_changeform_initial_data(request)}

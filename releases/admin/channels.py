"""Channels and topics in the back office: the tree, its freshness, special columns."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from civic.admin.base import ScopedAdmin
from civic.admin.editor import EditorMixin
from releases import freshness
from releases.freshness import Freshness
from releases.models import Channel, Topic


def _possible_parents() -> list[int]:
    """Those of the first and second level: the tree has three at most."""
    return [channel.pk for channel in Channel.objects.in_order() if channel.depth < 2]


class FreshList(ChangeList):
    """A page of channels, each with its freshness: two queries for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        fresh = freshness.by_channel()
        for channel in self.result_list:
            channel.freshness = fresh[channel.pk]


@admin.register(Channel)
class ChannelAdmin(ScopedAdmin):
    list_display = [
        "indented",
        "type",
        "fresh",
        "update_days",
        "reviews_needed",
        "keeper",
        "is_listed",
    ]
    list_filter = ["type", "is_listed"]
    list_select_related = ["keeper"]
    list_per_page = 200
    search_fields = ["name", "slug"]
    search_help_text = _("Name or address")
    prepopulated_fields = {"slug": ["name"]}
    sortable_by = ["indented", "type", "update_days", "reviews_needed", "is_listed"]
    fieldsets = [
        (None, {"fields": ["parent", "name", "slug", "type", "order", "is_listed"]}),
        (_("For readers and search engines"), {"fields": ["description", "keywords"]}),
        (_("Promise and reviews"), {"fields": ["update_days", "reviews_needed", "keeper"]}),
    ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return FreshList

    @admin.display(description=_("name"), ordering="path_order")
    def indented(self, channel: Channel) -> str:
        return format_html('<span class="depth-{}">{}</span>', channel.depth, channel.name)

    @admin.display(description=_("updates"))
    def fresh(self, channel: Channel) -> str:
        one: Freshness = channel.freshness  # type: ignore[attr-defined]
        return format_html('<span class="chip chip-{}">{}</span>', one.state, one.words)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            kwargs["queryset"] = Channel.objects.filter(pk__in=_possible_parents()).in_order()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An address that readers may have kept does not follow the name."""
        return {} if obj else super().get_prepopulated_fields(request, obj)


@admin.register(Topic)
class TopicAdmin(EditorMixin, ScopedAdmin):
    list_display = ["title", "slug", "order", "is_open", "figures_hold"]
    list_filter = ["is_open"]
    search_fields = ["title"]
    search_help_text = _("Part of a title")
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["cover"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.with_differing()

    @admin.display(description=_("figures hold"), boolean=True)
    def figures_hold(self, topic: Topic) -> bool:
        return not topic.differing  # type: ignore[attr-defined]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        intro = self.rich_field(request, obj, "intro")
        return [
            (None, {"fields": ["title", "slug", "summary", intro, "cover"]}),
            (_("Where it stands"), {"fields": ["order", "is_open"]}),
        ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An address that readers may have kept does not follow the title."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

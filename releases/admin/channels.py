"""Channels and topics in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from civic.admin.base import ScopedAdmin
from civic.admin.editor import EditorMixin
from releases.models import Channel, Topic


@admin.register(Channel)
class ChannelAdmin(ScopedAdmin, SimpleHistoryAdmin):
    list_display = ["indented", "type", "update_days", "reviews_needed", "keeper", "is_listed"]
    list_filter = ["type", "is_listed"]
    list_select_related = ["keeper", "parent__parent"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["parent", "name", "slug", "type", "order", "is_listed"]}),
        (_("For readers and search engines"), {"fields": ["description", "keywords"]}),
        (_("Promise and reviews"), {"fields": ["update_days", "reviews_needed", "keeper"]}),
    ]

    @admin.display(description=_("name"), ordering="path_order")
    def indented(self, channel: Channel) -> str:
        depth = channel.path_order.count(".")
        return "　" * depth + channel.name

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An address that readers may have kept does not follow the name."""
        return {} if obj else super().get_prepopulated_fields(request, obj)


@admin.register(Topic)
class TopicAdmin(EditorMixin, ScopedAdmin, SimpleHistoryAdmin):
    list_display = ["title", "slug", "order", "is_open"]
    list_filter = ["is_open"]
    search_fields = ["title"]
    autocomplete_fields = ["cover"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "intro", "cover"]}),
        (_("Where it stands"), {"fields": ["order", "is_open"]}),
    ]

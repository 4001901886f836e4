"""The editor in admin forms: its scripts, and the content policy only these pages get."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.forms import Media
from django.http import HttpRequest, HttpResponse

from civic import richtext


class EditorMixin:
    """For a ModelAdmin whose form carries rich text."""

    @property
    def media(self) -> Media:
        """A property, for Django reads an inner `Media` of ModelAdmins only, not of mixins."""
        own = Media(css={"all": ["editor/editor.css"]}, js=["editor/editor.js"])
        found: Media = super().media + own  # type: ignore[misc]
        return found

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        response._csp_update = settings.CSP_EDITOR  # type: ignore[attr-defined]
        return response

    def rich_field(self, request: HttpRequest, obj: Any, name: str) -> Any:
        """For the fieldsets: the field, or, for who may only read, its text without the tags."""
        if obj is None or self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return name

        @admin.display(description=obj._meta.get_field(name).verbose_name)
        def shown(row: Any) -> str:
            return richtext.render(getattr(row, name))

        shown.__name__ = name  # its class in the page is that of the field
        return shown

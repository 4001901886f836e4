"""List tools: the links over a list (export, import …) and what must be said there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Tool:
    """A link over the list."""

    label: StrOrPromise
    url: str


class ListTools(admin.ModelAdmin[Any]):
    """A list with tools and notes over it. Mixins add theirs to `list_tools` with super()."""

    change_list_template = "admin/civic/sheet_list.html"

    def list_tools(self, request: HttpRequest) -> list[Tool]:
        return []

    def list_notes(self, request: HttpRequest) -> list[str]:
        """Sentences the person must read before working with this list."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {
            "list_tools": self.list_tools(request),
            "list_notes": self.list_notes(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

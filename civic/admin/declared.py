"""Declared figures in the back office: numbers from outside, with their source and history."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from civic import audit, inquiries
from civic.admin.base import ScopedAdmin
from civic.admin.exports import ExportMixin
from civic.declared import COLUMNS, DeclaredFigure
from civic.figures import Value
from civic.periods import midnight


@admin.register(DeclaredFigure)
class DeclaredFigureAdmin(ExportMixin, ScopedAdmin, SimpleHistoryAdmin):
    list_display = ["label", "said", "as_of", "source", "is_public", "figure_link"]
    list_filter = ["is_public"]
    search_fields = ["label", "name", "source_title"]
    export_columns = COLUMNS
    audits_itself = True
    fieldsets = [
        (None, {"fields": ["name", "label", "definition"]}),
        (_("Number"), {"fields": ["number", "unit", "qualifier", "as_of"]}),
        (_("Source"), {"fields": ["source_title", "source_url", "source_file"]}),
        (_("More"), {"fields": ["is_public"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.source_view)
        name = "civic_declaredfigure_source"
        return [path("<int:pk>/source/", view, name=name), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Citations refer to the short name: it is given once."""
        return ["name"] if obj is not None else []

    @admin.display(description=_("as printed"), ordering="number")
    def said(self, row: DeclaredFigure) -> str:
        return inquiries.said(row.figure, Value(row.number, 1, midnight(row.as_of)))

    @admin.display(description=_("source document"), ordering="source_title")
    def source(self, row: DeclaredFigure) -> str:
        return format_html('<a href="{}">{}</a>', row.get_source_url(), row.source_title)

    @admin.display(description=_("figure"))
    def figure_link(self, row: DeclaredFigure) -> str:
        return format_html(
            '<a href="{}">{}</a>', row.figure.get_admin_url(), _("Figure and where it is cited")
        )

    def source_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file of the source, as a download, for who may see the figure."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row: DeclaredFigure | None = self.get_object(request, str(pk))
        if row is None or not row.source_file:
            raise Http404
        try:
            opened = row.source_file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        name = row.source_file_name or "source"
        response = FileResponse(opened, as_attachment=True, filename=name)
        response["Content-Type"] = "application/octet-stream"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Documents cite the number: who changed it stands in the audit log."""
        super().save_model(request, obj, form, change)
        act = "figure.change" if change else "figure.declare"
        audit.record(act, target=obj, by=request.user, number=str(obj.number), as_of=str(obj.as_of))

    def delete_model(self, request: Any, obj: Any) -> None:
        audit.record("figure.delete", target=obj, by=request.user, number=str(obj.number))
        super().delete_model(request, obj)

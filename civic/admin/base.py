"""The one admin base class: rows in scope only, in lists and in every side view."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from civic import audit, clock
from civic.admin.history import ContentHistory
from civic.admin.labels import LabelledFields
from civic.admin.scoping import ScopedFields, ScopedSideViews, visible
from civic.admin.versions import VersionedForms

__all__ = ["CappedPaginator", "ScopedAdmin", "visible"]

COUNT_CAP = 2_000  # no list counts further: on big tables COUNT(*) is what makes a list slow


class CappedPaginator(Paginator):
    """Counts at most COUNT_CAP + 1 rows; pages beyond are reached by filters, not by number."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        return rows.order_by().values("pk")[: COUNT_CAP + 1].count()


class ScopedAdmin(
    VersionedForms,
    ContentHistory,
    LabelledFields,
    ScopedFields,
    ScopedSideViews,
    admin.ModelAdmin[Any],
):
    """A ModelAdmin that shows and changes only rows of `visible_to(request.user)`.

    Forms of `Versioned` models know the version they were opened at (`civic.admin.versions`).
    """

    feeds_figures = False  # True: figures are made of these rows; who cites them is rechecked
    audits_itself = False  # True: the subclass writes its own, better worded audit events

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    paginator = CappedPaginator
    save_on_top = False

    # Rows ------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return visible(super().get_queryset(request), request)

    def in_scope(self, request: HttpRequest, obj: models.Model | None) -> bool:
        if obj is None or obj.pk is None:
            return True
        return self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self.in_scope(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.in_scope(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.in_scope(request, obj)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The row, or None when it is absent or another unit's: both look the same."""
        try:
            found = super().get_object(request, object_id, from_field)
        except (ValueError, OverflowError, UnicodeError):
            return None
        if found is None:
            self._note_denied(request, object_id)
        return found

    def _note_denied(self, request: HttpRequest, object_id: str) -> None:
        """Left on the request: StaffPages records it when the transaction is over."""
        if not (object_id.isdecimal() and len(object_id) < 19):
            return
        if self.model._base_manager.filter(pk=int(object_id)).exists():
            request.denied = {"kind": self.model._meta.label_lower, "id": object_id}  # type: ignore[attr-defined]

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str | None
    ) -> HttpResponse:
        """A row that is not there, or not yours, is simply not found."""
        raise Http404(_("There is no such row, or it belongs to another unit."))

    # Side views ----------------------------------------------------------------------------------

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing is deleted by the dozen: cascades would leave the scope."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except DisallowedModelAdminLookup as error:
            raise PermissionDenied(_("This filter is not offered here.")) from error

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if self.get_object(request, object_id) is None:
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """An old state, to be read. Going back to one would pass by reviews and versions."""
        if self.get_object(request, object_id) is None or not version_id.isdecimal():
            raise Http404
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied(_("An old state cannot be put back. Edit the text instead."))
        view = super().history_form_view  # type: ignore[misc]
        return view(request, object_id, version_id, extra_context)

    # Audit -------------------------------------------------------------------------------------

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record_row("row.added", request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if message:
            self._record_row("row.changed", request, obj, what=message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record_row("row.deleted", request, obj)
        return super().log_deletions(request, queryset)

    def _record_row(self, act: str, request: HttpRequest, obj: Any, **detail: Any) -> None:
        """Inside the transaction of the form: without its event the change does not stand."""
        if not self.audits_itself:
            person: Any = request.user
            audit.record(act, by=person, target=obj, **detail)
        self.figures_may_have_changed()

    def figures_may_have_changed(self) -> None:
        """Within seconds the texts that cite them turn red, or green again."""
        if self.feeds_figures:
            transaction.on_commit(clock.soon)

"""Content history: who changed what in a row, state by state, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from civic import richtext
from civic.publishing import FIELDS_OF_STATE
from civic.reviews import as_lines, difference

PER_PAGE = 20
# Moved by steps and by the machine; the review log tells of them.
_NOT_CONTENT = {*FIELDS_OF_STATE, "id", "created_at", "updated_at", "path_order", "corrects"}


@dataclass(frozen=True)
class State:
    """One saved state: when, by whom, and what differs from the state before."""

    row: Any
    who: str
    changes: list[tuple[str, str, str]]  # (label, before, after), short values
    lines: list[tuple[str, str]]  # (sign, line) of the long texts


class ContentHistory:
    """For a ModelAdmin: its history page shows differences where the model keeps a history."""

    model: Any
    opts: Any
    admin_site: Any

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if not hasattr(self.model, "history"):
            response: HttpResponse = super().history_view(request, object_id, extra_context)  # type: ignore[misc]
            return response
        obj = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):  # type: ignore[attr-defined]
            raise PermissionDenied
        rows = obj.history.select_related("history_user").order_by("-history_id")
        pages = Paginator(rows, PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(what)s") % {"what": obj},
            "subtitle": None,
            "opts": self.opts,
            "original": obj,
            "object": obj,
            "page": page,
            "states": states(rows, page.start_index() - 1 if page else 0),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/civic/history.html", context)


def states(rows: Any, start: int) -> list[State]:
    """One page of states; the row after the page is read too, to compare the last with."""
    window = list(rows[start : start + PER_PAGE + 1])
    before: list[Any] = [*window[1:], None]
    return [_state(row, older) for row, older in zip(window[:PER_PAGE], before, strict=False)]


def _state(row: Any, older: Any) -> State:
    who = row.history_user.name if row.history_user else ""
    if older is None:
        return State(row, who, [], [])
    changes, lines = [], []
    for field in row.tracked_fields:
        if field.name in _NOT_CONTENT:
            continue
        was, now = getattr(older, field.attname), getattr(row, field.attname)
        if was == now:
            continue
        label = str(field.verbose_name)
        if isinstance(field, models.TextField):
            if not hasattr(row, "full_text"):
                lines += as_lines(difference(richtext.plain(was), richtext.plain(now)))
        else:
            changes.append((label, _shown(older, field), _shown(row, field)))
    if hasattr(row, "full_text"):
        lines += as_lines(difference(older.full_text, row.full_text))
    return State(row, who, changes, lines)


def _shown(row: Any, field: Any) -> str:
    value = getattr(row, field.attname)
    if value in (None, ""):
        return "—"
    if field.remote_field:
        found = field.remote_field.model._base_manager.filter(pk=value).first()
        return str(found) if found else f"#{value}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "astimezone"):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)

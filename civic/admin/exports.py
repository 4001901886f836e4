"""Export from a list: exactly the rows on screen, over all pages, as XLSX or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, resolve, reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic import audit, exports, jobs
from civic.admin.listtools import ListTools, Tool
from civic.exports import About, Column
from civic.jobs import Job, JobRefused

KIND = "export"
LABELS = {"xlsx": gettext_lazy("Export XLSX"), "csv": gettext_lazy("Export CSV")}

TICKED = {
    "xlsx": gettext_lazy("Export the ticked rows (XLSX)"),
    "csv": gettext_lazy("Export the ticked rows (CSV)"),
}


def _export_ticked(
    model_admin: ExportMixin, request: HttpRequest, rows: Any, form: str
) -> HttpResponseBase:
    return model_admin._export_selected(request, form)


@dataclass(frozen=True)
class Selection:
    """The rows that were asked for and how the screen describes them."""

    rows: models.QuerySet[Any]
    filters: list[str]
    count: int


class ExportMixin(ListTools):
    """For a ModelAdmin: declare `export_columns`; the right is `export_<model>`.

    Up to `EXPORT_JOB_ROWS` rows come at once, more of them as a job.
    """

    export_columns: Sequence[Column] = ()

    # Hooks -----------------------------------------------------------------------------------

    def get_export_columns(self, request: HttpRequest) -> Sequence[Column]:
        return self.export_columns

    def export_rows(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Annotate or prefetch what the columns need."""
        return rows

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.export_{self.opts.model_name}")

    # Doors -----------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/<slug:form>/", view, name=name), *super().get_urls()]

    def list_tools(self, request: HttpRequest) -> list[Tool]:
        tools = super().list_tools(request)
        if not self.has_export_permission(request):
            return tools
        query = request.GET.copy()
        query.pop("p", None)
        tail = f"?{query.urlencode()}" if query else ""
        return [*tools, *(Tool(LABELS[form], self._export_url(form) + tail) for form in LABELS)]

    def _export_url(self, form: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_export", args=[form])

    def export_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """GET sends the file, or says that it is a long one; POST has the long one prepared."""
        if form not in LABELS:
            raise Http404
        if not (self.has_export_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        try:
            found = self.selection(request)
        except IncorrectLookupParameters:
            messages.error(request, _("This filter cannot be used for an export."))
            return redirect(self._list_url())
        if found.count > settings.EXPORT_JOB_ROWS:
            return self._long_export(request, form, found.count)
        return self._send(request, form, found)

    def selection(self, request: HttpRequest, pks: Sequence[str] | None = None) -> Selection:
        """What the list shows for this query string: same filters, search, order and scope."""
        try:
            changelist = self.get_changelist_instance(request)
        except DisallowedModelAdminLookup as error:
            raise PermissionDenied(_("This filter is not offered here.")) from error
        rows, filters = changelist.queryset, filters_in_words(changelist)
        if pks is not None:
            rows = rows.filter(pk__in=pks)
            filters = [*filters, _("%(count)d rows ticked") % {"count": len(pks)}]
        return Selection(self.export_rows(rows), filters, rows.count())

    def _send(self, request: HttpRequest, form: str, found: Selection) -> HttpResponseBase:
        at = timezone.now()
        columns = self.get_export_columns(request)
        name = exports.file_name(str(self.opts.verbose_name_plural), form, at)
        response: HttpResponseBase
        if form == "csv":
            lines = exports.csv_lines(columns, found.rows)
            response = StreamingHttpResponse(lines, content_type=exports.MEDIA_TYPES[form])
        else:
            about = self._about(request, found.filters, at)
            whole = exports.whole_file(form, columns, found.rows, about)
            response = FileResponse(whole, content_type=exports.MEDIA_TYPES[form])
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        # The last thing before bytes leave: an export that cannot be recorded does not happen.
        self._record(request, form, found)
        return response

    def _record(self, request: HttpRequest, form: str, found: Selection, **more: Any) -> None:
        audit.record(
            f"export.{self.opts.model_name}",
            by=request.user,  # type: ignore[arg-type]
            form=form,
            filters=found.filters,
            rows=found.count,
            **more,
        )

    def _about(self, request: HttpRequest, filters: list[str], at: datetime) -> About:
        user: Any = request.user
        unit = f"（{user.unit}）" if user.unit_id else ""
        return About(str(self.opts.verbose_name_plural), filters, f"{user}{unit}", at)

    def _list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    # Actions -----------------------------------------------------------------------------------

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Added here, so that a list with actions of its own keeps both."""
        found = super().get_actions(request)
        if self.actions is None or not self.has_export_permission(request):
            return found
        return found | {
            f"export_selected_{form}": (partial(_export_ticked, form=form), name, label)
            for form, label in TICKED.items()
            if (name := f"export_selected_{form}")
        }

    def _export_selected(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """The ticked rows, or all on screen when «select all» was chosen; scope as always."""
        everything = request.POST.get("select_across") == "1"
        ticked = [
            pk for pk in request.POST.getlist("_selected_action") if pk.isdecimal() and len(pk) < 19
        ]
        found = self.selection(request, None if everything else ticked)
        if found.count > settings.EXPORT_JOB_ROWS:
            return self._long_export(request, form, found.count)
        return self._send(request, form, found)

    # Long ones -----------------------------------------------------------------------------------

    def _long_export(self, request: HttpRequest, form: str, count: int) -> HttpResponse:
        target = self._export_url(form)
        if request.GET:
            target += f"?{request.GET.urlencode()}"
        if request.method == "POST" and request.path == self._export_url(form):
            return self._start_job(request, form, count)
        context = {
            **self.admin_site.each_context(request),
            "title": LABELS[form],
            "subtitle": None,
            "opts": self.opts,
            "count": count,
            "target": target,
            "back_url": self._list_url(),
        }
        return TemplateResponse(request, "admin/civic/export.html", context)

    def _start_job(self, request: HttpRequest, form: str, count: int) -> HttpResponse:
        user: Any = request.user
        params = {
            "model": self.opts.label_lower,
            "form": form,
            "query": request.GET.urlencode(),
            "language": translation.get_language() or settings.LANGUAGE_CODE,
        }
        job = Job.objects.same_as(kind=KIND, by=user, params=params).first()
        if job is None:
            title = _("Export: %(what)s (%(count)d rows)") % {
                "what": self.opts.verbose_name_plural,
                "count": count,
            }
            job = jobs.start(kind=KIND, title=title, by=user, **params)
        return HttpResponseRedirect(job.get_admin_url())


def filters_in_words(changelist: ChangeList) -> list[str]:
    """["Kind: Department", "Search: 城管"] as the list itself names them."""
    words = []
    for spec in changelist.filter_specs:
        used = any(value for value in spec.used_parameters.values())
        chosen = [
            str(choice["display"]) for choice in spec.choices(changelist) if choice.get("selected")
        ]
        # A filter may narrow without being asked («the last 30 days»): that is said too.
        if used or chosen not in ([], [_("All")]):
            words.append(f"{spec.title}：{'、'.join(chosen)}")
    if changelist.query:
        words.append(_("Search: %(words)s") % {"words": changelist.query})
    return words


@jobs.runner(KIND)
def run_export(job: Job) -> None:
    """Ask the list again as the person who started it, with the rights of this moment."""
    params = job.params
    with translation.override(params["language"]):
        model_admin, request = _asked_again(job)
        if not model_admin.has_export_permission(request):
            raise JobRefused(_("You no longer have the right to export this list."))
        try:
            found = model_admin.selection(request)
        except IncorrectLookupParameters as error:
            raise JobRefused(_("This filter cannot be used for an export.")) from error
        at = timezone.now()
        job.progress(0, found.count)
        with exports.whole_file(
            params["form"],
            model_admin.get_export_columns(request),
            found.rows,
            model_admin._about(request, found.filters, at),
            job.progress,
        ) as whole:
            title = str(model_admin.opts.verbose_name_plural)
            model_admin._record(request, params["form"], found, job=job.pk)
            job.keep_result(whole, exports.file_name(title, params["form"], at))
        job.progress(found.count)


def _asked_again(job: Job) -> tuple[ExportMixin, HttpRequest]:
    """The list's own admin, and a request like the one the person made."""
    for model, model_admin in admin.site._registry.items():
        if model._meta.label_lower == job.params["model"] and isinstance(model_admin, ExportMixin):
            break
    else:
        raise JobRefused(_("This list can no longer be exported."))
    if job.started_by is None or not job.started_by.is_active:
        raise JobRefused(_("The account that asked for this export is closed."))
    request = HttpRequest()
    request.method, request.path = "GET", model_admin._list_url()
    request.GET = QueryDict(job.params["query"])
    request.user = job.started_by
    request.resolver_match = resolve(request.path)
    return model_admin, request

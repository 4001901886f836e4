"""Import into a list: upload, preview with reasons, apply; and the list of one's own imports."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic import exports, imports
from civic.admin.base import ScopedAdmin
from civic.admin.listtools import ListTools, Tool
from civic.importers import CHANGED, NEW, REFUSED, SAME, TARGETS, Importer
from civic.imports import ImportBatch, NotApplicable, Stale

VERDICTS = {
    REFUSED: gettext_lazy("Refused"),
    NEW: gettext_lazy("New"),
    CHANGED: gettext_lazy("Changed"),
    SAME: gettext_lazy("Same"),
}
PER_PAGE = 100


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX or CSV; the first sheet is read. Headings in any order."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class ImportMixin(ListTools):
    """For a ModelAdmin whose model has an importer (`civic.importers`); right `import_<model>`."""

    figures_may_have_changed: Callable[[], None]  # of ScopedAdmin

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.import_{self.opts.model_name}")

    @property
    def importer(self) -> type[Importer]:
        return TARGETS[self.opts.label_lower]

    def _import_url(self, step: str = "import", *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{step}", args=args)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}_import"
        return [
            path("import/", wrap(self.import_view), name=name),
            path("import/template/", wrap(self.template_view), name=f"{name}_template"),
            path("import/<int:pk>/", wrap(self.batch_view), name=f"{name}_batch"),
            *super().get_urls(),
        ]

    def list_tools(self, request: HttpRequest) -> list[Tool]:
        tools = super().list_tools(request)
        if self.has_import_permission(request):
            tools.append(Tool(gettext_lazy("Import"), self._import_url()))
        return tools

    def _must_may(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    # Upload ------------------------------------------------------------------------------------

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """The file comes in and is judged; nothing is written to the list yet."""
        self._must_may(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            user: Any = request.user
            try:
                batch = imports.preview(
                    target=self.importer.label, data=upload.read(), name=upload.name, by=user
                )
            except ValidationError as refusal:
                form.add_error("file", refusal)
            else:
                return HttpResponseRedirect(self._import_url("import_batch", batch.pk))
        context = {
            "title": _("Import: %(what)s") % {"what": self.opts.verbose_name_plural},
            "form": form,
            "columns": self.importer.columns,
            "template_url": self._import_url("import_template"),
        }
        status = 400 if form.errors else 200
        return self._page(request, "admin/civic/import.html", context, status)

    def template_view(self, request: HttpRequest) -> HttpResponse:
        """An XLSX with the right headings, one example row and what each column wants."""
        self._must_may(request)
        name = exports.file_name(
            _("Template: %(what)s") % {"what": self.opts.verbose_name_plural}, "xlsx"
        )
        out = io.BytesIO()
        exports.write_template(out, str(self.opts.verbose_name_plural), self.importer.columns)
        response = HttpResponse(out.getvalue(), content_type=exports.MEDIA_TYPES["xlsx"])
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response

    # Preview and application ----------------------------------------------------------------------

    def _batch(self, request: HttpRequest, pk: int) -> ImportBatch:
        rows = ImportBatch.objects.visible_to(request.user).filter(target=self.importer.label)
        batch = rows.filter(pk=pk).first()
        if batch is None:
            raise Http404
        return batch

    def batch_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._must_may(request)
        if pk > 2**62:
            raise Http404
        batch = self._batch(request, pk)
        if request.method == "POST":
            return self._apply(request, batch)
        return self._batch_page(request, batch)

    def _apply(self, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
        user: Any = request.user
        only_good = request.POST.get("only_good") == "1"
        try:
            imports.apply(batch=batch, by=user, only_good=only_good)
        except Stale:
            words = _("The list has changed since this preview. Look at it once more and confirm.")
            return self._batch_page(request, batch, refusal=words, status=409)
        except NotApplicable as refusal:
            batch.refresh_from_db()
            return self._batch_page(request, batch, refusal=str(refusal), status=409)
        done = _("Imported: %(new)d new, %(changed)d changed.")
        self.figures_may_have_changed()
        messages.success(
            request, done % {"new": batch.counts[NEW], "changed": batch.counts[CHANGED]}
        )
        return HttpResponseRedirect(self._import_url("import_batch", batch.pk))

    def _batch_page(
        self, request: HttpRequest, batch: ImportBatch, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        chosen = request.GET.get("verdict", "")
        rows = batch.rows
        if chosen in VERDICTS:
            rows = [row for row in rows if row["verdict"] == chosen]
        else:  # what needs eyes comes first
            order = list(VERDICTS)
            rows = sorted(rows, key=lambda row: (order.index(row["verdict"]), row["row"]))
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        labels = {column.name: str(column.label) for column in self.importer.columns}
        context = {
            "title": _("Import of «%(file)s»") % {"file": batch.file_name},
            "batch": batch,
            "refusal": refusal,
            "chosen": chosen if chosen in VERDICTS else "",
            "tabs": [
                {"verdict": name, "label": label, "count": batch.counts.get(name, 0)}
                for name, label in VERDICTS.items()
            ],
            "page": page,
            "rows": [_readable(row, labels, self.importer) for row in page],
            "key_label": labels[self.importer.key],
            "unknown": "、".join(batch.counts.get("unknown", [])),
            "upload_url": self._import_url(),
            "total": len(batch.rows),
        }
        return self._page(request, "admin/civic/import_batch.html", context, status)

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int
    ) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            "subtitle": None,
            "opts": self.opts,
            "back_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"),
            **context,
        }
        return TemplateResponse(request, template, whole, status=status)


def _readable(row: dict[str, Any], labels: dict[str, str], kind: type[Importer]) -> dict[str, Any]:
    """A row of the preview in words: of a changed one only what changes."""
    values, old = row["values"], row["old"]
    names = old if row["verdict"] == CHANGED else values
    return {
        "row": row["row"],
        "key": row["key"],
        "verdict": row["verdict"],
        "label": VERDICTS[row["verdict"]],
        "reasons": row["reasons"],
        "parts": [
            {
                "label": labels[name],
                "value": kind.in_words(name, values[name]),
                "old": kind.in_words(name, old[name]) if name in old else None,
                "changes": name in old,
            }
            for name in names
            if name in labels
            and name != kind.key
            and (name in old or values[name] not in ("", None))
        ],
    }


@admin.register(ImportBatch)
class ImportBatchAdmin(ScopedAdmin):
    """What I imported, to look at again."""

    list_display = ["file_name", "into", "state", "uploaded_at", "applied_at", "result"]
    list_filter = ["state"]
    list_display_links = None
    search_fields = ["file_name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("rows")

    @admin.display(description=gettext_lazy("into"))
    def into(self, batch: ImportBatch) -> str:
        model = batch.target.replace(".", "_")
        url = reverse(f"admin:{model}_import_batch", args=[batch.pk])
        return format_html('<a href="{}">{}</a>', url, batch.target_label)

    @admin.display(description=gettext_lazy("result"))
    def result(self, batch: ImportBatch) -> str:
        return "，".join(f"{label} {batch.counts.get(name, 0)}" for name, label in VERDICTS.items())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The preview page is the page of a batch."""
        batch = self.get_object(request, object_id)
        if batch is None or not self.has_view_permission(request, batch):
            raise Http404
        model = batch.target.replace(".", "_")
        return HttpResponseRedirect(reverse(f"admin:{model}_import_batch", args=[batch.pk]))

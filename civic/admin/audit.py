"""The audit log in the back office: to be read, verified and exported, by the auditor alone."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from civic import audit, auditcheck
from civic.admin.base import ScopedAdmin
from civic.admin.exports import ExportMixin
from civic.audit import AuditEvent
from civic.exports import Column, Kind
from civic.reviews import Review

MODELS = {model._meta.model_name: model for model in apps.get_models()}

# What acts are called; one that is not here is shown as it is written.
ACTS = {
    "row.added": _("Added in the back office"),
    "row.changed": _("Changed in the back office"),
    "row.deleted": _("Deleted in the back office"),
    "citations.settled": _("Differing numbers settled"),
    "signin.in": _("Signed in"),
    "signin.out": _("Signed out"),
    "signin.failed": _("Sign-in failed"),
    "signin.locked": _("Sign-in locked"),
    "signin.unlocked": _("Sign-in unlocked"),
    "password.changed": _("Password changed"),
    "password.issued": _("One-time password issued"),
    "totp.enrolled": _("Second factor set up"),
    "totp.reset": _("Second factor reset"),
    "totp.codes_renewed": _("Recovery codes renewed"),
    "account.created": _("Account created"),
    "account.changed": _("Account changed"),
    "roles.changed": _("Roles changed"),
    "access.denied": _("Access refused"),
    "audit.verified": _("Audit log verified"),
    "export.auditevent": _("Audit log exported"),
    "export.declaredfigure": _("Declared figures exported"),
    "export.figure": _("Rows behind a figure exported"),
    "export.holiday": _("Holidays exported"),
    "export.region": _("Regions exported"),
    "export.release": _("Releases exported"),
    "export.unit": _("Units exported"),
    "import.holiday": _("Holidays imported"),
    "import.region": _("Regions imported"),
    "import.unit": _("Units imported"),
    "holiday.add": _("Holiday added"),
    "holiday.change": _("Holiday changed"),
    "holiday.delete": _("Holiday deleted"),
    "figure.declare": _("Figure declared"),
    "figure.change": _("Declared figure changed"),
    "figure.delete": _("Declared figure deleted"),
    "sitesettings.change": _("Site settings changed"),
    "job.retry": _("Job restarted"),
    "picture.stored": _("Picture uploaded"),
    "picture.deleted": _("Picture deleted"),
    "search.rebuilt": _("Search index rebuilt"),
    "demo.loaded": _("Demo loaded"),
    "release.imported": _("Transcript imported"),
    "release.correction_started": _("Correction begun"),
    "release.corrected": _("Correction taken over"),
    "publishing.refused": _("Step refused"),
    "publishing.review_afterwards": Review.Verdict.AFTERWARDS.label,
    **{f"publishing.{verdict.value}": verdict.label for verdict in Review.Verdict},
}


SHEETS = {"export": _("%(what)s: exported"), "import": _("%(what)s: imported")}


def name_of(event: AuditEvent) -> str:
    """What the act is called, on the screen and in the exported sheet."""
    matter, _dot, model = event.act.partition(".")
    if event.act not in ACTS and matter in SHEETS and model in MODELS:
        return str(SHEETS[matter]) % {"what": MODELS[model]._meta.verbose_name_plural}
    return str(ACTS.get(event.act, event.act))


def kind_of(event: AuditEvent) -> str:
    """What kind of thing it was done to, in words; its code when there is no such table now."""
    model = MODELS.get(event.target_kind.rpartition(".")[2])
    return str(model._meta.verbose_name) if model else event.target_kind


def details_of(event: AuditEvent) -> list[tuple[str, str]]:
    """What else was recorded: [(name, value in words)…]."""
    return [(name, _in_words(name, value)) for name, value in sorted(event.detail.items())]


def _in_words(name: str, value: Any) -> str:
    if name == "what" and isinstance(value, list):  # which fields, as Django's own log keeps it
        with suppress(KeyError, TypeError):  # a message of another shape is shown as it is
            return LogEntry(change_message=json.dumps(value)).get_change_message()
    if isinstance(value, bool) or value is None:
        return str({True: _("yes"), False: _("no"), None: "—"}[value])
    if isinstance(value, list):
        return "、".join(str(one) for one in value) or "—"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


class Period(admin.SimpleListFilter):
    """The last thirty days unless another is chosen: a log of years is not searched by chance."""

    title = _("time")
    parameter_name = "period"

    DAYS = {"today": 0, "week": 6, "": 29, "year": 365}

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("today", _("Today")),
            ("week", _("Last 7 days")),
            ("year", _("Last 12 months")),
            ("all", _("Since the beginning")),
        ]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=["period"]):
                choice["display"] = _("Last 30 days")
            yield choice

    def queryset(self, request: Any, queryset: Any) -> Any:
        value = self.value() or ""
        return queryset.since(self.DAYS[value]) if value in self.DAYS else queryset


class Matter(admin.SimpleListFilter):
    """Acts by what they are about: the part before the dot."""

    title = _("matter")
    parameter_name = "matter"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("signin", _("Sign-in")),
            ("access", _("Refusals")),
            ("account", _("Accounts")),
            ("roles", _("Roles")),
            ("password", _("Passwords")),
            ("totp", _("Second factor")),
            ("publishing", _("Publishing")),
            ("export", _("Exports")),
            ("import", _("Imports")),
            ("picture", _("Pictures")),
            ("figure", _("Declared figures")),
            ("audit", _("Audit")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        value = self.value()
        return queryset.filter(act__startswith=f"{value}.") if value else queryset


@admin.register(AuditEvent)
class AuditAdmin(ExportMixin, ScopedAdmin):
    change_list_template = "admin/civic/audit_list.html"
    list_display = ["number", "at", "actor", "actor_unit", "act_name", "target", "address"]
    list_display_links = ["number"]
    list_filter = [Period, Matter]
    search_fields = ["actor", "target", "act", "address"]
    search_help_text = _("Who, what, act or network address")
    ordering = ["-number"]
    fieldsets = [
        (None, {"fields": ["number", "at", "actor", "actor_unit", "address"]}),
        (_("What was done"), {"fields": ["act_name", "target", "kind_name", "target_id"]}),
        (_("More"), {"fields": ["details", "previous", "digest"]}),
    ]
    export_columns = [
        Column(_("number"), "number", Kind.NUMBER),
        Column(_("at"), "at", Kind.DATETIME),
        Column(_("who"), "actor"),
        Column(_("unit"), "actor_unit"),
        Column(_("network address"), "address", Kind.IDENTIFIER),
        Column(_("act"), name_of),
        Column(_("what"), "target"),
        Column(_("kind"), kind_of),
        Column(_("id"), "target_id", Kind.IDENTIFIER),
        Column(_("hash"), "digest", Kind.IDENTIFIER),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [name for _title, part in self.fieldsets for name in part["fields"]]

    @admin.display(description=_("act"), ordering="act")
    def act_name(self, event: AuditEvent) -> str:
        return name_of(event)

    @admin.display(description=_("detail"))
    def details(self, event: AuditEvent) -> str:
        rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", details_of(event))
        return format_html('<dl class="facts">{}</dl>', rows) if rows else "—"

    @admin.display(description=_("kind"), ordering="target_kind")
    def kind_name(self, event: AuditEvent) -> str:
        return kind_of(event)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        event = self.get_object(request, object_id)
        if event is not None:
            called = {"subtitle": f"#{event.number} {name_of(event)}"}
            extra_context = {**(extra_context or {}), **called}
        return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.verify_view)
        return [path("verify/", view, name="civic_auditevent_verify"), *super().get_urls()]

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Walk the chain; a long one as a job."""
        if not self.has_view_permission(request):
            raise PermissionDenied(_("Only the audit administrator verifies the log."))
        user: Any = request.user
        listed = redirect(reverse("admin:civic_auditevent_changelist"))
        if request.method != "POST":
            return listed
        audit.record("audit.verified", by=user)
        if auditcheck.is_long():
            auditcheck.start(by=user)
            messages.info(request, _("The log is long: it is being verified as a job."))
            return listed
        found = auditcheck.check()
        tell = messages.error if found.broken_at is not None else messages.success
        tell(request, auditcheck.in_words(found))
        return listed

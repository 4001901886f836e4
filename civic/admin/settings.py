"""The site settings in the back office: one row, opened at once, gaps pointed out."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from civic import audit
from civic.admin.base import ScopedAdmin
from civic.sitesettings import SiteSettings


@admin.register(SiteSettings)
class SiteSettingsAdmin(ScopedAdmin, SimpleHistoryAdmin):
    audits_itself = True
    change_form_template = "admin/civic/settings_form.html"
    fieldsets = [
        (
            _("Who runs this site"),
            {"fields": ["site_name", "office_name", "undertaker", "city_name", "description"]},
        ),
        (_("Filing numbers"), {"fields": ["site_code", "icp_number", "police_number"]}),
        (_("How to reach the office"), {"fields": ["phone", "address", "postcode", "email"]}),
        (_("Texts of the page «About us»"), {"fields": ["about", "notice"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is nothing to list: the form opens."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        row = SiteSettings.load()
        return HttpResponseRedirect(reverse("admin:civic_sitesettings_change", args=[row.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = SiteSettings.objects.filter(pk=1).first()
        context = {"missing": row.missing() if row else [], **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:index"))

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        fields = [name for name in form.changed_data if name != "based_on_version"]
        audit.record("sitesettings.change", target=obj, by=request.user, fields=fields)

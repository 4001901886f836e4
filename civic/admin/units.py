"""Regions, units and their contacts in the back office."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from civic.admin.base import ScopedAdmin
from civic.admin.exports import ExportMixin
from civic.admin.imports import ImportMixin
from civic.admin.labels import LabelledRows
from civic.ledgers.regions import REGION_COLUMNS
from civic.ledgers.units import UNIT_COLUMNS, with_people
from civic.units import Contact, Region, Unit


@admin.register(Region)
class RegionAdmin(ExportMixin, ImportMixin, ScopedAdmin, SimpleHistoryAdmin):
    list_display = ["indented", "code", "level", "population", "is_active"]
    list_filter = ["level", "is_active"]
    search_fields = ["name", "code"]
    ordering = ["path"]
    autocomplete_fields = ["parent"]
    export_columns = REGION_COLUMNS
    fieldsets = [
        (None, {"fields": ["code", "name", "level", "parent"]}),
        (_("More"), {"fields": ["population", "is_active"]}),
    ]

    @admin.display(description=_("name"), ordering="path")
    def indented(self, region: Region) -> str:
        return "　" * region.depth + region.name

    def get_sortable_by(self, request: HttpRequest) -> Any:
        return ["indented", "code", "population"]


class ContactForm(forms.ModelForm[Contact]):
    class Meta:
        model = Contact
        fields = ["unit", "kind", "name", "post", "phone", "is_primary"]
        labels: ClassVar[dict[str, Any]] = {"name": _("name of the person")}


class ContactInline(LabelledRows, admin.TabularInline[Contact, Unit]):
    """The first to call stands first."""

    model = Contact
    form = ContactForm
    extra = 0
    fields = ["kind", "name", "post", "phone", "is_primary"]
    ordering = ["kind", "-is_primary", "name"]


@admin.register(Unit)
class UnitAdmin(ExportMixin, ImportMixin, ScopedAdmin, SimpleHistoryAdmin):
    list_display = ["code", "name", "kind", "tier", "region", "first_liaison", "is_active"]
    list_display_links = ["code", "name"]
    list_filter = ["kind", "tier", "is_active"]
    list_select_related = ["region"]
    search_fields = ["name", "short_name", "code"]
    autocomplete_fields = ["region"]
    inlines = [ContactInline]
    export_columns = UNIT_COLUMNS
    fieldsets = [
        (None, {"fields": ["code", "name", "short_name"]}),
        (_("Kind and place"), {"fields": ["kind", "tier", "region"]}),
        (_("More"), {"fields": ["rank_group", "is_active"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        first = Contact.objects.filter(is_primary=True, kind=Contact.Kind.LIAISON)
        return (
            super().get_queryset(request).prefetch_related(Prefetch("contacts", first, "liaisons"))
        )

    @admin.display(description=_("liaison"))
    def first_liaison(self, unit: Unit) -> str:
        people: list[Contact] = getattr(unit, "liaisons", [])
        return "、".join(f"{contact.name} {contact.phone}".strip() for contact in people)

    def export_rows(self, rows: Any) -> Any:
        return with_people(rows.prefetch_related(None))


@admin.register(Contact)
class ContactAdmin(ScopedAdmin):
    """By itself: a liaison keeps the contacts of the own unit without changing the unit."""

    form = ContactForm
    list_display = ["person", "unit", "kind", "post", "phone", "is_primary"]
    list_filter = ["kind", "is_primary"]
    list_select_related = ["unit"]
    search_fields = ["name", "post"]
    autocomplete_fields = ["unit"]
    fieldsets = [
        (None, {"fields": ["unit", "kind", "name", "post"]}),
        (_("How to reach"), {"fields": ["phone", "is_primary"]}),
    ]

    @admin.display(description=_("name of the person"), ordering="name")
    def person(self, contact: Contact) -> str:
        return contact.name

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        user: Any = request.user
        return {"unit": user.unit_id, **super().get_changeform_initial_data(request)}

"""Labels: every field of an admin form has a name, even where only a column heading is seen."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy


def name_parts(field: Any) -> None:
    """Date and time are two boxes under one label: each says which it is, and of what."""
    if isinstance(field.widget, AdminSplitDateTime):
        words = (gettext_lazy("date"), gettext_lazy("time"))
        for box, word in zip(field.widget.widgets, words, strict=True):
            box.attrs.setdefault("aria-label", format_lazy("{} {}", field.label, word))


class LabelledFields:
    """For admins."""

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None:
            name_parts(field)
        return field


class LabelledRows(LabelledFields):
    """For tabular inlines: the heading of the column is the name of each box under it."""

    view_on_site: Any = False  # the address it would lead to is not there (civic/adminsite.py)

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]

        class Labelled(formset):  # type: ignore[misc, valid-type]
            def add_fields(self, form: Any, index: int | None) -> None:
                super().add_fields(form, index)
                for field in form.fields.values():
                    if not field.widget.is_hidden and field.label:
                        _widget(field).attrs.setdefault("aria-label", field.label)

        return Labelled


def _widget(field: Any) -> Any:
    """The widget that draws the box, inside Django's wrapper for related rows."""
    return getattr(field.widget, "widget", field.widget)

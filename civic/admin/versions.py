"""Versions in forms: a form carries the version it was opened at; of two saves one wins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.admin import conflicts
from civic.versions import Changed, Versioned

FIELD = "based_on_version"


class VersionField(forms.IntegerField):
    """Hidden; never counts as a change of the row."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class VersionedForms:
    """For a ModelAdmin of a `Versioned` model.

    A save on top of someone else's change answers 409 with both texts; nothing typed is lost.
    """

    model: Any
    admin_site: Any

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if not issubclass(self.model, Versioned) or obj is None:
            return super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        if "fields" not in kwargs:
            kwargs["fields"] = flatten_fieldsets(self.get_fieldsets(request, obj))
        if kwargs["fields"] is not None:
            kwargs["fields"] = [name for name in kwargs["fields"] if name != FIELD]
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        field = VersionField(
            min_value=0,
            max_value=2**31 - 1,
            error_messages={
                "required": gettext_lazy("This page is out of date. Open the form anew.")
            },
        )
        field.initial = obj.version
        return type(form.__name__, (form,), {FIELD: field})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if not issubclass(self.model, Versioned) or obj is None:
            return fieldsets
        if any(FIELD in part["fields"] for _name, part in fieldsets):
            return fieldsets
        if not self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return fieldsets
        (name, first), *rest = fieldsets
        return [(name, {**first, "fields": [*first["fields"], FIELD]}), *rest]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Claim the version first, inside the admin's transaction."""
        if change and isinstance(obj, Versioned):
            obj.claim(form.cleaned_data[FIELD])
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        overtaken = self._overtaken(request, object_id)
        if overtaken is not None:
            return self.conflict_page(request, overtaken)
        try:
            # A POST runs in Django's own transaction; a GET must not take SQLite's write lock.
            response: HttpResponse = super().changeform_view(  # type: ignore[misc]
                request, object_id, form_url, extra_context
            )
        except Changed as conflict:
            return self.conflict_page(request, conflict.current)
        return response

    def _overtaken(self, request: HttpRequest, object_id: str | None) -> Any:
        """The row as it stands, when the form was opened at an older version.

        Seen before the form is checked: a part the other person took out is no error of mine.
        """
        sent = request.POST.get(FIELD, "")
        if not object_id or not sent.isdecimal() or not issubclass(self.model, Versioned):
            return None
        current = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if current is None or sent == str(current.version):
            return None
        return current if self.has_change_permission(request, current) else None  # type: ignore[attr-defined]

    def conflict_page(self, request: HttpRequest, current: Any, closed: str = "") -> HttpResponse:
        """409: what was typed beside what now stands, and a form to save it on top.

        `closed` says why nothing can be saved on top any more.
        """
        if current is None:
            raise Http404
        form_class = self.get_form(request, current, change=True)
        mine = form_class(request.POST, request.FILES, instance=self.model(pk=current.pk))
        theirs = form_class(instance=current)
        sent, inlines = self._create_formsets(request, current, change=True)  # type: ignore[attr-defined]
        standing = [
            type(formset)(instance=current, prefix=formset.prefix, queryset=formset.queryset)
            for formset in sent
        ]
        again = conflicts.carried(request, sent)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Changed by someone else in the meantime"),
            "subtitle": None,
            "opts": self.model._meta,
            "original": current,
            "last": current.history.first() if hasattr(current, "history") else None,
            "rows": conflicts.differences(mine, theirs, zip(sent, standing, strict=True)),
            "carried": again,
            "version": getattr(current, "version", 0),
            "closed": closed,
            "has_inlines": bool(inlines),
        }
        return TemplateResponse(request, "admin/civic/conflict.html", context, status=409)

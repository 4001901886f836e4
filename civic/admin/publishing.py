"""The admin of texts that are published: buttons for the steps, the review log, the preview."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.admin.base import ScopedAdmin
from civic.publishing import FIELDS_OF_STATE, Review, Status, TransitionRefused
from civic.steps import STEPS, Step, waiting_for

READ_ONLY = (Status.PUBLISHED, Status.WITHDRAWN, Status.ARCHIVED)


class AwaitsMe(admin.SimpleListFilter):
    """Texts whose next review is mine."""

    title = gettext_lazy("waiting for me")
    parameter_name = "mine"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Waiting for me")), ("drafts", gettext_lazy("My drafts"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "yes":
            return queryset.filter(
                pk__in=queryset.model.objects.awaiting(request.user).values("pk")
            )
        if self.value() == "drafts":
            return queryset.filter(status=Status.DRAFT, created_by=request.user)
        return queryset


class PublishableAdmin(ScopedAdmin):
    """List with status labels; form with the steps this person may take now."""

    change_form_template = "admin/civic/publishable_form.html"
    steps: tuple[Step, ...] = STEPS

    # What may be edited ------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A published text is corrected, never edited in place."""
        if obj is not None and obj.status in READ_ONLY:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Texts are archived; only a draft that was never submitted may be deleted."""
        if obj is not None and (obj.status != Status.DRAFT or obj.reviews.exists()):
            return False
        return super().has_delete_permission(request, obj)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*(super().get_exclude(request, obj) or []), *FIELDS_OF_STATE]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
            obj.edited_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        touched = form.has_changed() or any(formset.has_changed() for formset in formsets)
        if change and touched:
            was = form.instance.status
            form.instance.edited(by=request.user)
            if form.instance.status != was:
                messages.warning(
                    request, _("The text was changed after it was submitted: it is a draft again.")
                )

    # List ------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_label(self, obj: Any) -> str:
        state = "scheduled" if obj.is_scheduled else obj.status
        label = _("Scheduled") if obj.is_scheduled else obj.get_status_display()
        return format_html('<span class="chip chip-{}">{}</span>', state, label)

    # Form --------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is not None:
            extra_context = {
                **(extra_context or {}),
                "steps": self.steps_for(request, obj),
                "waiting_for": waiting_for(obj),
                "status_label": self.status_label(obj),
                "review_log": list(Review.objects.of(obj)[:30]),
                "preview_url": self.step_url("preview", obj),
                "public_url": obj.get_absolute_url() if obj.is_live else "",
            }
        return super().change_view(request, object_id, form_url, extra_context)

    def steps_for(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """The buttons: [{"label", "url", "weight"}]."""
        return [
            {
                "label": step.label,
                "url": self.step_url("step", obj, step.name),
                "weight": step.weight,
            }
            for step in self.steps
            if step.offered(obj, request.user)
        ]

    def step_url(self, view: str, obj: Any, *args: str) -> str:
        meta = self.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=[obj.pk, *args])

    # Steps -------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        meta = self.model._meta
        name = f"{meta.app_label}_{meta.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/step/<slug:step>/", wrap(self.step_view), name=f"{name}_step"),
            path("<int:pk>/preview/", wrap(self.preview_view), name=f"{name}_preview"),
            *super().get_urls(),
        ]

    def _found(self, request: HttpRequest, pk: int) -> Any:
        obj = self.get_object(request, str(pk))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        return obj

    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Confirm a step, then take it. Only POST changes anything."""
        obj = self._found(request, pk)
        chosen = next((one for one in self.steps if one.name == step), None)
        if chosen is None:
            raise Http404
        if request.method == "POST":
            form = chosen.form(request.POST)
            if form.is_valid():
                return self._take(request, obj, chosen, form.cleaned_data)
            status = 400
        else:
            form = chosen.form(initial={"version": obj.version})
            status = 200
        return self._step_page(request, obj, chosen, form, status)

    def _take(self, request: Any, obj: Any, step: Step, data: dict[str, Any]) -> HttpResponse:
        try:
            target = step.do(obj, request.user, data)
        except TransitionRefused as refusal:
            form = step.form(initial={**data, "version": obj.version})
            return self._step_page(request, obj, step, form, 409, refusal=str(refusal))
        obj.refresh_from_db()
        messages.success(
            request,
            _("«%(title)s»: %(step)s. %(next)s")
            % {"title": obj.title, "step": step.label, "next": waiting_for(obj)},
        )
        shown = target if target is not None else obj
        return redirect(self._change_url(shown.pk))

    def _change_url(self, pk: int) -> str:
        meta = self.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])

    def _step_page(
        self, request: Any, obj: Any, step: Step, form: Any, status: int, refusal: str = ""
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "opts": self.model._meta,
            "original": obj,
            "step": step,
            "form": form,
            "refusal": refusal,
            "back_url": self._change_url(obj.pk),
            "waiting_for": waiting_for(obj),
        }
        return TemplateResponse(request, "admin/civic/step.html", context, status=status)

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The text as the public page will show it. Subclasses say how."""
        raise Http404

"""The admin of texts that are published: buttons for the steps, the review log, the preview."""

from __future__ import annotations

import re
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

from civic import audit, citations
from civic.admin.base import ScopedAdmin
from civic.admin.settling import SETTLE
from civic.admin.versions import FIELD
from civic.citations import CitationsDiffer
from civic.publishing import (
    FIELDS_OF_STATE,
    NoRight,
    Review,
    Status,
    TransitionRefused,
)
from civic.steps import STEPS, Step, people_for, settlers, waiting_for

KEEP_ID = re.compile(r"[0-9a-f-]{36}")
READ_ONLY = (Status.PUBLISHED, Status.WITHDRAWN, Status.ARCHIVED)

CHANGED = gettext_lazy("The text was changed since you looked at it. Read it again first.")
NOT_NOW = gettext_lazy("This cannot be done with the text as it stands now.")


def state_of(obj: Any) -> tuple[str, Any]:
    """(the class of its label, its words): what a clerk calls the status of a text now."""
    if obj.is_scheduled:
        return "scheduled", _("Scheduled")
    if obj.status != Status.PUBLISHED:
        return obj.status, obj.get_status_display()
    if not obj.is_live:
        return "expired", _("Taken off by its date")
    if obj.retrospective_due is not None:
        return "owing", _("Owes a review afterwards")
    return obj.status, obj.get_status_display()


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

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """After a save the browser is told, so that it forgets what it kept (keep.js)."""
        response = super().changeform_view(request, *args, **kwargs)
        kept = request.POST.get("_keep_id", "")
        if response.status_code == 302 and KEEP_ID.fullmatch(kept):
            response.set_cookie("kept", kept, max_age=300, path="/admin/", samesite="Lax")
        return response

    # Versions ----------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is not None:
            if request.method == "POST" and self._closed_meanwhile(request, obj):
                return self.conflict_page(request, obj)
            extra_context = {**(extra_context or {}), **self.about(request, obj)}
        return super().change_view(request, object_id, form_url, extra_context)

    def _closed_meanwhile(self, request: HttpRequest, obj: Any) -> bool:
        """It went public, or away, while this person was writing: what was typed is shown."""
        return (
            obj.status in READ_ONLY
            and FIELD in request.POST
            and super().has_change_permission(request, obj)
        )

    def conflict_page(self, request: HttpRequest, current: Any, closed: str = "") -> HttpResponse:
        if current is not None and current.status in READ_ONLY:
            closed = _("It is «%(status)s» now and no longer edited here.") % {
                "status": current.get_status_display()
            }
            current.status = Status.DRAFT  # in memory only: the form shows its fields
        return super().conflict_page(request, current, closed)

    # List --------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_label(self, obj: Any) -> str:
        return format_html('<span class="chip chip-{}">{}</span>', *state_of(obj))

    # Form --------------------------------------------------------------------------------------

    def about(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What stands above and below the fields."""
        return {
            "failing": obj.failing_citations,
            "steps": self.steps_for(request, obj),
            "waiting_for": waiting_for(obj, people_for(obj)),
            "status_label": self.status_label(obj),
            "review_log": list(Review.objects.of(obj).defer("text")[:30]),
            "preview_url": self.step_url("preview", obj),
            "public_url": obj.get_absolute_url() if obj.is_live else "",
        }

    def steps_for(self, request: Any, obj: Any) -> list[dict[str, Any]]:
        """The buttons: [{"label", "explains", "url", "weight"}]. Each names the version shown."""
        return [
            {
                "label": step.label,
                "explains": step.explains,
                "url": f"{self.step_url('step', obj, step.name)}?version={obj.version}",
                "weight": step.weight,
            }
            for step in self.steps
            if step.offered(obj, request.user)
        ]

    def step_url(self, view: str, obj: Any, *args: str) -> str:
        meta = self.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=[obj.pk, *args])

    # Steps -------------------------------------------------------------------------------------

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

    def step_view(self, request: Any, pk: int, step: str) -> HttpResponse:
        """Confirm a step, then take it. Only POST changes anything."""
        obj = self._found(request, pk)
        chosen = next((one for one in self.steps if one.name == step), None)
        if chosen is None:
            raise Http404
        if not any(obj.may(request.user, right) for right in chosen.rights):
            raise PermissionDenied(_("You have no right to do this."))
        if request.method == "POST":
            form = self.step_form(request, obj, chosen, request.POST)
            if form.is_valid():
                return self._take(request, obj, chosen, form)
            return self._step_page(request, obj, chosen, form, 400)
        shown = request.GET.get("version", "")
        if shown.isdecimal() and shown != str(obj.version):
            return self._refused(request, obj, chosen, CHANGED)
        if not chosen.offered(obj, request.user):
            return self._refused(request, obj, chosen, self._why_not(obj, chosen, request.user))
        form = self.step_form(request, obj, chosen)
        return self._step_page(request, obj, chosen, form, 200)

    @staticmethod
    def _why_not(obj: Any, step: Step, by: Any) -> Any:
        """A reviewer without fresh eyes is told so; else it is the state of the text."""
        if step.verdict in (Review.Verdict.APPROVED, Review.Verdict.AFTERWARDS):
            try:
                obj.demand_fresh_eyes(by)
            except TransitionRefused as refusal:
                return refusal
        return NOT_NOW

    def step_form(self, request: HttpRequest, obj: Any, step: Step, data: Any = None) -> Any:
        return step.form(data, initial={"version": obj.version}, text=obj)

    def _take(self, request: Any, obj: Any, step: Step, form: Any) -> HttpResponse:
        try:
            target = step.do(obj, request.user, form.cleaned_data)
        except NoRight as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except TransitionRefused as refusal:
            # The transaction is over; the trail tells of him who came too late as well.
            audit.record("publishing.refused", by=request.user, target=obj, step=step.name)
            obj.refresh_from_db()
            if isinstance(refusal, CitationsDiffer) or step is SETTLE:
                return self._differing(request, obj, step, refusal)
            return self._refused(request, obj, step, refusal, form)
        obj.refresh_from_db()
        self.figures_may_have_changed()
        messages.success(
            request,
            _("«%(title)s»: %(step)s. %(next)s")
            % {"title": obj.title, "step": step.label, "next": waiting_for(obj, people_for(obj))},
        )
        shown = target if target is not None else obj
        return redirect(self._change_url(shown.pk))

    def _differing(self, request: Any, obj: Any, step: Step, refusal: Any) -> HttpResponse:
        """409: the figures that do not hold, and what may be decided about each."""
        citations.check(obj)  # what the refused transaction found was rolled back with it
        form = None
        if SETTLE in self.steps and SETTLE.offered(obj, request.user):
            step, form = SETTLE, self.step_form(request, obj, SETTLE)
        return self._step_page(request, obj, step, form, 409, refusal=str(refusal))

    def _change_url(self, pk: int) -> str:
        meta = self.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])

    def _refused(
        self, request: Any, obj: Any, step: Step, refusal: Any, form: Any = None
    ) -> HttpResponse:
        """409: why not, and the form again with what was written, if the step is still offered."""
        again = None
        if form is not None and step.offered(obj, request.user):
            said = {**form.cleaned_data, "version": obj.version}
            again = self.step_form(request, obj, step)
            again.initial = said
        return self._step_page(request, obj, step, again, 409, refusal=str(refusal), sent=form)

    def _step_page(
        self,
        request: Any,
        obj: Any,
        step: Step,
        form: Any,
        status: int,
        refusal: str = "",
        sent: Any = None,
    ) -> HttpResponse:
        differences = form.rows() if step is SETTLE and form else []
        if not form:
            differences = [(row, None) for row in obj.failing_citations]
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "subtitle": None,
            "opts": self.model._meta,
            "original": obj,
            "step": step,
            "form": form,
            "form_url": self.step_url("step", obj, step.name) if form else "",
            "differences": differences,
            "settlers": settlers(obj) if differences and not form else [],
            "refusal": refusal,
            "opinion": sent.cleaned_data.get("opinion", "") if sent and not form else "",
            "status_label": self.status_label(obj),
            "back_url": self._change_url(obj.pk),
            "preview_url": self.step_url("preview", obj),
            "waiting_for": waiting_for(obj, people_for(obj)),
        }
        return TemplateResponse(request, "admin/civic/step.html", context, status=status)

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The text as the public page will show it. Subclasses say how."""
        raise Http404

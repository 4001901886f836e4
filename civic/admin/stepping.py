"""Stepping: the page that confirms one step of a text, takes it, or says why it cannot be."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic import audit, citations
from civic.admin.settling import SETTLE
from civic.citations import CitationsDiffer
from civic.publishing import NoRight, Review, TransitionRefused
from civic.steps import Step, people_for, settlers, waiting_for

CHANGED = gettext_lazy("The text was changed since you looked at it. Read it again first.")
NOT_NOW = gettext_lazy("This cannot be done with the text as it stands now.")


class StepViews:
    """For the ModelAdmin of a text that is published: its steps, each on a page of its own."""

    model: Any
    admin_site: Any
    steps: tuple[Step, ...]

    def step_url(self, view: str, obj: Any, *args: str) -> str:
        meta = self.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=[obj.pk, *args])

    def _found(self, request: HttpRequest, pk: int) -> Any:
        obj = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):  # type: ignore[attr-defined]
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
        self.figures_may_have_changed()  # type: ignore[attr-defined]
        shown = target if target is not None else obj
        messages.success(request, self.told(obj, step, shown))
        return redirect(self._change_url(shown.pk))

    def told(self, obj: Any, step: Step, shown: Any) -> str:
        """What happened, in a sentence; `shown` is the text whose form comes next."""
        return _("«%(title)s»: %(step)s. %(next)s") % {
            "title": obj.title,
            "step": step.label,
            "next": waiting_for(obj, people_for(obj)),
        }

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
            "status_label": self.status_label(obj),  # type: ignore[attr-defined]
            "back_url": self._change_url(obj.pk),
            "preview_url": self.step_url("preview", obj),
            "waiting_for": waiting_for(obj, people_for(obj)),
        }
        return TemplateResponse(request, "admin/civic/step.html", context, status=status)

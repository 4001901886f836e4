"""The admin of texts that are published: buttons for the steps, the review log, the preview."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.admin.base import ScopedAdmin
from civic.admin.stepping import StepViews
from civic.admin.versions import FIELD
from civic.publishing import FIELDS_OF_STATE, Review, Status
from civic.steps import STEPS, Step, people_for, waiting_for

KEEP_ID = re.compile(r"[0-9a-f-]{36}")
READ_ONLY = (Status.PUBLISHED, Status.WITHDRAWN, Status.ARCHIVED)


def state_of(obj: Any) -> tuple[str, Any]:
    """(the class of its label, its words): what a clerk calls the status of a text now."""
    if obj.is_scheduled:
        return "scheduled", _("Scheduled")
    if obj.status != Status.PUBLISHED:
        return obj.status, obj.get_status_display()
    if not obj.is_live:
        return "expired", _("Taken off by its date")
    if obj.retrospective_due is not None:
        late = obj.retrospective_due <= timezone.now()
        return "owing", _("Review afterwards overdue") if late else _("Owes a review afterwards")
    return obj.status, obj.get_status_display()


class PublishableAdmin(StepViews, ScopedAdmin):
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
        said = set(form.changed_data) - set(form.instance.UNREVIEWED)
        touched = said or any(formset.has_changed() for formset in formsets)
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

    def get_urls(self) -> list[URLPattern]:
        meta = self.model._meta
        name = f"{meta.app_label}_{meta.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/step/<slug:step>/", wrap(self.step_view), name=f"{name}_step"),
            path("<int:pk>/preview/", wrap(self.preview_view), name=f"{name}_preview"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The text as the public page will show it. Subclasses say how."""
        raise Http404

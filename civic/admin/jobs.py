"""Jobs in the back office: the list, the progress page, the result."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.admin.base import ScopedAdmin
from civic.jobs import ATTEMPTS, Job


@admin.register(Job)
class JobAdmin(ScopedAdmin):
    """One's own jobs; who may change jobs sees and restarts those of others too."""

    list_display = ["title", "state", "progress_text", "started_by", "created_at", "finished_at"]
    list_filter = ["state"]
    list_select_related = ["started_by"]
    search_fields = ["title"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/state/", wrap(self.state_view), name="civic_job_state"),
            path("<int:pk>/result/", wrap(self.result_view), name="civic_job_result"),
            path("<int:pk>/retry/", wrap(self.retry_view), name="civic_job_retry"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("progress"))
    def progress_text(self, job: Job) -> str:
        return f"{job.done} / {job.total}" if job.total else ""

    def _found(self, request: HttpRequest, pk: object) -> Job:
        job: Job | None = self.get_object(request, str(pk))
        if job is None:
            raise Http404
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        return job

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of a job shows its progress; nothing about it can be edited."""
        job = self._found(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": job.title,
            "subtitle": None,
            "opts": self.opts,
            "job": job,
            "attempts": ATTEMPTS,
            "state_url": reverse("admin:civic_job_state", args=[job.pk]),
            "result_url": self._result_url(request, job),
            "can_retry": self._can_retry(request, job),
        }
        return TemplateResponse(request, "admin/civic/job.html", context)

    def _result_url(self, request: HttpRequest, job: Job) -> str:
        """ "" while there is none, or when the file is somebody else's."""
        mine = job.is_ready and job.started_by_id == request.user.pk
        return reverse("admin:civic_job_result", args=[job.pk]) if mine else ""

    def _can_retry(self, request: HttpRequest, job: Job) -> bool:
        stuck = job.state in (Job.State.FAILED, Job.State.PARKED)
        own = job.started_by_id == request.user.pk
        return stuck and (own or request.user.has_perm("civic.change_job"))

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """{"state", "label", "done", "total", "percent", "over", "error"} for the page's script."""
        job = self._found(request, pk)
        return JsonResponse(
            {
                "state": job.state,
                "label": job.get_state_display(),
                "done": job.done,
                "total": job.total,
                "percent": job.percent,
                "over": job.is_over,
                "error": job.error,
            }
        )

    def result_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file, for who asked for it: others' exports may hold what they may not see."""
        job = self._found(request, pk)
        if job.started_by_id != request.user.pk or not job.is_ready:
            raise Http404
        try:
            content = job.result.open("rb")
        except OSError as error:
            raise Http404(_("The file is no longer there; start the job again.")) from error
        response = FileResponse(content, content_type="application/octet-stream")
        response["Content-Disposition"] = content_disposition_header(
            True, job.result_name or "result"
        )
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def retry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._found(request, pk)
        if request.method != "POST" or not self._can_retry(request, job):
            raise PermissionDenied
        user: Any = request.user
        job.retry(by=user)
        messages.success(request, _("The job is queued again."))
        return HttpResponseRedirect(job.get_admin_url())

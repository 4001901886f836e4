"""Export of the rows behind a figure: in the person's scope, recorded, long ones as a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic import audit, exports, figurerows, figures, inquiries, jobs
from civic.exports import About, Column
from civic.figures import Figure, FigureFailed, UnknownFigure
from civic.inquiries import Inquiry
from civic.jobs import Job, JobRefused

if TYPE_CHECKING:
    from civic.accounts import User

KIND = "figure_export"
FORMS = {"xlsx": gettext_lazy("Export XLSX"), "csv": gettext_lazy("Export CSV")}


@dataclass(frozen=True)
class Selection:
    """The rows of one person behind a figure, and how they are described."""

    figure: Figure
    inquiry: Inquiry
    rows: models.QuerySet[Any]
    count: int

    @property
    def columns(self) -> tuple[Column, ...]:
        return figurerows.columns(self.figure, self.rows)

    @property
    def title(self) -> str:
        return str(self.figure.label)

    def about(self, user: User, at: datetime) -> About:
        unit = f"（{user.unit}）" if user.unit_id else ""
        return About(self.title, self.inquiry.words, f"{user}{unit}", at)

    def record(self, user: User, form: str, **more: Any) -> None:
        audit.record(
            "export.figure",
            by=user,
            figure=self.figure.name,
            form=form,
            filters=self.inquiry.words,
            rows=self.count,
            **more,
        )


def selection(figure: Figure, inquiry: Inquiry, user: User, count: int | None = None) -> Selection:
    """`count`: how many there are, where that is known."""
    rows = figurerows.visible(figurerows.ordered(figure, inquiry.params), user)
    return Selection(figure, inquiry, rows, rows.count() if count is None else count)


def allowed(asked: Selection, user: User) -> bool:
    """The right to export the list these rows stand in, and to see it."""
    model = figurerows.subject(asked.figure, asked.rows)
    sees = figurerows.may(user, "view", model) or figurerows.may(user, "change", model)
    return sees and figurerows.may(user, "export", model)


def send(request: HttpRequest, asked: Selection, form: str) -> HttpResponseBase:
    at, user = timezone.now(), request.user
    response: HttpResponseBase
    if form == "csv":
        lines = exports.csv_lines(asked.columns, asked.rows)
        response = StreamingHttpResponse(lines, content_type=exports.MEDIA_TYPES[form])
    else:
        about = asked.about(user, at)  # type: ignore[arg-type]
        whole = exports.whole_file(form, asked.columns, asked.rows, about)
        response = FileResponse(whole, content_type=exports.MEDIA_TYPES[form])
    name = exports.file_name(asked.title, form, at)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    # The last thing before bytes leave: an export that cannot be recorded does not happen.
    asked.record(user, form)  # type: ignore[arg-type]
    return response


def start(asked: Selection, form: str, user: User) -> Job:
    """The same export that is under way already, or a new job."""
    params = {
        "figure": asked.figure.name,
        "form": form,
        "query": asked.inquiry.params.query,
        "language": translation.get_language() or settings.LANGUAGE_CODE,
    }
    under_way = Job.objects.same_as(kind=KIND, by=user, params=params).first()
    if under_way is not None:
        return under_way
    title = _("Export: %(what)s (%(count)d rows)") % {"what": asked.title, "count": asked.count}
    return jobs.start(kind=KIND, title=title[:120], by=user, **params)


@jobs.runner(KIND)
def run(job: Job) -> None:
    """Ask again as the person who started it, with the rights of this moment."""
    params, user = job.params, job.started_by
    if user is None or not user.is_active:
        raise JobRefused(_("The account that asked for this export is closed."))
    with translation.override(params["language"]):
        try:
            figure = figures.get(params["figure"])
            if not figure.is_open_to(user):
                raise UnknownFigure(figure.name)
            inquiry = inquiries.inquire(figure, QueryDict(params["query"]))
            with figures.asking(figure.name):
                asked = selection(figure, inquiry, user)
        except FigureFailed as failed:
            raise JobRefused(str(failed)) from failed
        if inquiry.errors or not allowed(asked, user):
            raise JobRefused(_("You no longer have the right to export this list."))
        at = timezone.now()
        job.progress(0, asked.count)
        with exports.whole_file(
            params["form"], asked.columns, asked.rows, asked.about(user, at), job.progress
        ) as whole:
            asked.record(user, params["form"], job=job.pk)
            job.keep_result(whole, exports.file_name(asked.title, params["form"], at))
        job.progress(asked.count)

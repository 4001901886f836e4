"""Figures in the back office: each with its definition, its plot, and the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic import citers, figurerows, figures, inquiries
from civic.admin import figureexports, rechecks
from civic.figures import Figure, FigureFailed, UnknownFigure, Value
from civic.inquiries import Answer, Inquiry

PER_PAGE = 50
LISTED = 2_000  # rows on pages; the export has all of them


@require_safe
def figure_list(request: HttpRequest) -> HttpResponse:
    """All figures with their values; narrowed by words and by one period for all that take it."""
    words = request.GET.get("q", "")[:60].strip()
    own = (figure for figure in figures.every() if figure.is_open_to(request.user))
    shown = [figure for figure in own if _holds(figure, words)]
    period = inquiries.read(request.GET, frozenset({figures.PERIOD}))
    context = {
        **admin.site.each_context(request),
        "title": _("Figures"),
        "subtitle": None,
        "words": words,
        "inquiry": period,
        "answers": [] if period.errors else inquiries.answers(shown, period.params),
        "declare_url": _declare_url(request),
        "recheck_url": rechecks.url_for(request.user),
    }
    return TemplateResponse(
        request, "admin/civic/figures.html", context, status=400 if period.errors else 200
    )


def _holds(figure: Figure, words: str) -> bool:
    text = f"{figure.name} {figure.label} {figure.definition}".casefold()
    return all(word in text for word in words.casefold().split())


def _declare_url(request: HttpRequest) -> str:
    if not request.user.has_perm("civic.add_declaredfigure"):
        return ""
    return reverse("admin:civic_declaredfigure_add")


@dataclass(frozen=True)
class Behind:
    """The rows behind a figure as this person may see them."""

    page: Any = None
    count: int = 0  # in the person's scope
    lines: list[figurerows.Line] | None = None
    heads: list[str] | None = None
    note: str = ""
    failure: str = ""
    export_urls: list[tuple[str, str]] | None = None

    @property
    def listed(self) -> int:
        """How many of them the pages hold, 0 for all."""
        return LISTED if self.count > LISTED else 0


@require_safe
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """The office's value with its definition and plot, then the rows in the person's scope."""
    user: Any = request.user
    found = _found(request, name)
    inquiry = inquiries.inquire(found, request.GET)
    answer = None if inquiry.errors else inquiries.answer(found, inquiry.params)
    context = {
        **admin.site.each_context(request),
        "title": found.label,
        "subtitle": None,
        "figure": found,
        "inquiry": inquiry,
        "answer": answer,
        "behind": _behind(request, found, inquiry, answer) if answer and answer.value else None,
        "citers": citers.of(found.name, user),
        "change_url": _change_url(request, found),
        "public_url": found.get_absolute_url(inquiry.params),
        "rows_query": f"{inquiry.params.query}&" if inquiry.params.query else "",
    }
    return TemplateResponse(
        request, "admin/civic/figure.html", context, status=400 if inquiry.errors else 200
    )


def export(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """The rows behind it as a file: those of the person's scope. POST prepares a long one."""
    found = _found(request, name)
    inquiry = inquiries.inquire(found, request.GET)
    if form not in figureexports.FORMS or request.method not in ("GET", "HEAD", "POST"):
        raise Http404
    if inquiry.errors:
        return HttpResponseRedirect(f"{found.get_admin_url()}?{request.GET.urlencode()}")
    user: Any = request.user
    try:
        with figures.asking(found.name):
            asked = figureexports.selection(found, inquiry, user)
    except FigureFailed:
        return HttpResponseRedirect(found.get_admin_url(inquiry.params))
    if not figureexports.allowed(asked, user):
        raise PermissionDenied(_("Your role does not include exporting these rows."))
    if asked.count <= settings.EXPORT_JOB_ROWS:
        return figureexports.send(request, asked, form)
    if request.method == "POST":
        return HttpResponseRedirect(figureexports.start(asked, form, user).get_admin_url())
    context = {
        **admin.site.each_context(request),
        "title": figureexports.FORMS[form],
        "subtitle": None,
        "opts": asked.rows.model._meta,
        "count": asked.count,
        "target": request.get_full_path(),
        "back_url": found.get_admin_url(inquiry.params),
    }
    return TemplateResponse(request, "admin/civic/export.html", context)


# Rows ------------------------------------------------------------------------------------------


def _found(request: HttpRequest, name: str) -> Figure:
    """One that the person may not see is as absent as one that is not there."""
    try:
        found = figures.get(name)
    except UnknownFigure as unknown:
        raise Http404(str(unknown)) from unknown
    if not found.is_open_to(request.user):
        raise Http404(str(UnknownFigure(name)))
    return found


def _behind(request: HttpRequest, figure: Figure, inquiry: Inquiry, answer: Answer) -> Behind:
    try:
        with figures.asking(figure.name):
            return _rows(request, figure, inquiry, answer)
    except FigureFailed as failed:
        return Behind(failure=str(failed))


def _rows(request: HttpRequest, figure: Figure, inquiry: Inquiry, answer: Answer) -> Behind:
    user: Any = request.user
    rows = figurerows.ordered(figure, inquiry.params)
    model = figurerows.subject(figure, rows)
    if not (figurerows.may(user, "view", model) or figurerows.may(user, "change", model)):
        return Behind(note=_("Your role does not include seeing the rows behind this figure."))
    seen = figurerows.related(figure, figurerows.visible(rows, user))
    count = _count(seen, rows, answer)
    page = _paginator(seen, count).get_page(request.GET.get("page"))
    asked = figureexports.selection(figure, inquiry, user, count=count)
    return Behind(
        page=page,
        count=count,
        heads=[str(column.label) for column in figurerows.columns(figure, rows)],
        lines=figurerows.lines(figure, page.object_list, rows),
        note=_scope_note(answer.value, count),
        export_urls=_export_urls(figure, inquiry) if figureexports.allowed(asked, user) else [],
    )


def _count(seen: Any, rows: Any, answer: Answer) -> int:
    """Who sees all rows sees as many as made the number: a hundred thousand are counted once."""
    whole = answer.value.n if answer.value else None
    everything = whole is not None and seen.query.where == rows.query.where
    return whole if whole is not None and everything else seen.count()


def _paginator(seen: Any, count: int) -> Paginator[Any]:
    """Pages of the first rows only: a page far behind would read all that stand before it."""
    paginator = Paginator(seen, PER_PAGE)
    paginator.count = min(count, LISTED)
    return paginator


def _scope_note(value: Value | None, count: int) -> str:
    if value is None or value.n is None or count >= value.n:
        return ""
    return _(
        "The figure is that of the whole office, from %(all)d rows; of these, %(own)d are in your"
        " scope and listed here."
    ) % {"all": value.n, "own": count}


def _export_urls(figure: Figure, inquiry: Inquiry) -> list[tuple[str, str]]:
    query = f"?{inquiry.params.query}" if inquiry.params.query else ""
    return [
        (
            str(label),
            reverse("admin:figure_export", args=[figure.name, form]) + query,
        )
        for form, label in figureexports.FORMS.items()
    ]


def _change_url(request: HttpRequest, figure: Figure) -> str:
    """Where a declared figure is edited, by who may."""
    if figure.kind != figures.Kind.DECLARED:
        return ""
    user: Any = request.user
    if not user.has_perm("civic.view_declaredfigure"):
        return ""
    row = figure.rows(figures.ANY).first()
    return str(row.get_admin_url()) if row is not None else ""

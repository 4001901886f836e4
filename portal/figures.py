"""Figures for the public: what is counted, how it is defined, and the rows behind each number."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic import figures, inquiries
from civic.figures import Figure, Kind, UnknownFigure
from civic.inquiries import Answer

CACHE_KEY = "portal.figures"
CACHE_SECONDS = 60
PLOT_SECONDS = 3600  # of a small drawing beside a number


@require_safe
def figure_list(request: HttpRequest) -> HttpResponse:
    found = _answers()
    context = {
        "crumbs": [(_("Figures"), "")],
        "counted": [row for row in found if row["kind"] != Kind.DECLARED],
        "declared": [row for row in found if row["kind"] == Kind.DECLARED],
    }
    return render(request, "portal/figures.html", context)


@require_safe
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """One figure; a period turned round or an unknown group is answered 400, with the form."""
    found = _found(name)
    inquiry = inquiries.inquire(found, request.GET)
    answer = None if inquiry.errors else inquiries.kept_answer(found, inquiry.params)
    context = {
        "crumbs": [(_("Figures"), reverse("portal:figures")), (found.label, "")],
        "figure": found,
        "inquiry": inquiry,
        "answer": answer,
        "listed_at": found.listed_at(inquiry.params) if found.listed_at and answer else "",
    }
    return render(request, "portal/figure.html", context, status=400 if inquiry.errors else 200)


@require_safe
def plot(request: HttpRequest, name: str) -> HttpResponse:
    """The drawing alone, for pages that show the number: they do not wait for it."""
    found = _found(name)
    inquiry = inquiries.inquire(found, request.GET)
    if inquiry.errors or not found.when:
        raise Http404
    key = f"portal.plot:{found.name}:{inquiry.params.code}"
    drawing: str | None = cache.get(key)
    if drawing is None:
        answer = inquiries.kept_answer(found, inquiry.params)
        if answer.failure:
            raise Http404
        drawing = render_to_string("portal/plot.svg", {"plot": answer.plot})
        cache.set(key, drawing, PLOT_SECONDS)
    response = HttpResponse(drawing, content_type="image/svg+xml")
    response["Cache-Control"] = f"public, max-age={PLOT_SECONDS}"
    response["X-Robots-Tag"] = "noindex"
    return response


def _found(name: str) -> Figure:
    """Of the public ones. Raises Http404."""
    try:
        found = figures.get(name)
    except UnknownFigure as unknown:
        raise Http404 from unknown
    if not found.is_public:
        raise Http404
    return found


def public() -> list[Figure]:
    return [figure for figure in figures.every() if figure.is_public]


def _answers() -> list[dict[str, object]]:
    """Each public figure over all time, at most a minute old."""
    found: list[dict[str, object]] | None = cache.get(CACHE_KEY)
    if found is None:
        found = [_row(answer) for answer in inquiries.answers(public())]
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def _row(answer: Answer) -> dict[str, object]:
    """What the list shows, in a shape that can be kept."""
    return {
        "kind": answer.figure.kind.value,
        "label": str(answer.figure.label),
        "definition": str(answer.figure.definition),
        "url": answer.figure.get_absolute_url(),
        "said": answer.said,
        "as_of": answer.value.as_of if answer.value else None,
        "rows": answer.value.n if answer.value and answer.tells_rows else None,
        "failure": answer.failure,
        "source": answer.figure.source,
    }

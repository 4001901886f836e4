"""Views of the ground floor: refusals in words, health."""

from django.http import HttpRequest, HttpResponse


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Placeholder until its slice lands."""
    return HttpResponse(status=403)

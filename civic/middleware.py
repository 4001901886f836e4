"""Middleware: plain refusals, limits of a session, and what every staff page carries."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]


class PlainRefusals:
    """Placeholder until its slice lands."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class SessionLimits(PlainRefusals):
    """Placeholder until its slice lands."""


class StaffPages(PlainRefusals):
    """Placeholder until its slice lands."""

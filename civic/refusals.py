"""Refusals: what a request we cannot serve is answered, in words, without the database."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.template import loader
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from civic import carry

log = logging.getLogger(__name__)

# Refusals may be given before the middleware that sets the policy of other pages.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


def page(
    request: HttpRequest,
    status: int,
    heading: str,
    advice: str,
    *,
    carried: carry.Carried | None = None,
) -> HttpResponse:
    """The page of a refusal: what is wrong, what to do next, and what was typed."""
    context: dict[str, Any] = {
        "status": status,
        "heading": heading,
        "advice": advice,
        "carried": carried,
        "csrf_token": get_token(request) if carried else "",
        "is_staff_page": request.path.startswith(reverse("admin:index")),
    }
    try:
        text = loader.get_template("refusal.html").render(context)
        response = HttpResponse(text, status=status)
    except Exception:  # a refusal must not fail in its turn: static files may be missing
        log.exception("refusal page failed")
        response = HttpResponse(
            f"{heading}\n{advice}\n", status=status, content_type="text/plain; charset=utf-8"
        )
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "DENY"
    response["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response


def not_understood(request: HttpRequest, status: int = 400) -> HttpResponse:
    return page(
        request,
        status,
        _("This request could not be understood"),
        _("Something in the address or in the form is not as it should be. Go back and try again."),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: too much, broken, or for another host."""
    if isinstance(exception, RequestDataTooBig):
        return page(
            request,
            413,
            _("That was too much at once"),
            _("Shorten the text or send it in parts. Pictures are uploaded, not pasted."),
        )
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return page(
            request,
            413,
            _("That was too much at once"),
            _("The form holds too many fields or files. Send fewer of them at a time."),
        )
    if isinstance(exception, DisallowedHost):
        return page(
            request,
            400,
            _("This site does not answer to that name"),
            _("Use the address the office has published."),
        )
    if isinstance(exception, MultiPartParserError):
        return page(
            request,
            400,
            _("The form did not arrive whole"),
            _("The connection may have been cut. Go back and send it again."),
        )
    return not_understood(request)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403: says why, when whoever refused said so."""
    why = str(exception)
    return page(
        request,
        403,
        _("You may not do this"),
        why or _("Your role does not include it. If you need it, ask the security administrator."),
    )


def busy(request: HttpRequest) -> HttpResponse:
    """503: the database is locked, slow or away for a moment; what was typed is handed back."""
    response = page(
        request,
        503,
        _("The system is busy"),
        _("Nothing was saved just now. Wait a few seconds and try again."),
        carried=carry.of(request) if hasattr(request, "_post") else None,
    )
    response["Retry-After"] = "10"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: our fault, said plainly; a database that is away is 503."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return busy(request)
    return page(
        request,
        500,
        _("Something went wrong here"),
        _("It is not your fault and has been noted. Please try again a little later."),
        carried=carry.of(request) if hasattr(request, "_post") else None,
    )

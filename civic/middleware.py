"""Middleware: plain refusals, limits of a session, and what every staff page carries."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from civic import audit, carry, refusals, signin

log = logging.getLogger(__name__)

Next = Callable[[HttpRequest], HttpResponse]

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
MAX_PATH, MAX_QUERY = 2_000, 8_000
# No page address holds these: controls and lone halves of a character.
_UNHEARD_OF = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_SESSION_KEY = re.compile(r"^[a-z0-9]{8,40}$")
# What views raise when a value in the address or the form is absurd. Real faults of ours of
# these kinds are in the log with their trace.
_ABSURD = (
    ValueError,
    OverflowError,
    DataError,
    ValidationError,
    MultiValueDictKeyError,
    MultiPartParserError,
    UnreadablePostError,
)


def _plain(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


class PlainRefusals:
    """Bad input is answered 4xx in words, a locked database 503; NULs never reach a query."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._refusal(request) or self.get_response(request)
        if response.status_code == 405 and not response.getvalue():
            worded = refusals.not_understood(request, 405)  # Django's own is an empty page
            worded["Allow"] = response["Allow"]
            return worded
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.method not in METHODS:
            response = refusals.not_understood(request, 405)
            response["Allow"] = ", ".join(METHODS)
            return response
        query = request.META.get("QUERY_STRING", "")
        if len(request.path) > MAX_PATH or len(query) > MAX_QUERY:
            return refusals.not_understood(request, 414)
        if _UNHEARD_OF.search(request.path):
            return refusals.not_understood(request)
        while "%00" in query or "\x00" in query:  # again: removing one may make another
            query = query.replace("%00", "").replace("\x00", "")
            request.META["QUERY_STRING"] = query
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if key is not None and not _SESSION_KEY.match(key):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        return None

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """PostgreSQL refuses NUL in text, and nobody types it. Lines end as they are stored.

        Browsers send CR LF for each line: compared with what is stored, a form that nobody
        touched would count as changed, and a text under review would lose its reviews.
        """
        if request.method != "POST":
            return
        sent = [text for name, values in request.POST.lists() for text in (name, *values)]
        if not any("\x00" in text or "\r" in text for text in sent):
            return
        clean = QueryDict(mutable=True)
        for name, values in request.POST.lists():
            clean.setlist(_plain(name), [_plain(text) for text in values])
        clean._mutable = False
        request.POST = clean  # type: ignore[assignment]

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            log.error("database not ready", exc_info=error)
            return refusals.busy(request)
        if isinstance(error, _ABSURD):
            log.error("value not understood", exc_info=error)
            return refusals.not_understood(request)
        return None


class SessionLimits:
    """Signed out after SESSION_IDLE_SECONDS without a request, and after twelve hours in any case.

    Nothing is looked up for a page that does not ask who is there: public pages stay free of it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = request.user
        request.user = SimpleLazyObject(lambda: self._within_limits(request, found))  # type: ignore[assignment]
        return self.get_response(request)

    @staticmethod
    def _within_limits(request: HttpRequest, user: Any) -> Any:
        if not user.is_authenticated:
            return user
        if not signin.keep_session(request):
            request.session.flush()
            return AnonymousUser()
        return user


class StaffPages:
    """Staff pages: never stored, in the person's language, after what must come first.

    What is recorded there remembers the network address it came from.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        with audit.coming_from(signin.address(request)):
            language = getattr(request.user, "interface", "") or settings.LANGUAGE_CODE
            with translation.override(language):
                response = self.get_response(request)
            self._record_denied(request, response)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not request.path.startswith(reverse("admin:index")):
            return None
        if match.url_name in signin.OPEN_PAGES:
            return None
        is_form = "admin" in match.app_names  # not the editor's upload, which wants no page
        carried = carry.of(request) if is_form else None
        if not request.user.is_authenticated:
            return carry.sign_in_again(request, carried) if carried else None
        first = signin.first_thing(request)
        if first is None or match.url_name in signin.FIRST_PAGES:
            return None
        if not is_form:
            raise PermissionDenied(first.why)
        if carried:
            note = _("Before this can be saved, open the back office in a new tab: %(why)s")
            return carry.save_again(request, carried, note=note % {"why": first.why})
        return redirect(first.url)

    @staticmethod
    def _record_denied(request: HttpRequest, response: HttpResponse) -> None:
        """Who was refused what (GB/T 22239-2019, 8.1.4.3); a visitor is only sent to sign in."""
        denied = getattr(request, "denied", None)
        if denied is None and response.status_code == 403:
            denied = {"path": request.path[:200]}
        if denied is not None and request.user.is_authenticated:
            audit.record(
                "access.denied",
                by=request.user,
                **denied,
            )

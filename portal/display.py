"""Reading settings: elder mode, high contrast and type size, kept in one cookie of the reader.

The server writes them as classes of <html>; static/js/display.js does the same from the cookie,
for pages out of a cache. Without JavaScript the buttons are forms that post here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

COOKIE = "display"
COOKIE_AGE = 365 * 24 * 3600
SIZES = ("small", "normal", "large")
# A path of ours: printable ASCII, one slash at its start, no backslash anywhere.
_PATH = re.compile(r"/(?!/)[!-\[\]-~]{0,1999}")


@dataclass(frozen=True)
class Display:
    """How this reader wants pages shown."""

    elder: bool = False
    contrast: bool = False
    size: str = "normal"

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """From the cookie; what it cannot mean is left out."""
        words = set(request.COOKIES.get(COOKIE, "")[:60].split("."))
        size = next((size for size in SIZES if size in words), "normal")
        return cls(elder="elder" in words, contrast="contrast" in words, size=size)

    def changed(self, asked: QueryDict) -> Self:
        """With the one setting that was asked for."""
        changes: dict[str, Any] = {
            name: asked[name] == "on"
            for name in ("elder", "contrast")
            if asked.get(name) in ("on", "off")
        }
        if asked.get("size") in SIZES:
            changes["size"] = asked["size"]
        return replace(self, **changes)

    @property
    def words(self) -> list[str]:
        size = [] if self.size == "normal" else [self.size]
        return ["elder"] * self.elder + ["contrast"] * self.contrast + size

    @property
    def classes(self) -> str:
        return " ".join(f"size-{word}" if word in SIZES else word for word in self.words)


# No token: nothing of ours changes, only the reader's own cookie, and a token would put a cookie
# on every public page. Forms of other sites are refused by what the browser says of them.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    back = _way_back(request)
    if request.method != "POST":
        stay = f"{reverse('portal:display')}?next={quote(back)}"
        return render(request, "portal/display.html", {"back": back, "stay": stay})
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise PermissionDenied
    wanted = Display.of(request).changed(request.POST)
    response = redirect(back)
    response.status_code = 303
    if wanted == Display():
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            COOKIE,
            ".".join(wanted.words),
            max_age=COOKIE_AGE,
            secure=settings.HTTPS,
            samesite="Lax",
        )
    return response


def _way_back(request: HttpRequest) -> str:
    """The page the reader came from, if it is one of ours; otherwise the home page."""
    asked = request.POST.get("next") or request.GET.get("next") or _referrer(request)
    uri = iri_to_uri(asked) or ""
    ours = _PATH.fullmatch(uri) and url_has_allowed_host_and_scheme(uri, allowed_hosts=None)
    return uri if ours else reverse("portal:home")


def _referrer(request: HttpRequest) -> str:
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    if came.netloc != request.get_host():
        return ""
    return f"{came.path}?{came.query}" if came.query else came.path

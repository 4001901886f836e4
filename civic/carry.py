"""Carried text: what was typed comes through an expired session or a stale page, never lost.

What a person sent while signed out travels, signed, through the sign-in form and is offered for
saving again afterwards. It goes back to the address it was sent to: nobody else names one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from civic.sitesettings import SiteSettings

SALT = "civic.carry"
HOURS = 12  # as long as a session may last
TYPED_BY = "_typed_by"  # our forms say whose they were; only a guard against mix-ups
NEVER_CARRIED = {
    "csrfmiddlewaretoken",
    "carried",
    "password",
    "old_password",
    "new_password1",
    "new_password2",
    "password1",
    "password2",
    "otp",
}
# Fields every admin form has; alone they are not worth carrying.
_FORM_ONLY = ("_save", "_continue", "_addanother", "_popup", "_selected_action", "action", TYPED_BY)


@dataclass(frozen=True)
class Carried:
    """A form that was sent and not saved: where to, what, by whom (a user's id or "")."""

    path: str
    fields: list[tuple[str, str]]
    typed_by: str = ""
    had_files: bool = False

    @property
    def readable(self) -> list[tuple[str, str]]:
        """What a person typed at some length, to be read and copied."""
        return [(name, value) for name, value in self.fields if len(value.strip()) > 30]

    def pack(self) -> str:
        """Signed, for one hidden field; "" when it would not fit into a request."""
        packed = signing.dumps(
            [self.path, self.fields, self.typed_by, self.had_files], salt=SALT, compress=True
        )
        room = settings.DATA_UPLOAD_MAX_MEMORY_SIZE - 10_000
        return packed if len(packed) <= room else ""


def of(request: HttpRequest) -> Carried | None:
    """What this POST holds that would be a loss, or None."""
    if request.method != "POST":
        return None
    fields = [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in NEVER_CARRIED
        for value in values
    ]
    if not any(value.strip() for name, value in fields if name not in _FORM_ONLY):
        return None
    return Carried(
        path=request.get_full_path(),
        fields=fields,
        typed_by=request.POST.get(TYPED_BY, ""),
        had_files=bool(request.FILES),
    )


def unpack(packed: str) -> Carried | None:
    """None for what we did not sign, or signed too long ago."""
    try:
        path, fields, typed_by, had_files = signing.loads(packed, salt=SALT, max_age=HOURS * 3600)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Carried(path, [(name, value) for name, value in fields], typed_by, had_files)


def sign_in_again(request: HttpRequest, carried: Carried, status: int = 401) -> HttpResponse:
    """Instead of the page that was asked for: the sign-in form, with the text in its hands."""
    from civic.signin_views import SignInForm

    context = {
        "title": _("Sign in again"),
        "office": SiteSettings.current(),
        "form": SignInForm(request),
        "carried": carried,
        "packed": carried.pack(),
        "next": carried.path,
    }
    return _page(request, "sign_in_again", context, status)


def save_again(
    request: HttpRequest, carried: Carried, *, note: str = "", status: int = 200
) -> HttpResponse:
    """What was typed, and one button that sends it again with a fresh token."""
    context = {
        "title": _("Your text is here"),
        "office": SiteSettings.current(),
        "carried": carried,
        "note": note,
    }
    return _page(request, "save_again", context, status)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int) -> HttpResponse:
    response = TemplateResponse(request, f"admin/civic/{name}.html", context, status=status)
    add_never_cache_headers(response)
    return response


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of ours sent this: a stranger's forged form is not offered for saving."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(origin) and urlsplit(origin).netloc == request.get_host()

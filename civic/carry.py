"""Carried text: what was typed comes through an expired session or a stale page, never lost.

What a person sent while signed out travels, signed, through the sign-in form and is offered for
saving again afterwards. The address it goes back to is the one it was sent to: nobody else names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite

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
    "otp_token",
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


def sign_in_again(request: HttpRequest, site: AdminSite, carried: Carried) -> HttpResponse:
    """Instead of the page that was asked for: the sign-in form, with the text in its hands."""
    from django.contrib.admin.forms import AdminAuthenticationForm

    form_class: Any = site.login_form or AdminAuthenticationForm
    context = {
        **site.each_context(request),
        **_sign_in_context(carried, carried.pack()),
        "form": form_class(request),
    }
    response = TemplateResponse(request, "admin/civic/sign_in_again.html", context, status=401)
    add_never_cache_headers(response)
    return response


def _sign_in_context(carried: Carried, packed: str) -> dict[str, Any]:
    return {
        "title": _("Sign in again"),
        "subtitle": None,
        "carried": carried,
        "packed": packed,
        "next": carried.path,
        "app_path": reverse("admin:login"),
    }


def through_sign_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """After the sign-in view: offer what was carried, or keep carrying it after a wrong password."""
    packed = request.POST.get("carried", "") if request.method == "POST" else ""
    carried = unpack(packed) if packed else None
    if carried is None:
        return response
    if isinstance(response, HttpResponseRedirect) and request.user.is_authenticated:
        if carried.typed_by and carried.typed_by != str(request.user.pk):
            messages.warning(
                request, _("The text that was not saved belongs to somebody else; it is not shown.")
            )
            return response
        return save_again(request, carried)
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        response.template_name = "admin/civic/sign_in_again.html"
        response.context_data |= _sign_in_context(carried, packed)
    return response


def save_again(request: HttpRequest, carried: Carried, status: int = 200) -> HttpResponse:
    """What was typed, and one button that sends it again with a fresh token."""
    from django.contrib import admin

    context = {
        **admin.site.each_context(request),
        "title": _("Your text is here"),
        "subtitle": None,
    }
    context |= {"carried": carried}
    response = TemplateResponse(request, "admin/civic/save_again.html", context, status=status)
    add_never_cache_headers(response)
    return response


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of ours sent this: a stranger's forged form is not offered for saving."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(origin) and urlsplit(origin).netloc == request.get_host()

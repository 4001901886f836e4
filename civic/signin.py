"""Sign-in: who gets in, how passwords are chosen, how long a session lasts, what comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from civic import audit, carry, totp
from civic.sitesettings import SiteSettings

if TYPE_CHECKING:
    from civic.accounts import User

# Names of admin pages that are open to who is not signed in, and of those that come first.
OPEN_PAGES = {"login", "code"}
FIRST_PAGES = {"logout", "password_change", "second_factor", "jsi18n"}
BEGAN, SEEN = "began", "seen"  # in the session: seconds since 1970
SEEN_EVERY = 60  # a session is written once a minute at most


class RoleBackend(ModelBackend):
    """Rights come from roles (groups)."""

    def authenticate(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Noted on the request: who is locked out never gets as far as here."""
        if request is not None:
            request.was_tried = True
        return super().authenticate(request, *args, **kwargs)


class CharacterClasses:
    """At least PASSWORD_MIN_CLASSES of lower case, upper case, digits and signs (等保)."""

    def validate(self, password: str, user: User | None = None) -> None:
        classes = (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
        if sum(classes) < settings.PASSWORD_MIN_CLASSES:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return _(
            "Use at least %(n)s of: lower-case letters, upper-case letters, digits, signs."
        ) % {"n": settings.PASSWORD_MIN_CLASSES}


class NotUsedBefore:
    """Not one of the last PASSWORD_HISTORY passwords."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is not None and user.pk and user.used_before(password, settings.PASSWORD_HISTORY):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        return _("Do not use one of your last %(n)s passwords.") % {"n": settings.PASSWORD_HISTORY}


def address(request: HttpRequest) -> str:
    """Where the request came from, as the lock-out sees it: proxies are believed when named."""
    return str(get_client_ip_address(request) or "")


# Sessions --------------------------------------------------------------------------------------


def begin_session(request: HttpRequest) -> None:
    now = int(timezone.now().timestamp())
    request.session[BEGAN] = now
    request.session[SEEN] = now


def keep_session(request: HttpRequest) -> bool:
    """Whether the session is within its limits; notes once a minute that it is in use."""
    now = int(timezone.now().timestamp())
    began, seen = request.session.get(BEGAN), request.session.get(SEEN)
    if not isinstance(began, int) or not isinstance(seen, int):
        begin_session(request)
        return True
    if now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
        return False
    if now - seen >= SEEN_EVERY:
        request.session[SEEN] = now
    return True


# What comes first --------------------------------------------------------------------------------


@dataclass(frozen=True)
class First:
    """A page that must be done with before any other, and why."""

    url: str
    why: str


def password_reason(user: User) -> str:
    """Why this person must choose a new password now; "" when there is no reason."""
    if user.must_change_password:
        return _("Your password was given to you: choose one that only you know.")
    age = settings.PASSWORD_MAX_AGE_DAYS
    if age and user.password_changed_at < timezone.now() - timedelta(days=age):
        return _("Your password is older than %(n)d days: choose a new one.") % {"n": age}
    return ""


def first_thing(request: HttpRequest) -> First | None:
    user: Any = request.user
    reason = password_reason(user)
    if reason:
        return First(reverse("admin:password_change"), reason)
    if settings.STAFF_TOTP == "required" and user.is_staff and not user.is_verified():
        return First(
            reverse("admin:second_factor"),
            _("This site asks for a second factor: set it up first."),
        )
    return None


def one_time_password_expired(user: User) -> bool:
    limit = timedelta(hours=settings.ONE_TIME_PASSWORD_HOURS)
    return user.must_change_password and user.password_changed_at < timezone.now() - limit


# Lock-out -----------------------------------------------------------------------------------------


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Any
) -> HttpResponse:
    """429 after too many failures of this name from this place; says nothing of the account."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    if getattr(request, "was_tried", False):  # locked just now, not before
        name = (credentials or {}).get("username", "")
        record_for_name("signin.locked", name)
    packed = request.POST.get("carried", "")
    context = {
        "title": _("Too many attempts"),
        "office": SiteSettings.current(),
        "minutes": minutes,
        "packed": packed,
        "carried": carry.unpack(packed),
    }
    answer = TemplateResponse(request, "admin/civic/locked_out.html", context, status=429)
    answer["Retry-After"] = str(minutes * 60)
    answer["Cache-Control"] = "private, no-store"
    return answer.render()


def record_for_name(act: str, name: str) -> None:
    """Audit for somebody not signed in. A name nobody has is not kept: it may be a password."""
    from civic.accounts import User

    known = User.objects.named(name) if name else None
    audit.record(
        act,
        by=None,
        actor=f"{known.name} ({known.username})" if known else "",
        target=known,
    )


def wants_code(user: User) -> bool:
    return settings.STAFF_TOTP != "off" and totp.has_device(user)

"""Sign-in: who gets in, how passwords are chosen, what a locked-out person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from civic.accounts import User


class RoleBackend(ModelBackend):
    """Rights come from roles (groups)."""


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


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any) -> HttpResponse:
    """Placeholder until its slice lands."""
    return HttpResponse(status=429)

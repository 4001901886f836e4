"""Second factor: the code from a person's phone, and recovery codes for the day it is lost."""

from __future__ import annotations

import unicodedata
from base64 import b32encode
from secrets import token_bytes
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import segno
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp import devices_for_user, user_has_device, verify_token
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from civic import audit
from civic.sitesettings import SiteSettings

if TYPE_CHECKING:
    from civic.accounts import User

RECOVERY_CODES = 10


def has_device(user: User) -> bool:
    return bool(user_has_device(user))


def devices(user: User) -> Any:
    """The phones in use."""
    return TOTPDevice.objects.filter(user=user, confirmed=True)


def unconfirmed(user: User) -> Any:
    """The device being set up; its secret stays the same until it is confirmed."""
    found = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return found or TOTPDevice.objects.create(user=user, name="phone", confirmed=False)


def secret(device: Any) -> str:
    """The secret in groups of four, for those who type it."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(device: Any) -> str:
    """The otpauth:// address an authenticator app reads."""
    issuer = SiteSettings.current().site_name
    label = quote(f"{issuer}:{device.user.username}", safe="")
    query = {
        "secret": secret(device).replace(" ", ""),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": device.digits,
        "period": device.step,
    }
    return f"otpauth://totp/{label}?{urlencode(query, quote_via=quote)}"


def picture(device: Any) -> str:
    """The address as a QR code: a data: URL of an SVG."""
    return str(segno.make(address(device), error="m").svg_data_uri(scale=5, border=4))


def tidy_code(typed: str) -> str:
    """As it was meant: full-width digits, blanks and hyphens are no mistake."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isalnum()).lower()


def confirm(user: User, typed: str) -> list[str] | None:
    """Take the device into use when the code is right; returns new recovery codes, else None."""
    device = unconfirmed(user)
    code = tidy_code(typed)
    with transaction.atomic():
        if not code.isdecimal() or not device.verify_token(code):
            return None
        TOTPDevice.objects.filter(user=user, confirmed=True).delete()
        device.confirmed = True
        device.save()
        codes = new_recovery_codes(user)
        audit.record("totp.enrolled", by=user, target=user)
    return codes


def new_recovery_codes(user: User) -> list[str]:
    """Ten codes, shown once and kept only as keyed hashes; earlier ones end."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [b32encode(token_bytes(10)).decode().lower()[:10] for _ in range(RECOVERY_CODES)]
    for code in codes:
        device.token_set.create(token=_hashed(code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(user: User) -> int:
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=user))


def verify(user: User, typed: str) -> Any:
    """The device the code came from, or None. Each code is good once; wrong ones slow the next."""
    code = tidy_code(typed)
    is_number = code.isdecimal() and len(code) == 6
    for device in devices_for_user(user):
        if isinstance(device, TOTPDevice) != is_number:
            continue
        found = verify_token(user, device.persistent_id, code if is_number else _hashed(code))
        if found is not None:
            return found
    return None


@transaction.atomic
def reset(user: User, *, by: User) -> None:
    """Forget the phone and the recovery codes: lost, replaced, or given up."""
    for device in devices_for_user(user, confirmed=None):
        device.delete()
    audit.record("totp.reset", by=by, target=user)


def _hashed(code: str) -> str:
    return salted_hmac("civic.totp.recovery", code, algorithm="sha256").hexdigest()[:16]

"""Pages of sign-in: name and password, the code, a new password, the second factor, sign-out."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth import login as begin
from django.contrib.auth import logout as end
from django.contrib.auth import password_validation
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import login as remember_device

from civic import audit, carry, signin, totp
from civic.accounts import User
from civic.sitesettings import SiteSettings

PENDING = "sign_in"  # in the session: who gave the right password and owes the code
CODE_WITHIN = 300  # seconds


class SignInForm(AdminAuthenticationForm):
    """Name and password. Unknown, disabled and wrong read the same."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": gettext_lazy(
            "The name or the password is wrong. Capital and small letters differ."
        ),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if signin.one_time_password_expired(user):
            raise ValidationError(
                _("This one-time password has expired. Ask the security administrator for another.")
            )


class CodeForm(forms.Form):
    otp = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
        help_text=gettext_lazy("Six digits from your phone, or one of your recovery codes."),
    )


def _next(request: HttpRequest, wanted: str) -> str:
    """Where to go after sign-in: an address of this site, else the desk."""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("admin:index")


def _enter(request: HttpRequest, user: User, next_url: str, device: Any = None) -> HttpResponse:
    """The session begins: a new key, the limits from now, what was carried offered for saving."""
    begin(request, user, backend="civic.signin.RoleBackend")
    signin.begin_session(request)
    if device is not None:
        user.otp_device = device  # type: ignore[attr-defined]
        remember_device(request, device)
    audit.record(
        "signin.in",
        by=user,
        target=user,
        second_factor=device is not None,
    )
    carried = carry.unpack(request.POST.get("carried", ""))
    if carried is None:
        return HttpResponseRedirect(next_url)
    if carried.typed_by and carried.typed_by != str(user.pk):
        messages.warning(
            request, _("The text that was not saved belongs to somebody else; it is not shown.")
        )
        return HttpResponseRedirect(next_url)
    return carry.save_again(request, carried)


class SignIn(LoginView):
    """Name and password; who has a second factor owes the code before the session begins."""

    authentication_form = SignInForm
    template_name = "admin/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        packed = self.request.POST.get("carried", "")
        wanted = self.request.POST.get("next") or self.request.GET.get("next", "")
        return {
            **super().get_context_data(**kwargs),
            "office": SiteSettings.current(),
            "next": _next(self.request, wanted),
            "carried": carry.unpack(packed),
            "packed": packed,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        user: User = form.get_user()
        next_url = _next(self.request, self.request.POST.get("next", ""))
        if not signin.wants_code(user):
            return _enter(self.request, user, next_url)
        self.request.session[PENDING] = {
            "pk": user.pk,
            "at": int(timezone.now().timestamp()),
            "next": next_url,
        }
        return code_page(self.request, CodeForm())

    def form_invalid(self, form: Any) -> HttpResponse:
        name = form.cleaned_data.get("username", "")
        if name and getattr(self.request, "was_tried", False):
            signin.record_for_name("signin.failed", name)
        return super().form_invalid(form)


def code_page(request: HttpRequest, form: CodeForm) -> HttpResponse:
    packed = request.POST.get("carried", "")
    context = {
        "title": _("Second factor"),
        "office": SiteSettings.current(),
        "form": form,
        "packed": packed,
        "carried": carry.unpack(packed),
    }
    return TemplateResponse(request, "admin/civic/code.html", context)


def code(request: HttpRequest) -> HttpResponse:
    """The second step of sign-in. Five wrong codes lock like five wrong passwords."""
    pending = request.session.get(PENDING)
    now = int(timezone.now().timestamp())
    user = User.objects.filter(pk=pending["pk"], is_active=True).first() if pending else None
    if pending is None or user is None or now - pending["at"] > CODE_WITHIN:
        request.session.pop(PENDING, None)
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return code_page(request, form if request.method == "POST" else CodeForm())
    credentials = {"username": user.username}
    device = None
    if AxesProxyHandler.is_allowed(request, credentials):
        request.was_tried = True  # type: ignore[attr-defined]
        device = totp.verify(user, form.cleaned_data["otp"])
    if device is not None:
        del request.session[PENDING]
        return _enter(request, user, _next(request, pending["next"]), device)
    user_login_failed.send(__name__, credentials=credentials, request=request)
    signin.record_for_name("signin.failed", user.username)
    if getattr(request, "axes_locked_out", False):
        request.session.pop(PENDING, None)
    form.add_error("otp", _("This code is wrong or was used already. Wait for the next one."))
    return code_page(request, form)


def sign_out(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    user: Any = request.user
    if request.method != "POST":
        return redirect("admin:index")
    audit.record("signin.out", by=user, target=user)
    end(request)
    context |= {"title": _("You are signed out"), "office": SiteSettings.current()}
    return TemplateResponse(request, "registration/logged_out.html", context)


class ChangePassword(PasswordChangeView):
    """A new password, by the rules; every other session of this person ends with the old one."""

    form_class = AdminPasswordChangeForm
    template_name = "registration/password_change_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return {
            **super().get_context_data(**kwargs),
            "title": _("Change password"),
            "reason": signin.password_reason(user),
            "rules": password_validation.password_validators_help_texts(),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        form.user.must_change_password = False
        super().form_valid(form)
        audit.record("password.changed", by=form.user, target=form.user)
        messages.success(
            self.request, _("Your password is changed. Your other sessions have ended.")
        )
        return redirect("admin:index")


def second_factor(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Set up a phone; later: make new recovery codes or give the phone up, each with a code."""
    if settings.STAFF_TOTP == "off":
        messages.info(request, _("The second factor is switched off on this site."))
        return redirect("admin:index")
    user: Any = request.user
    is_set_up = totp.has_device(user)
    form = CodeForm(request.POST or None)
    codes: list[str] | None = None
    if request.method == "POST" and form.is_valid():
        act = _with_device if is_set_up else _enrol
        answer = act(request, user, form)
        if isinstance(answer, HttpResponse):
            return answer
        codes = answer
        is_set_up = totp.has_device(user)
    context |= {
        "title": _("Second factor"),
        "form": form,
        "codes": codes,
        "is_set_up": is_set_up,
        "is_verified": user.is_verified(),
        "is_required": settings.STAFF_TOTP == "required",
        "left": totp.recovery_codes_left(user),
    }
    if not is_set_up:
        device = totp.unconfirmed(user)
        context |= {"picture": totp.picture(device), "secret": totp.secret(device)}
    return TemplateResponse(request, "admin/civic/second_factor.html", context)


def _enrol(request: HttpRequest, user: User, form: CodeForm) -> list[str] | None:
    codes = totp.confirm(user, form.cleaned_data["otp"])
    if codes is None:
        form.add_error("otp", _("This code does not fit. Check the clock of the phone."))
        return None
    remember_device(request, next(iter(totp.devices(user))))
    messages.success(request, _("The second factor is set up. Keep the recovery codes safe."))
    return codes


def _with_device(
    request: HttpRequest, user: User, form: CodeForm
) -> list[str] | HttpResponse | None:
    device = totp.verify(user, form.cleaned_data["otp"])
    if device is None:
        form.add_error("otp", _("This code is wrong or was used already. Wait for the next one."))
        return None
    remember_device(request, device)
    if "codes" in request.POST:
        audit.record("totp.codes_renewed", by=user, target=user)
        messages.success(request, _("New recovery codes are made; the earlier ones have ended."))
        return totp.new_recovery_codes(user)
    if "remove" in request.POST and settings.STAFF_TOTP != "required":
        totp.reset(user, by=user)
        messages.success(request, _("The second factor is removed."))
    return redirect("admin:second_factor" if "remove" in request.POST else "admin:index")

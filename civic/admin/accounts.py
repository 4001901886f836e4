"""Accounts in the back office: who may sign in, and with which roles."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset as unlock
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice

from civic import audit, roles, totp
from civic.accounts import User
from civic.admin.base import ScopedAdmin

WATCHED = ("username", "name", "post", "unit", "is_active", "interface")


class AccountForm(forms.ModelForm[User]):
    """Who it is and what they may do; never a password, never a right of its own."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        required=False,
        choices=[(role.name, role.label) for role in roles.ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Each of the three administrators (system, security, audit) stands alone."
        ),
    )

    class Meta:
        model = User
        fields = ["username", "name", "post", "unit", "is_active", "interface"]
        help_texts = {
            "is_active": gettext_lazy("Take the tick away instead of deleting the account."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "roles" in self.fields:
            self.fields["roles"].initial = [role.name for role in self.instance.role_list]

    def clean_username(self) -> str:
        """«Editor» beside «editor» would be taken for the same person."""
        name: str = User.normalize_username(self.cleaned_data["username"])  # wide letters, too
        others = User.objects.filter(username__iexact=name).exclude(username=name)
        other = others.exclude(pk=self.instance.pk).first()
        if other is not None:
            raise ValidationError(
                _("There is an account «%(name)s» already: the two would be taken for one person.")
                % {"name": other.username}
            )
        return name

    def clean_roles(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["roles"]
        if why := roles.conflict(set(chosen)):
            raise ValidationError(why)
        return chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("roles") and not data.get("unit"):
            self.add_error("unit", _("Whoever has a role belongs to a unit."))
        return data


def locked() -> QuerySet[AccessAttempt]:
    """Failures that close sign-in to this name now, from some place: as axes counts them."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    tried = AccessAttempt.objects.filter(username=OuterRef("username"), attempt_time__gte=since)
    by_place = tried.values("ip_address").annotate(failures=Sum("failures_since_start"))
    return by_place.filter(failures__gte=settings.AXES_FAILURE_LIMIT).order_by()


class ByRole(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.name, role.label) for role in roles.ROLES]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class Dormant(admin.SimpleListFilter):
    title = gettext_lazy("use")
    parameter_name = "dormant"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Not used for long"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.dormant() if self.value() == "yes" else queryset


@admin.register(User)
class AccountAdmin(ScopedAdmin):
    audits_itself = True
    form = AccountForm
    change_form_template = "admin/civic/account_form.html"
    list_display = [
        "username",
        "name",
        "unit",
        "role_names",
        "state",
        "last_login",
        "second_factor",
    ]
    list_filter = [ByRole, Dormant, "is_active", "unit"]
    list_select_related = ["unit"]
    search_fields = ["username", "name"]
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["username", "name", "post", "unit"]}),
        (gettext_lazy("What they may do"), {"fields": ["roles", "is_active"]}),
        (gettext_lazy("Comfort"), {"fields": ["interface"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        phone = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        rows = super().get_queryset(request).prefetch_related("groups")
        return rows.defer("password").annotate(has_phone=Exists(phone), is_locked=Exists(locked()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits himself or herself, nor an account above one's own."""
        if obj is not None and (obj.pk == request.user.pk or obj.is_superuser):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are disabled: what they did must keep its author."""
        return False

    # List --------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user: User) -> str:
        held = {group.name for group in user.groups.all()}
        return "、".join(str(role.label) for role in roles.ROLES if role.name in held) or "—"

    @admin.display(description=gettext_lazy("Roles"))
    def roles(self, user: User) -> str:
        return self.role_names(user)

    @admin.display(description=gettext_lazy("state"), ordering="is_active")
    def state(self, user: User) -> str:
        if not user.is_active:
            return format_html('<span class="chip chip-archived">{}</span>', _("Disabled"))
        if user.is_locked:  # type: ignore[attr-defined]
            return format_html('<span class="chip chip-withdrawn">{}</span>', _("Locked out"))
        if user.is_dormant:
            return format_html('<span class="chip chip-withdrawn">{}</span>', _("Not used"))
        return format_html('<span class="chip chip-published">{}</span>', _("In use"))

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, user: User) -> bool:
        return bool(user.has_phone)  # type: ignore[attr-defined]

    # Saving ------------------------------------------------------------------------------------

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.one_time = obj.issue_password(by=request.user)
            audit.record("account.created", by=request.user, target=obj)
            return
        changed = [name for name in form.changed_data if name in WATCHED]
        obj.save(update_fields=changed) if changed else None
        if changed:
            audit.record("account.changed", by=request.user, target=obj, fields=changed)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        form.instance.give_roles(form.cleaned_data["roles"], by=request.user)
        if not form.cleaned_data["roles"]:
            text = _("%(who)s has no role now and can do nothing in the back office.")
            messages.warning(request, text % {"who": form.instance})

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        return self._password_page(request, obj, obj.one_time)

    # Acts on one account -----------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        acts = {
            "password": self.password_view,
            "unpair": self.unpair_view,
            "unlock": self.unlock_view,
        }
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"civic_user_{name}")
            for name, view in acts.items()
        ]
        return [*own, *super().get_urls()]

    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new one-time password, for who has forgotten theirs."""
        user = self._found(request, pk)
        if request.method == "POST":
            return self._password_page(request, user, user.issue_password(by=request.user))  # type: ignore[arg-type]
        return self._ask(
            request,
            user,
            _("New one-time password"),
            _("The present password ends at once, and so do all sessions of this person."),
        )

    def unpair_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forget a lost phone."""
        user = self._found(request, pk)
        if request.method == "POST":
            totp.reset(user, by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The second factor of %(who)s is reset.") % {"who": user})
            return redirect(self._address(user))
        return self._ask(
            request,
            user,
            _("Reset the second factor"),
            _("Make sure that it is this person who asks: see or call them first."),
        )

    def unlock_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open sign-in again before the fifteen minutes are over."""
        user = self._found(request, pk)
        if request.method == "POST":
            unlock(username=user.username)
            audit.record("signin.unlocked", by=request.user, target=user)  # type: ignore[arg-type]
            messages.success(request, _("%(who)s can sign in again.") % {"who": user})
            return redirect(self._address(user))
        return self._ask(
            request,
            user,
            _("Unlock sign-in"),
            _("Sign-in was closed because it failed too often. Open it again now."),
        )

    def _found(self, request: HttpRequest, pk: int) -> User:
        user: User | None = self.get_object(request, str(pk))
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied(_("You may not change this account."))
        return user

    @staticmethod
    def _address(user: User) -> str:
        return reverse("admin:civic_user_change", args=[user.pk])

    def _ask(self, request: HttpRequest, user: User, act: str, advice: str) -> HttpResponse:
        context = {"title": act, "advice": advice}
        return self._page(request, user, "account_act", context)

    def _password_page(self, request: HttpRequest, user: User, password: str) -> HttpResponse:
        context = {"title": _("One-time password"), "password": password}
        return self._page(request, user, "one_time_password", context)

    def _page(
        self, request: HttpRequest, user: User, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": user,
            "back_url": self._address(user),
            **context,
        }
        return TemplateResponse(request, f"admin/civic/{template}.html", context)

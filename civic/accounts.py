"""Accounts: the people who sign in, and the passwords they used before."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from civic import audit
from civic.scope import ScopedQuerySet
from civic.units import Unit

if TYPE_CHECKING:
    from civic.roles import Role, Scope


class UserQuerySet(ScopedQuerySet["User"]):
    def named(self, username: str) -> User | None:
        return self.filter(username=username).first()

    def dormant(self) -> Self:
        """May sign in, but has not for DORMANT_DAYS: to be disabled (GB/T 22239-2019, 8.1.4.2)."""
        since = timezone.now() - timedelta(days=settings.DORMANT_DAYS)
        never = models.Q(last_login=None, date_joined__lt=since)
        return self.filter(models.Q(last_login__lt=since) | never, is_active=True)


class CivicUserManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's user manager over our scoped queryset."""


class User(AbstractUser):
    """A person who signs in; belongs to a unit and has roles (groups of civic/roles.py)."""

    class Interface(models.TextChoices):
        OFFICE = "", _("As the site")
        CHINESE = "zh-hans", _("Chinese")
        ENGLISH = "en", _("English")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(pgettext_lazy("person", "name"), max_length=40)
    post = models.CharField(_("post"), max_length=60, blank=True)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
    )
    interface = models.CharField(
        _("language of the back office"),
        max_length=10,
        choices=Interface.choices,
        blank=True,
        default=Interface.OFFICE,
    )
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    password_changed_at = models.DateTimeField(
        _("password changed"), default=timezone.now, editable=False
    )

    objects = CivicUserManager()  # type: ignore[misc]

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def role_list(self) -> list[Role]:
        """The declared roles this person has, in the order of civic/roles.py."""
        from civic import roles

        names = set(self.groups.values_list("name", flat=True))
        return [role for role in roles.ROLES if role.name in names]

    @cached_property
    def scope(self) -> Scope:
        """The widest scope any of the person's roles gives; a superuser sees all."""
        from civic.roles import Scope

        if self.is_superuser:
            return Scope.ALL
        return max((role.scope for role in self.role_list), default=Scope.NONE)

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Remember each new password hash, so that it is not used again too soon."""
        super().save(*args, **kwargs)
        if self.has_usable_password():
            PasswordRecord.objects.get_or_create(user=self, encoded=self.password)

    @property
    def is_dormant(self) -> bool:
        """The same rule as `UserQuerySet.dormant`; a test holds the two together."""
        since = timezone.now() - timedelta(days=settings.DORMANT_DAYS)
        return self.is_active and (self.last_login or self.date_joined) < since

    @transaction.atomic
    def give_roles(self, names: Iterable[str], *, by: User) -> None:
        """Exactly these roles; ValidationError when they exclude each other, or for oneself."""
        from civic import roles

        wanted = set(names)
        if by.pk == self.pk:
            raise ValidationError(gettext("Nobody gives roles to himself or herself."))
        if why := roles.conflict(wanted):
            raise ValidationError(why)
        groups = Group.objects.filter(name__in=wanted & roles.BY_NAME.keys())
        before = set(self.groups.values_list("name", flat=True))
        self.groups.set(groups)
        self.__dict__.pop("role_list", None)
        self.__dict__.pop("scope", None)
        is_staff = bool(wanted) or self.is_superuser
        if is_staff != self.is_staff:
            self.is_staff = is_staff
            User.objects.filter(pk=self.pk).update(is_staff=is_staff)
        if before != wanted:
            audit.record(
                "roles.changed",
                by=by,
                target=self,
                added=sorted(wanted - before),
                removed=sorted(before - wanted),
            )

    @transaction.atomic
    def issue_password(self, *, by: User) -> str:
        """A one-time password, told once; its owner must choose another at the first sign-in."""
        password = one_time_password()
        self.set_password(password)
        self.must_change_password = True
        self.save()
        audit.record("password.issued", by=by, target=self)
        return password

    def used_before(self, raw_password: str, last: int) -> bool:
        records = self.password_records.order_by("-pk")[:last]
        return any(check_password(raw_password, record.encoded) for record in records)


def one_time_password() -> str:
    """Random, within the rules, without letters that are read for another."""
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    while True:
        text = "-".join("".join(secrets.choice(letters) for _n in range(4)) for _m in range(3))
        tests = (str.islower, str.isupper, str.isdigit)
        if all(any(test(character) for character in text) for test in tests):
            return text


class PasswordRecord(models.Model):
    """The hash of a password a person had, kept only to refuse its return."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_records")
    encoded = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("password record")
        verbose_name_plural = _("password records")
        constraints = [
            models.UniqueConstraint(fields=["user", "encoded"], name="password_record_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"

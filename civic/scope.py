"""Scope: which rows a person may see, by unit and region. One rule for every list and side view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from civic.accounts import User

M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that knows who may see its rows.

    `unit_lookup` and `region_lookup` are the paths from the model to its unit and region: ""
    means the model itself, None that it has none. Rows without unit belong to the office.
    """

    unit_lookup: ClassVar[str | None] = "unit"
    region_lookup: ClassVar[str | None] = "unit__region"

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The rows in the user's scope (`civic.roles.Scope`); none for a visitor."""
        from civic.roles import Scope

        if not user.is_authenticated or not user.is_active:
            return self.none()
        scope = user.scope
        if scope is Scope.ALL:
            return self
        unit = user.unit
        if unit is None or scope is Scope.NONE:
            return self.none()
        if scope is Scope.REGION and self.region_lookup is not None:
            return self.filter(**self._under(self.region_lookup, unit.region.path))
        if self.unit_lookup is not None:
            return self.filter(**{self.unit_lookup or "pk": unit.pk})
        return self.filter(**{(self.region_lookup or "pk"): unit.region_id})

    @staticmethod
    def _under(lookup: str, path: str) -> dict[str, Any]:
        return {f"{lookup}__path__startswith" if lookup else "path__startswith": path}

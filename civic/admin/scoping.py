"""Scope in the side views of the admin: fields, filters, lookups, confirmations."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.db import models, router
from django.http import HttpRequest
from django.utils.text import capfirst

# What may follow the name of a filter in the address: what Django's own filters write.
_SUFFIXES = {"", "exact", "id__exact", "pk__exact", "isnull", "gte", "lt", "lte", "in"}


def visible(rows: models.QuerySet[Any], request: HttpRequest) -> models.QuerySet[Any]:
    """The rows in the person's scope, where their model knows of scope."""
    narrow = getattr(rows, "visible_to", None)
    return narrow(request.user) if narrow else rows


class ScopedFields:
    """For admins and inlines: a field that points at rows offers, and takes, only visible ones."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(  # type: ignore[misc]
            db_field, request, **self._narrowed(db_field, request, kwargs)
        )

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(  # type: ignore[misc]
            db_field, request, **self._narrowed(db_field, request, kwargs)
        )

    @staticmethod
    def _narrowed(db_field: Any, request: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
        rows = kwargs.get("queryset")
        if rows is None:
            rows = db_field.remote_field.model._default_manager.all()
        return {**kwargs, "queryset": visible(rows, request)}


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by another model whose choices are rows in scope, not all there are."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        rows = visible(field.remote_field.model._default_manager.all(), request)
        return field.get_choices(
            include_blank=False,
            ordering=self.field_admin_ordering(field, request, model_admin),
            limit_choices_to={"pk__in": rows.order_by().values("pk")},
        )


class ScopedSideViews:
    """For admins: what filters, addresses and confirmations may say."""

    view_on_site: Any = False  # Django's short-cut would tell the address of any row to any staff
    show_facets = admin.ShowFacets.NEVER

    model: Any
    opts: Any

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Filters by another model are narrowed, whoever declared them."""
        return [self._narrow(item) for item in super().get_list_filter(request)]  # type: ignore[misc]

    def _narrow(self, item: Any) -> Any:
        if not isinstance(item, str) or "__" in item:
            return item
        field = self.model._meta.get_field(item)
        return (item, ScopedRelatedFilter) if field.remote_field else item

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Only the filters the list offers: no column is to be guessed letter by letter."""
        fields = {field.name for field in self.model._meta.get_fields()} | {"pk"}
        if lookup.split("__")[0] not in fields:
            return True  # not a column at all: the list says so itself
        for item in self.get_list_filter(request):
            name = getattr(item, "parameter_name", None) or (
                item[0] if isinstance(item, list | tuple) else item
            )
            if lookup == name or (
                isinstance(name, str)
                and lookup.startswith(f"{name}__")
                and lookup.removeprefix(f"{name}__") in _SUFFIXES
            ):
                return True
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes and what keeps it, as counts: what hangs on it may be another unit's."""
        rows = list(objs)
        if not rows:
            return [], {}, set(), []
        collector = NestedObjects(using=router.db_for_write(self.model), origin=rows)
        collector.collect(rows)
        found_rows: dict[Any, Any] = dict(collector.model_objs)
        count = {kind._meta.verbose_name_plural: len(found) for kind, found in found_rows.items()}
        protected_rows: set[Any] = set(collector.protected)
        holding = Counter(type(row)._meta.verbose_name_plural for row in protected_rows)
        protected = [f"{capfirst(str(name))}: {number}" for name, number in holding.items()]
        return [str(row) for row in rows], count, self._not_deletable(rows, request), protected

    def _not_deletable(self, rows: list[Any], request: HttpRequest) -> set[str]:
        if all(self.has_delete_permission(request, row) for row in rows):  # type: ignore[attr-defined]
            return set()
        return {str(self.opts.verbose_name)}

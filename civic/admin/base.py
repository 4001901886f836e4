"""The one admin base class: rows in scope only, in lists and in every side view."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest


class ScopedAdmin(admin.ModelAdmin[Any]):
    """A ModelAdmin that shows and changes only rows of `visible_to(request.user)`."""

    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

"""The tag that lays the desk on the admin's index."""

from __future__ import annotations

from typing import Any

from django import template

from civic import desk

register = template.Library()


@register.simple_tag
def desk_of(user: Any) -> desk.Desk:
    return desk.of(user)

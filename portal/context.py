"""What every public page knows: who runs the site, the menu, how the reader wants it shown."""

from typing import Any

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {}

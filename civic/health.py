"""Health: whether the site can work, for whoever watches it. Says nothing more."""

from __future__ import annotations

from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when not; a cache that is away is only told."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = True
    except Error:
        database = False
    cache.set("civic.health", 1, 10)
    state = {"database": database, "cache": cache.get("civic.health") == 1}
    return JsonResponse(state, status=200 if database else 503)

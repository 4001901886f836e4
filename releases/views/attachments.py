"""Files to take away: only of what the public may read now, or for staff who may read it."""

from __future__ import annotations

import logging
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from releases.models import Attachment, Release

log = logging.getLogger(__name__)
KEPT = 300  # seconds a cache may keep a public file


@require_safe
def attachment(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file as a download, never as a page. An outdated release hands its forms out no more."""
    rows = Attachment.objects.filter(key=key).select_related("release")
    public = rows.filter(release__in=Release.objects.live().originals().values("pk")).first()
    found = public or _for_staff(request, rows.first())
    if found is None:
        raise Http404
    etag = f'"{found.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _file(found)
    response["ETag"] = etag
    response["Cache-Control"] = _cache_control(found.release) if public else "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": [""]}  # type: ignore[attr-defined]
    return response


def _file(found: Attachment) -> FileResponse:
    try:
        opened = found.file.open("rb")
    except FileNotFoundError as error:
        log.error("attachment missing in storage", extra={"attachment": found.pk})
        raise Http404 from error
    return FileResponse(
        opened, as_attachment=True, filename=found.file_name, content_type=found.media_type
    )


def _cache_control(release: Release) -> str:
    """A cache keeps it no longer than the public may have it."""
    left = float(KEPT)
    if release.expire_at is not None:
        left = min(left, (release.expire_at - timezone.now()).total_seconds())
    return f"public, max-age={max(0, int(left))}"


def _for_staff(request: HttpRequest, found: Attachment | None) -> Attachment | None:
    user = request.user
    if found is None or not (user.is_authenticated and user.is_staff):
        return None
    if not user.has_perm("releases.view_release"):
        return None
    visible = Release.objects.visible_to(user).filter(pk=found.release_id)
    return found if visible.exists() else None

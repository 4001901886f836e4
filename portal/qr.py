"""QR codes of our own pages, so that a reader can take one along on a phone."""

from __future__ import annotations

import io
import re

import segno
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

# Paths alone: no query, no fragment, nothing that leads elsewhere.
_PATH = re.compile(r"/(?!/)[A-Za-z0-9/_.~%-]{0,300}")


@require_safe
def qr(request: HttpRequest) -> HttpResponse:
    """/qr.svg?path=/releases/… as SVG; the address in it begins with SITE_ORIGIN."""
    path = request.GET.get("path", "")
    if not _PATH.fullmatch(path):
        raise BadRequest("QR codes are made of paths of this site.")
    out = io.BytesIO()
    code = segno.make_qr(settings.SITE_ORIGIN + path, error="m")
    code.save(out, kind="svg", scale=4, border=2, dark="#1d2329", light="#fff", xmldecl=False)
    response = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response

"""Views of the ground floor: pictures, the editor's upload, refusals in words."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civic import carry, pictures, refusals
from civic.pictures import Picture


@require_safe
def picture(request: HttpRequest, key: UUID, size: str) -> HttpResponseBase:
    """A picture, if the public may see it now or this person may; 404 otherwise."""
    public = Picture.objects.filter(key=key).public().first()
    found = public or _for_staff(request, key)
    if found is None:
        raise Http404
    stored = found.large if size == "large" else found.small
    etag = f'"{found.sha256[:32]}-{size}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        try:
            response = FileResponse(stored.open("rb"), content_type="image/webp")
        except FileNotFoundError as error:
            raise Http404 from error
    response["ETag"] = etag
    response["Last-Modified"] = http_date(found.uploaded_at.timestamp())
    response["Cache-Control"] = "public, max-age=300" if public else "private, no-store"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": [""]}  # type: ignore[attr-defined]
    return response


def _for_staff(request: HttpRequest, key: UUID) -> Picture | None:
    user = request.user
    if not (user.is_authenticated and user.is_staff and user.has_perm("civic.view_picture")):
        return None
    return Picture.objects.visible_to(user).filter(key=key).first()


@require_POST
def editor_upload(request: HttpRequest) -> JsonResponse:
    """The editor's picture upload; answers in CKEditor's words. CSRF and the right are demanded."""
    user = request.user
    if not (user.is_authenticated and user.is_staff):
        return _editor_refusal(
            _("You are signed out. Sign in again in another tab; your text stays here."), 401
        )
    if not user.has_perm("civic.add_picture"):
        raise PermissionDenied(_("Your role does not include adding pictures."))
    upload = request.FILES.get("upload")
    if upload is None:
        return _editor_refusal(_("Choose a picture first."))
    try:
        stored = pictures.store(
            data=upload.read(),
            name=upload.name or "",
            by=request.user,  # type: ignore[arg-type]
        )
    except ValidationError as error:
        return _editor_refusal(" ".join(error.messages))
    return JsonResponse({"uploaded": 1, "fileName": stored.name, "url": stored.large_url})


def _editor_refusal(message: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"uploaded": 0, "error": {"message": message}}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came from an old page of ours: give back what was typed. A stranger's is refused."""
    carried = carry.of(request) if carry.is_from_here(request) else None
    if carried and request.path.startswith(reverse("admin:index")):
        if request.user.is_authenticated:
            return carry.save_again(request, carried, status=403)
        if request.path != reverse("admin:login"):
            return carry.sign_in_again(request, carried, status=403)
    return refusals.page(
        request,
        403,
        _("This page had grown old"),
        _("Nothing was saved. Open the page anew and send the form again."),
        carried=carried if carried and carried.path != reverse("admin:login") else None,
    )


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon where browsers look for it by habit."""
    return redirect(static("img/favicon.svg"))

"""The doors of the editor to the figures: the picker's, and the one that finds uncited numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civic import picker, uncited
from civic.figures import FigureFailed, Params, UnknownFigure

View = Callable[[HttpRequest], dict[str, Any]]


def door(view: View) -> Callable[[HttpRequest], JsonResponse]:
    """Answers in data: 401 signed out, 403 without the right, 400 and 503 in words."""

    @wraps(view)
    def answer(request: HttpRequest) -> JsonResponse:
        if not (request.user.is_authenticated and request.user.is_staff):
            said = _("You are signed out. Sign in again in another tab; your text stays here.")
            return JsonResponse({"error": said}, status=401)
        if not picker.may_cite(request.user):
            said = _("Your role does not include writing texts.")
            return JsonResponse({"error": said}, status=403)
        try:
            return JsonResponse(view(request))
        except ValidationError as refusal:
            return JsonResponse({"error": " ".join(refusal.messages)}, status=400)
        except UnknownFigure as refusal:
            return JsonResponse({"error": str(refusal)}, status=400)
        except FigureFailed as failure:
            return JsonResponse({"error": str(failure)}, status=503)

    return answer


@require_safe
@door
def figure_picker(request: Any) -> dict[str, Any]:
    """`?q=` searches; `?figure=&period=&region=&group=&qualifier=` tells all about one."""
    asked = {name: text.replace("\x00", "")[:200] for name, text in request.GET.items()}
    name = asked.get("figure", "")
    if not name:
        return {"figures": picker.search(asked.get("q", ""), request.user)}
    narrowed = (asked.get(part, "") for part in ("period", "region", "group"))
    return picker.described(name, Params.of(*narrowed), asked.get("qualifier"), request.user)


@require_POST
@door
def uncited_numbers(request: Any) -> dict[str, Any]:
    """`{"day": "2020-11-20", "texts": [{"field": "id_body", "markup": "…"}…]}`."""
    try:
        sent = json.loads(request.body)
    except ValueError as error:  # no JSON, or no UTF-8
        raise ValidationError(_("The text did not arrive. Try again.")) from error
    return {"numbers": uncited.look(*uncited.asked(sent), request.user)}

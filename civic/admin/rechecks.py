"""Recheck by day: a button in the back office that checks all cited numbers now."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from civic import clock


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin it, and lead to the page of the job; to the one under way, if there is one."""
    user: Any = request.user
    if not clock.may_start(user):
        raise PermissionDenied(_("You have no right to do this."))
    return HttpResponseRedirect(clock.start(by=user).get_admin_url())


def url_for(user: Any) -> str:
    """ "" for who may not begin it."""
    return reverse("admin:figures_recheck") if clock.may_start(user) else ""

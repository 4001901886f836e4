"""Releases as a ledger: the columns of the export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civic.admin.publishing import state_of
from civic.exports import Column, Kind
from civic.publishing import Status

if TYPE_CHECKING:
    from releases.models import Release


def reviewers(release: Release) -> str:
    """«初审 示例甲、复审 示例乙»: who approved the text that stands."""
    labels = dict(Status.choices)
    return "、".join(
        f"{labels.get(row['stage'], '')} {row['name']}".strip() for row in release.imprint
    )


def address(release: Release) -> str:
    """Where readers find it; empty before the first publication."""
    if release.first_published_at is None:
        return ""
    return settings.SITE_ORIGIN + release.get_absolute_url()


COLUMNS = (
    Column(_("Title"), "title"),
    Column(_("Kind"), "kind"),
    Column(_("Channel"), "channel__name"),
    Column(_("Unit"), "unit__name"),
    Column(_("Status"), lambda release: str(state_of(release)[1])),
    Column(_("Time of publication"), "publish_at", Kind.DATETIME),
    Column(_("Time of expiry"), "expire_at", Kind.DATETIME),
    Column(_("Source"), "source_name"),
    Column(_("Source link"), "source_url"),
    Column(_("Written by"), "writer"),
    Column(_("Entered by"), "created_by__name"),
    Column(_("Reviewed by"), reviewers),
    Column(_("Web address"), address),
)

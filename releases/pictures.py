"""Which pictures the public may see: those that published releases and open topics show."""

from __future__ import annotations

from typing import Any

from django.db import models

from releases.models import Release, Topic


def shown_by_live_releases(pictures: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Lead pictures, galleries and pictures in the text of what is live now; covers of topics."""
    live = Release.objects.live().values("pk")
    return pictures.filter(
        models.Q(cover_of__in=live)
        | models.Q(gallery_rows__release__in=live)
        | models.Q(shown_in__in=live)
        | models.Q(topics__in=Topic.objects.open().values("pk"))
    )

"""Which pictures the public may see: those that published releases and open topics show."""

from __future__ import annotations

from typing import Any

from django.db import models

from civic.publishing import REVIEW_STAGES, Status
from releases.honors import HonorAward
from releases.models import Release, ReleasePicture, Topic
from releases.timeline import TimelineEvent


def shown_by_live_releases(pictures: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Lead pictures, galleries and pictures in the text of what is live now; covers of topics.

    An outdated text keeps its page, and so its pictures. Nothing is joined: each picture asked
    for is looked up by an index, however many there are.
    """
    texts = Release.objects.live().originals() | Release.objects.outdated().originals()
    this, shown = models.OuterRef("pk"), texts.values("pk")
    in_text = Release.body_pictures.through.objects.filter(picture_id=this, release_id__in=shown)
    return pictures.filter(
        models.Exists(texts.filter(cover=this))
        | models.Exists(ReleasePicture.objects.filter(picture=this, release__in=shown))
        | models.Exists(in_text)
        | models.Exists(Topic.objects.open().filter(cover=this))
    )


def settled_by_releases(pictures: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Lead pictures and galleries of texts in review, approved, published or kept as outdated.

    In the text itself a picture has the words that stand there, whatever the picture's own are.
    """
    passed = (*REVIEW_STAGES, Status.APPROVED, Status.PUBLISHED)
    texts = Release.objects.filter(status__in=passed) | Release.objects.outdated()
    this = models.OuterRef("pk")
    return pictures.filter(
        models.Exists(texts.filter(cover=this))
        | models.Exists(ReleasePicture.objects.filter(picture=this, release__in=texts.values("pk")))
    )


def shown_by_honors(pictures: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Pictures of public events, plaques of public titles. A proof of an adoption is not shown."""
    this = models.OuterRef("pk")
    return pictures.filter(
        models.Exists(TimelineEvent.objects.live().filter(picture=this))
        | models.Exists(HonorAward.objects.live().filter(plaque=this))
    )

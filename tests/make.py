"""Plain makers of test rows: typed, deterministic, one a noun. Call them, do not inherit."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from civic.accounts import User
from civic.pictures import Picture, store
from civic.publishing import Status
from civic.units import Region, Unit
from releases.models import Answer, Attachment, Channel, Question, Release, Speaker, Topic

PASSWORD = "Fine-Weather-2026"
_numbers = count(1)


def number() -> int:
    return next(_numbers)


def region(name: str = "示例市", parent: Region | None = None, **extra: Any) -> Region:
    levels = list(Region.Level.values)
    level = levels[levels.index(parent.level) + 1] if parent else Region.Level.CITY
    fields = {"code": f"R{number():05d}", "name": name, "level": level, "parent": parent}
    return Region.objects.create(**{**fields, **extra})


def unit(name: str | None = None, **extra: Any) -> Unit:
    n = number()
    fields: dict[str, Any] = {
        "code": f"U{n:05d}",
        "name": name or f"示例单位{n}",
        "kind": Unit.Kind.DEPARTMENT,
        "tier": Unit.Tier.MUNICIPAL,
    }
    fields |= extra
    if "region" not in fields:
        fields["region"] = Region.objects.roots().first() or region()
    return Unit.objects.create(**fields)


def user(*roles: str, **extra: Any) -> User:
    """A person with these roles (names of civic/roles.py); staff unless said otherwise."""
    n = number()
    fields: dict[str, Any] = {"username": f"user{n}", "name": f"示例{n}", "is_staff": True}
    fields |= extra
    if "unit" not in fields:
        fields["unit"] = Unit.objects.first() or unit()
    person = User(**fields)
    person.set_password(PASSWORD)
    person.save()
    person.groups.set(Group.objects.filter(name__in=roles))
    assert person.groups.count() == len(roles), f"unknown role in {roles}"
    return person


def channel(name: str | None = None, **extra: Any) -> Channel:
    n = number()
    fields = {
        "name": name or f"栏目{n}",
        "slug": f"channel-{n}",
        "description": "示例栏目",
        "keywords": "示例",
    }
    return Channel.objects.create(**{**fields, **extra})


def topic(title: str = "专题", **extra: Any) -> Topic:
    fields = {"title": title, "slug": f"topic-{number()}", "summary": "示例专题", "is_open": True}
    return Topic.objects.create(**{**fields, **extra})


def release(title: str = "示例新闻", **extra: Any) -> Release:
    """A draft, unless `status` says otherwise."""
    fields: dict[str, Any] = {"title": title, "body": "<p>正文。</p>"}
    fields |= extra
    fields.setdefault("channel", None)
    fields["channel"] = fields["channel"] or Channel.objects.first() or channel()
    fields.setdefault("unit", None)
    fields["unit"] = fields["unit"] or Unit.objects.first() or unit()
    return Release.objects.create(**fields)


def live_release(title: str = "已经发布", at: datetime | None = None, **extra: Any) -> Release:
    """A release the public sees, published a minute ago unless `at` says otherwise."""
    when = at or timezone.now() - timedelta(minutes=1)
    return release(
        title, status=Status.PUBLISHED, publish_at=when, first_published_at=when, **extra
    )


def picture(alt: str = "示例图片", **extra: Any) -> Picture:
    """A stored picture with its two files, each of another colour."""
    n = number()
    out = io.BytesIO()
    Image.new("RGB", (12, 8), (n % 256, n // 256 % 256, 90)).save(out, "PNG")
    return store(data=out.getvalue(), name=f"picture{n}.png", by=None, alt=alt, **extra)


def attachment(
    release: Release, name: str = "附件.txt", data: bytes = "附件".encode()
) -> Attachment:
    return Attachment.objects.create(
        release=release, file=SimpleUploadedFile(name, data), order=number()
    )


def speaker(release: Release, name: str = "示例甲", post: str = "主任", **extra: Any) -> Speaker:
    fields = {"release": release, "name": name, "post": post, "order": number(), **extra}
    return Speaker.objects.create(**fields)


def question(
    release: Release, text: str = "示例问题？", *answers: tuple[str, str, str], **extra: Any
) -> Question:
    """With its answers in order: (name, post, body)."""
    fields = {"release": release, "text": text, "outlet": "示例日报", "order": number(), **extra}
    asked = Question.objects.create(**fields)
    for order, (name, post, body) in enumerate(answers):
        Answer.objects.create(question=asked, order=order, name=name, post=post, body=body)
    return asked


def conference(title: str = "示例发布会", at: datetime | None = None, **extra: Any) -> Release:
    """A live press conference, without its speakers and questions."""
    return live_release(title, at, kind=Release.Kind.CONFERENCE, **extra)

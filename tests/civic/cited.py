"""Texts that cite two figures of the tests, `test_units` and `test_others` (conftest.counted)."""

from datetime import timedelta

from django.utils import timezone

from civic import citations
from civic.citations import Citation
from civic.publishing import Status
from tests import make

OLD = {"historical": "1", "as_of": "2020-11-20"}


def units(count, start="F"):
    for _ in range(count):
        make.unit(code=f"{start}{make.number():05d}")


def cite(text, figure="test_units", **given):
    """The span the editor writes."""
    names = {"as_of": "as-of"}
    attributes = "".join(
        f' data-{names.get(name, name)}="{value}"' for name, value in given.items()
    )
    return f'<span class="cite" data-figure="{figure}"{attributes}>{text}</span>'


def text_with(*spans):
    return f"<p>开头一句。全市有{'，还有'.join(spans)}。最后一句。</p>"


def states(release):
    return [row.state for row in Citation.objects.of(release)]


def held_once(text, count=2, **extra):
    """A text whose number held, until one row more came."""
    units(count)
    release = make.release(body=text, **extra)
    citations.check(release)
    units(1)
    citations.check(release)
    return release


def scheduled(minutes, body):
    when = timezone.now() + timedelta(minutes=minutes)
    return make.release(
        body=body, status=Status.PUBLISHED, publish_at=when, first_published_at=when
    )

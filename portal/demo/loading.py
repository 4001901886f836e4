"""Loading the demo town: everything is made in the order in which an office would make it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from civic import audit, roles, search
from civic.accounts import User
from civic.pictures import Picture
from civic.units import Region, Unit
from portal.demo import columns, honors, media, people, pictures, sheets, stages, town
from portal.demo.conference import GREAT
from portal.demo.culture import CULTURE
from portal.demo.life import LIFE
from portal.demo.news import NEWS
from portal.demo.notices import CONFERENCES, NOTICES
from portal.demo.pending import PENDING
from portal.demo.texts import Conference, Drawn, Text
from portal.demo.writing import (
    Draw,
    House,
    ask,
    attach,
    illustrate,
    publish,
    seat,
    tell_numbers,
    write,
)
from releases.models import Channel, RelatedReading, Release

LOADED = "demo.loaded"
RELATED = (
    "第九次模拟测评结束，问题清单三日内交办",
    "注册志愿者突破三十五万，一半以上在四十岁以下",
    "市政府新闻办召开“志愿服务这五年”新闻发布会",
)
TEXTS = (*NEWS, *LIFE, *CULTURE, *NOTICES)


def is_loaded() -> bool:
    """The audit log remembers, whatever was renamed or withdrawn since."""
    return audit.AuditEvent.objects.filter(act=LOADED).exists()


def is_empty() -> bool:
    """Nobody works here yet. The demo never comes among real rows."""
    return not any(model._default_manager.exists() for model in (User, Region, Unit, Channel))


def load(*, password: str, draw: Draw = pictures.draw) -> int:
    """Make the town, in one transaction; returns how many releases it has.

    Pictures are drawn before, so that the database is not held while pixels are counted.
    """
    house = House(draw=draw, now=timezone.now())
    for one in wanted_pictures():
        house.look(one)
    with transaction.atomic():
        settle(house, password)
        for text in sorted(TEXTS, key=lambda text: -text.days):
            tell(house, text)
        for conference in sorted(CONFERENCES, key=lambda one: -one.text.days):
            confer(house, conference)
        for pending in PENDING:
            stages.bring(house, pending)
        stages.correct(house)
        great = confer(house, GREAT, sheets.figures())
        relate(house, great)
        honors.link(great)
        search.rebuild()
        count = Release.objects.originals().count()
        audit.record(LOADED, by=None, actor="load_demo", releases=count)
    return count


def wanted_pictures() -> Iterator[Drawn]:
    texts = [*TEXTS, *(one.text for one in (*CONFERENCES, GREAT))]
    for text in [*texts, *(one.text for one in PENDING)]:
        if text.picture:
            yield text.picture
        yield from text.gallery
    yield from columns.COVERS.values()


def settle(house: House, password: str) -> None:
    """Places, bodies, columns and people, before the first text is written."""
    roles.apply()
    house.units = town.make_units(town.make_regions())
    town.make_settings()
    house.channels = columns.make_channels(house.units)
    house.topics = columns.make_topics()
    house.people = people.make_people(house.units, password)
    media.make_media(house.units, house.people["editor"])
    honors.make_honors(house.people["staff"])
    for slug, cover in columns.COVERS.items():
        topic = house.topics[slug]
        topic.cover = illustrate(house, cover, house.people["staff"], house.units["wmb"])
        topic.save()


def tell(house: House, text: Text) -> Release:
    """An ordinary release: written, reviewed, published, and older than today."""
    release = write(house, text, house.author_of(text))
    if text.title in stages.WRONG_AT_FIRST:
        right, wrong = stages.WRONG_AT_FIRST[text.title]
        release.body = release.body.replace(right, wrong)
        release.summary = release.summary.replace(right, wrong)
        release.save()
    if text.title in sheets.BY_TITLE:
        attach(release, sheets.BY_TITLE[text.title]())
    publish(house, release, house.when(text), text.lasts)
    return release


def confer(house: House, one: Conference, sheet: sheets.Sheet | None = None) -> Release:
    """A press conference with its people, questions and answers."""
    author = house.people["editor"]
    release = write(house, one.text, author, Release.Kind.CONFERENCE)
    at = house.when(one.text)
    release.held_at = timezone.localtime(at).replace(hour=15, minute=0)
    release.venue, release.organizer = one.venue, one.organizer
    if one.inside:
        release.body = with_figure(
            release.body, illustrate(house, one.inside, author, release.unit)
        )
    release.save()
    seat(release, one.host, one.presenters)
    ask(release, one.questions)
    tell_numbers(release, one.numbers)
    if sheet:
        attach(release, sheet)
    publish(house, release, at)
    return release


def with_figure(body: str, picture: Picture) -> str:
    """The text with the picture before its second heading."""
    first, second, rest = body.split("<h2>", 2)
    figure = (
        f'<figure><img src="{picture.large_url}" alt="{picture.alt}" width="{picture.width}"'
        f' height="{picture.height}"><figcaption>推进会现场示意图</figcaption></figure>'
    )
    return f"{first}<h2>{second}{figure}<h2>{rest}"


def relate(house: House, release: Release) -> None:
    """The great press conference stays on top for a fortnight and leads on to three others."""
    release.pinned_until = house.now + timedelta(days=14)
    release.save()
    for order, title in enumerate(RELATED, start=1):
        RelatedReading.objects.create(
            release=release, to=Release.objects.get(title=title), order=order
        )

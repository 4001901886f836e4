"""How a demo release is made: written, illustrated, reviewed and published by the demo people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zlib import crc32

from django.core.files.base import ContentFile
from django.utils import timezone

from civic import pictures
from civic.accounts import User
from civic.pictures import Picture
from civic.stages import STAGE_RIGHT, Status
from civic.units import Unit
from portal.demo.sheets import Sheet
from portal.demo.texts import Drawn, Text, html
from releases.figureblocks import FigureBlock
from releases.models import (
    Answer,
    Attachment,
    Channel,
    Question,
    Release,
    ReleasePicture,
    Speaker,
    Topic,
)

Draw = Callable[[str, str, int], bytes]
CREDIT = "示例市文明网制图"

# Who reviews at which stage; the last one publishes too.
REVIEWERS = {Status.FIRST: "reviewer1", Status.SECOND: "reviewer2", Status.FINAL: "reviewer3"}
OPINIONS = {
    Status.FIRST: "事实和数字已与供稿单位核对。",
    Status.SECOND: "表述稳妥，同意。",
    Status.FINAL: "同意发布。",
}
# Who writes for these units; the editor writes for all others.
LIAISONS = {"csgl": "liaison", "hetang": "liaison2"}
OFFICIAL = ("notices", "policy")  # channels the office staff writes for


@dataclass
class House:
    """The town as it stands while releases are being made."""

    draw: Draw
    now: datetime
    units: dict[str, Unit] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    drawn: dict[Drawn, bytes] = field(default_factory=dict)

    def author_of(self, text: Text) -> User:
        official = "staff" if text.channel in OFFICIAL else "editor"
        return self.people[LIAISONS.get(text.unit, official)]

    def when(self, text: Text) -> datetime:
        """A moment of an office day, the same each time for the same text and day."""
        spread = crc32(text.title.encode())
        at = text.at or time(9 + spread % 9, spread // 9 % 60)
        day = timezone.localtime(self.now).date() - timedelta(days=text.days)
        return timezone.make_aware(datetime.combine(day, at))

    def look(self, one: Drawn) -> bytes:
        """The picture as a file; drawn once."""
        if one not in self.drawn:
            self.drawn[one] = self.draw(one.recipe, one.palette, crc32(one.alt.encode()))
        return self.drawn[one]


def write(house: House, text: Text, author: User, kind: str | None = None) -> Release:
    """A draft with its pictures and topics."""
    channel = house.channels[text.channel]
    if kind is None:
        is_notice = channel.type in (Channel.Type.NOTICE, Channel.Type.POLICY)
        kind = Release.Kind.NOTICE if is_notice else Release.Kind.NEWS
    unit = house.units[text.unit]
    release = Release(
        title=text.title,
        kind=kind,
        channel=channel,
        unit=unit,
        summary=text.summary,
        body=text.html,
        keywords=text.keywords,
        writer=text.writer,
        source_name=str(unit),
        cover=illustrate(house, text.picture, author, unit) if text.picture else None,
        created_by=author,
        edited_by=author,
    )
    release._history_user = author  # type: ignore[attr-defined]
    release.save()
    release.topics.set([house.topics[slug] for slug in text.topics])
    for order, one in enumerate(text.gallery, start=1):
        picture = illustrate(house, one, author, unit)
        ReleasePicture.objects.create(release=release, picture=picture, order=order)
    release.note_history()
    return release


def illustrate(house: House, one: Drawn, by: User, unit: Unit) -> Picture:
    return pictures.store(
        data=house.look(one),
        name=f"{one.recipe}-{one.palette}.png",
        by=by,
        unit=unit,
        alt=one.alt,
        credit=CREDIT,
    )


def seat(release: Release, host: tuple[str, str], presenters: Sequence[tuple[str, str]]) -> None:
    """Host and presenters of a press conference, in the order of the platform."""
    parts = [(Speaker.Role.HOST, host), *((Speaker.Role.PRESENTER, one) for one in presenters)]
    for order, (role, (name, post)) in enumerate(parts, start=1):
        Speaker.objects.create(release=release, role=role, name=name, post=post, order=order)


def ask(release: Release, questions: Sequence[tuple[str, str, str, str, str]]) -> None:
    """(outlet, reporter, question, answerer, answer) for each question."""
    speakers = {speaker.name: speaker for speaker in release.speakers.all()}
    for order, (outlet, reporter, words, name, answer) in enumerate(questions, start=1):
        question = Question.objects.create(
            release=release, order=order, outlet=outlet, reporter=reporter, text=words
        )
        Answer.objects.create(
            question=question,
            order=1,
            speaker=speakers[name],
            name=name,
            post=speakers[name].post,
            body=html(answer),
        )


def tell_numbers(release: Release, numbers: Sequence[tuple[str, str, str, str, str]]) -> None:
    """The large numbers, written from their rows."""
    for order, (label, figure, group, period, scale) in enumerate(numbers, start=1):
        block = FigureBlock(
            release=release,
            order=order,
            label=label,
            figure=figure,
            group=group,
            period=period,
            scale=scale,
        )
        block.clean()
        block.save()


def attach(release: Release, sheet: Sheet) -> None:
    file = ContentFile(sheet.data, sheet.name)
    Attachment.objects.create(release=release, title=sheet.title, file=file, order=1)


def review(house: House, release: Release, until: Status | None = None) -> None:
    """Submit, and pass the stages before `until`; all of them when it is None."""
    release.note_history()  # speakers and questions came after it was written
    author = release.created_by
    if author is None:
        raise ValueError(f"nobody wrote «{release}»")
    release.submit(by=author)
    while release.status in STAGE_RIGHT and release.status != until:
        stage = Status(release.status)
        release.approve(by=house.people[REVIEWERS[stage]], opinion=OPINIONS[stage])


def publish(house: House, release: Release, at: datetime, lasts: int | None = None) -> None:
    """Through all reviews to the public, and then back to the day it belongs to."""
    review(house, release)
    release.publish(by=house.people["reviewer3"])
    date_back(release, at, lasts)


def date_back(release: Release, at: datetime, lasts: int | None = None) -> None:
    """Make a release two years old: the one thing in the demo that no step of the office does.

    Only times of the release itself are set; its Review rows and audit events keep the time at
    which they were really written. The search index is made anew when all is loaded.
    """
    times = {
        "publish_at": at,
        "first_published_at": at,
        "expire_at": at + timedelta(days=lasts) if lasts else None,
        "created_at": at - timedelta(days=1),
        "updated_at": at,
    }
    Release.objects.filter(pk=release.pk).update(**times)
    for name, value in times.items():
        setattr(release, name, value)

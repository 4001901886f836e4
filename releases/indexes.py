"""The index of press conferences: who spoke, who answered, which outlets asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from pypinyin import lazy_pinyin

from releases.models import Answer, Question, Release, Speaker


def conferences() -> Any:
    """Live press conferences, the last held first; `day` is when it was held."""
    rows = Release.objects.live().originals().conferences()
    return rows.annotate(day=Coalesce("held_at", "publish_at")).order_by("-day", "-pk")


def conference_cards() -> Any:
    """With the people on the platform, and `asked`: how many questions there were."""
    asked = Question.objects.filter(release=OuterRef("pk")).order_by().values("release")
    count = Subquery(asked.annotate(n=Count("pk")).values("n"))
    rows = conferences().select_related("unit").defer("body").prefetch_related("speakers")
    return rows.annotate(asked=Coalesce(count, 0))


def public_answers() -> Any:
    live = Release.objects.live().originals().conferences().values("pk")
    return Answer.objects.filter(question__release__in=live).exclude(name="")


@dataclass
class Person:
    """A name in the index. Two people of one name share a page, which shows the posts."""

    name: str
    posts: list[str] = field(default_factory=list)
    conferences: set[int] = field(default_factory=set)
    answers: int = 0


def people() -> list[Person]:
    """Everyone who sat on a platform or answered, in the order of the alphabet."""
    found: dict[str, Person] = {}
    spoke = Speaker.objects.public().order_by("-release__publish_at", "pk")
    for name, post, release in spoke.values_list("name", "post", "release"):
        _note(found, name, post).conferences.add(release)
    answered = public_answers().order_by("-question__release__publish_at", "pk")
    for name, post, release in answered.values_list("name", "post", "question__release"):
        person = _note(found, name, post)
        person.conferences.add(release)
        person.answers += 1
    return sorted(found.values(), key=lambda one: (lazy_pinyin(one.name), one.name))


def _note(found: dict[str, Person], name: str, post: str) -> Person:
    person = found.setdefault(name, Person(name))
    if post and post not in person.posts:
        person.posts.append(post)
    return person


@dataclass
class Appearance:
    """One person at one conference: the posts named that day, and the questions answered."""

    release: Release
    posts: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def appearances(name: str) -> list[Appearance]:
    """All conferences this name was at, the last first. Three queries, however many."""
    spoke = list(Speaker.objects.public().filter(name=name))
    answered = list(public_answers().filter(name=name).select_related("question").defer("body"))
    at = {row.release_id for row in spoke} | {row.question.release_id for row in answered}
    found = {one.pk: Appearance(one) for one in conferences().defer("body").filter(pk__in=at)}
    for speaker in spoke:
        if speaker.release_id in found:
            there = found[speaker.release_id]
            _once(there.posts, speaker.post)
            _once(there.roles, speaker.get_role_display())
    for answer in answered:
        if answer.question.release_id in found:
            there = found[answer.question.release_id]
            _once(there.posts, answer.post)
            _once(there.questions, answer.question)
    for there in found.values():
        there.questions.sort(key=lambda question: (question.order, question.pk))
    return list(found.values())


def _once(known: list[Any], value: Any) -> None:
    if value and value not in known:
        known.append(value)


def outlets() -> Any:
    """Outlets that asked, those with the most questions first: name, count, last asked."""
    return (
        Question.objects.public()
        .exclude(outlet="")
        .values("outlet")
        .annotate(count=Count("pk"), last=Max("release__publish_at"))
        .order_by("-count", "outlet")
    )


def questions_of(outlet: str) -> Any:
    """What this outlet asked, the last first, with conference and answers."""
    rows = Question.objects.public().filter(outlet=outlet)
    answers = Prefetch("answers", Answer.objects.defer("body"))
    return (
        rows.select_related("release")
        .defer("release__body")
        .prefetch_related(answers)
        .order_by("-release__publish_at", "order", "pk")
    )

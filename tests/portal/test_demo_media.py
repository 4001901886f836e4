"""The demo's ledger adds up to what the great press conference says, and quickly."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest

from civic import cites, figures
from civic.declared import DeclaredFigure
from civic.figures import Params
from civic.wording import holds, read
from portal.demo import honors, media, town
from portal.demo.conference import BODY, QUESTIONS
from portal.demo.texts import html
from releases.honors import HonorAward
from releases.media import MediaAccount, MediaMetric, MediaPost
from releases.reach import Adoption
from releases.timeline import TimelineEvent
from tests import make

pytestmark = pytest.mark.django_db

PERIOD = "2020-01-01/2020-11-20"


@pytest.fixture
def ledgers():
    units = town.make_units(town.make_regions())
    by = make.user("editor", unit=units["wmb"])
    media.make_media(units, by)
    honors.make_honors(by)


def asked(name: str, group: str = "") -> Decimal | None:
    return figures.value(figures.get(name), Params.of(PERIOD, "", group)).number


def test_the_figures_are_those_the_city_announced(ledgers):
    found = {
        (name, group): asked(name, group)
        for name, group in [
            ("media_posts", "rmh"),
            ("media_reads", "rmh"),
            ("media_posts", "douyin"),
            ("media_topic_participation", ""),
            ("media_posts", "wenming"),
            ("media_adoptions", "central"),
            ("media_100k", "municipal"),
        ]
    }

    assert found == {
        ("media_posts", "rmh"): 152,
        ("media_reads", "rmh"): 536_520,
        ("media_posts", "douyin"): 128,
        ("media_topic_participation", ""): 9_841_260,
        ("media_posts", "wenming"): 1_011,
        ("media_adoptions", "central"): 66,
        ("media_100k", "municipal"): 6,
    }
    assert asked("media_highest_read", "rmh") == 31_042
    assert asked("media_highest_read", "douyin") == 247_930


def test_each_number_of_the_conference_that_cites_holds_of_its_rows(ledgers):
    markup = html(BODY) + "".join(html(answer) for *_question, answer in QUESTIONS)

    spans = cites.cited(markup)

    broken = []
    for span in spans:
        params = Params.of(span.period, span.region, span.group)
        said, found = read(span.text), figures.value(figures.get(span.figure), params).number
        if said is None or found is None or not holds(said, found):
            broken.append((span.text, found))
    assert broken == []
    assert [span.text for span in spans] == [
        *("152篇", "536520次", "3.1万次", "6篇", "128条", "24.8万次", "984.1万次"),
        *("1011篇", "66篇", "24个", "390多个", "104个"),
    ]
    assert [span.value for span in spans if span.figure == "media_highest_read"] == [
        "31000",
        "248000",
    ]


def test_posts_carry_what_their_metrics_say_and_none_is_of_a_day_before_it_appeared(ledgers):
    carried = {post.pk: (post.views, post.views_as_of) for post in MediaPost.objects.all()}

    latest: dict[int, tuple[int, date]] = {}
    for metric in MediaMetric.objects.views().order_by("as_of").select_related("post"):
        latest[metric.post_id] = (metric.number, metric.as_of)
        assert metric.as_of >= metric.post.published_on

    assert latest == carried
    assert min(views for views, _day in carried.values()) > 0


def test_the_adopting_outlets_and_their_proof(ledgers):
    in_period = Adoption.objects.adopted(media.FIRST, media.LAST)

    assert {row.outlet for row in in_period} == {"中国文明网", "学习强国", "精神文明报"}
    assert Adoption.objects.filter(url="").count() == 0


def test_eighteen_years_and_six_editions_with_what_became_of_the_title(ledgers):
    days = [event.day for event in TimelineEvent.objects.in_order()]

    assert (days[0].year, days[-1]) == (2002, date(2020, 11, 20))
    assert {day.year for day in days} == set(range(2002, 2021))
    ours = HonorAward.objects.filter(is_ours=True).order_by("edition__number")
    assert [(one.edition.number, one.status) for one in ours] == [
        (4, "nominee"),
        (5, "nominee"),
        (6, "awarded"),
    ]
    others = HonorAward.objects.exclude(is_ours=True).values_list("status", flat=True)
    assert sorted(others) == ["restored", "revoked", "suspended"]
    declared = DeclaredFigure.objects.order_by("number").values_list("number", "qualifier")
    assert list(declared) == [(24, ""), (104, ""), (390, "多")]


def test_it_is_the_same_each_time_and_made_within_seconds():
    units = town.make_units(town.make_regions())
    by = make.user("editor", unit=units["wmb"])

    def rows() -> list[tuple]:
        return list(MediaPost.objects.order_by("url").values_list("url", "title", "views"))

    began = time.process_time()
    media.make_media(units, by)
    took, first = time.process_time() - began, rows()
    for model in (MediaPost, Adoption, MediaAccount):
        model.objects.all().delete()
    media.MediaTopic.objects.all().delete()
    media.make_media(units, by)

    assert rows() == first
    assert took < 3

"""The timeline and the honours: what is public, in which order, and what it costs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from civic import figures, search
from civic.search import SearchEntry
from releases.honors import HonorAward, HonorEdition, HonorTitle
from releases.timeline import TimelineEvent
from tests import make

pytestmark = pytest.mark.django_db


def event(title: str, day: str = "2020-11-20", **extra) -> TimelineEvent:
    fields = {"is_public": True, **extra}
    return TimelineEvent.objects.create(title=title, day=date.fromisoformat(day), **fields)


def title(name: str = "示例文明城市", **extra) -> HonorTitle:
    fields = {"slug": f"title-{make.number()}", "level": "national", "awarded_by": "示例委员会"}
    return HonorTitle.objects.create(name=name, **fields | extra)


def award(edition: HonorEdition, city: str, status: str = "awarded", **extra) -> HonorAward:
    fields = {"status_on": date(2020, 11, 10), **extra}
    return HonorAward.objects.create(edition=edition, city=city, status=status, **fields)


# Timeline --------------------------------------------------------------------------------------


def test_the_timeline_runs_from_the_beginning_year_by_year(client):
    event("领奖", "2020-11-20")
    event("公布", "2020-11-10")
    event("提出目标", "2002-03-01", precision="month")
    event("尚未公开", "2010-01-01", is_public=False)

    page = client.get("/timeline/")

    years = [(year, [one.title for one in events]) for year, events in page.context["years"]]
    assert years == [(2002, ["提出目标"]), (2020, ["公布", "领奖"])]
    assert page.context["span"] == 18
    text = page.content.decode()
    assert "尚未公开" not in text
    assert '<time datetime="2002-03">2002年3月</time>' in text


def test_a_day_is_told_no_more_exactly_than_it_is_known():
    known = [event("甲", precision="day"), event("乙", precision="month")]
    known.append(event("丙", precision="year"))

    assert [one.when for one in known] == ["2020-11-20", "2020-11", "2020"]
    assert known[2].when_in_words == "2020年"


def test_an_event_leads_on_only_to_what_citizens_can_read(client):
    event("甲", release=make.live_release("可以读的"))
    event("乙", release=make.release("还是草稿"))
    later = timezone.now() + timedelta(days=1)
    event("丙", release=make.live_release("明天才有", at=later))

    text = client.get("/timeline/").content.decode()

    assert "可以读的" in text
    assert "还是草稿" not in text
    assert "明天才有" not in text


def test_pictures_of_public_events_and_titles_are_public_and_others_are_not(client):
    shown, hidden, plaque, kept = (make.picture(f"图{n}") for n in range(4))
    event("甲", picture=shown)
    event("乙", picture=hidden, is_public=False)
    award(HonorEdition.objects.create(title=title(), number=6), "示例市", plaque=plaque)
    closed = title("内部称号", is_public=False)
    award(HonorEdition.objects.create(title=closed, number=1), "示例市", plaque=kept)

    answers = [client.get(one.large_url) for one in (shown, hidden, plaque, kept)]
    for answer in answers:
        answer.close()

    assert [answer.status_code for answer in answers] == [200, 404, 200, 404]


def test_readers_find_an_event_until_it_is_taken_back():
    made = event("提出创建目标", text="老会堂里的动员大会")

    found = [entry.url for entry in search.find("老会堂")]
    made.is_public = False
    made.save()

    assert found == [f"/timeline/#event-{made.pk}"]
    assert list(search.find("老会堂")) == []
    made.delete()
    assert SearchEntry.objects.count() == 0


def test_the_index_made_anew_holds_public_events_and_titles():
    event("公开的步骤")
    event("没有公开", is_public=False)
    title("示例文明城市")
    title("内部称号", is_public=False)

    search.rebuild()

    found = SearchEntry.objects.order_by("title").values_list("title", flat=True)
    assert sorted(found) == sorted(["公开的步骤", "示例文明城市"])


def test_what_is_still_to_come_is_no_event():
    tomorrow = timezone.localdate() + timedelta(days=1)

    with pytest.raises(ValidationError):
        TimelineEvent(day=tomorrow, title="明天").full_clean()


# Honours ---------------------------------------------------------------------------------------


def test_honours_show_our_awards_first_and_who_lost_or_regained_the_title(client):
    shown = title("示例文明城市")
    first = HonorEdition.objects.create(title=shown, number=5)
    second = HonorEdition.objects.create(title=shown, number=6, list_date=date(2020, 11, 10))
    award(second, "示例乙市", "revoked", note="工作滑坡")
    award(second, "示例市", is_ours=True)
    award(second, "示例丙市", "awarded")
    award(first, "示例丁市", "restored")
    award(HonorEdition.objects.create(title=title("内部", is_public=False), number=1), "机密市")

    page = client.get("/honors/")

    (only,) = page.context["titles"]
    editions = [
        (one.number, one.lost, [found.city for found in one.awards.all()])
        for one in only.editions.all()
    ]
    assert editions == [(6, 1, ["示例市", "示例乙市"]), (5, 0, ["示例丁市"])]
    text = page.content.decode()
    assert "工作滑坡" in text
    assert "机密市" not in text
    assert "示例丙市" not in text


def test_each_city_stands_once_in_an_edition_and_dates_keep_their_order():
    edition = HonorEdition.objects.create(title=title(), number=6)
    award(edition, "示例市")

    with pytest.raises(IntegrityError), transaction.atomic():
        award(edition, "示例市", "revoked")
    with pytest.raises(IntegrityError), transaction.atomic():
        HonorEdition.objects.create(
            title=edition.title,
            number=7,
            list_date=date(2020, 11, 10),
            ceremony_date=date(2020, 11, 9),
        )


def test_titles_lost_are_a_figure_by_the_day_of_the_decision():
    edition = HonorEdition.objects.create(title=title(), number=5)
    award(edition, "示例乙市", "revoked", status_on=date(2020, 11, 10))
    award(edition, "示例丙市", "suspended", status_on=date(2018, 2, 1))
    award(edition, "示例丁市", "restored", status_on=date(2020, 1, 1))
    params = figures.Params.of("2020-01-01/2020-11-20")

    found = figures.value(figures.get("titles_lost"), params)

    assert (found.number, found.n) == (1, 1)


@pytest.mark.parametrize("count", [1, 30])
def test_the_pages_cost_the_same_queries(client, count, django_assert_num_queries):
    shown = title()
    for n in range(count):
        release = make.live_release(f"稿{n}")
        event(f"事{n}", picture=make.picture(), release=release)
        edition = HonorEdition.objects.create(title=shown, number=n + 1)
        award(edition, "示例市", is_ours=True, plaque=make.picture())
    for path in ("/timeline/", "/honors/"):
        client.get(path)

    with django_assert_num_queries(2):
        client.get("/timeline/")
    with django_assert_num_queries(3):
        client.get("/honors/")


@pytest.mark.parametrize(
    ("path", "words"), [("/timeline/", "将按年份列在这里"), ("/honors/", "称号会列在这里")]
)
def test_an_empty_page_says_what_will_be_there(client, path, words):
    page = client.get(path)

    assert page.status_code == 200
    assert words in page.content.decode()


def test_the_menu_leads_to_the_timeline_once_there_is_one(client):
    before = client.get("/releases/").content.decode()
    event("甲")
    cache.clear()

    after = client.get("/releases/").content.decode()
    assert ('href="/timeline/"' in before, 'href="/timeline/"' in after) == (False, True)


def test_both_pages_stand_in_the_site_maps(client):
    for path in ("/sitemap/", "/sitemap.xml"):
        text = client.get(path).content.decode()

        assert "/timeline/" in text
        assert "/honors/" in text

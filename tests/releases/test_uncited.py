"""Numbers that are not cited: found in the open text, each with the figures that have it."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from itertools import islice

import pytest
from django.utils import timezone

from civic.declared import DeclaredFigure
from civic.uncited import MOST_NUMBERS, loose
from civic.units import Unit
from releases.media import MediaAccount, MediaPost, Platform
from tests import make

pytestmark = pytest.mark.django_db

DOOR = "/admin/figures/uncited/"
CITE = '<span class="cite" data-figure="media_posts" data-value="152">152篇</span>'


@pytest.fixture
def editor(client):
    person = make.user("editor", unit=make.unit("示例市文明办"))
    client.force_login(person)
    return person


def posts(n: int, code: str = "rmh", day: date = date(2020, 5, 1)) -> None:
    account, _made = MediaAccount.objects.get_or_create(
        code=code,
        defaults={
            "name": f"账号{code}",
            "platform": Platform.RENMIN,
            "level": MediaAccount.Level.OWN,
            "unit": Unit.objects.first() or make.unit(),
        },
    )
    MediaPost.objects.bulk_create(
        MediaPost(
            account=account,
            title=f"文章{i}",
            url=f"https://example.com/{code}/{day}/{i}",
            published_on=day,
        )
        for i in range(n)
    )


def ask(client, *markup: str, day: str = "2020-11-20"):
    texts = [{"field": f"id_{n}", "markup": one} for n, one in enumerate(markup)]
    return client.post(
        DOOR, json.dumps({"day": day, "texts": texts}), content_type="application/json"
    )


def told(answer) -> list[tuple[str, list[str]]]:
    return [
        (one["text"], [offer["cite"]["data-figure"] for offer in one["offers"]])
        for one in answer.json()["numbers"]
    ]


# Finding --------------------------------------------------------------------------------------


def test_cited_numbers_and_dates_are_passed_by():
    found = list(loose("id_body", f"<p>2020年11月20日，发布{CITE}，另有36篇。</p>"))

    assert [one.numeral.text for one in found] == ["36篇"]
    assert (found[0].before, found[0].after) == ("，另有", "。")


def test_the_same_words_are_counted_where_they_stand_uncited():
    markup = f"<p>先有152篇，{CITE}，</p><p>再有<strong>152</strong>篇。</p>"

    assert [(one.numeral.text, one.nth) for one in loose("id_body", markup)] == [
        ("152篇", 0),
        ("152篇", 1),
    ]


def test_a_number_is_offered_the_figure_that_has_its_value_now(client, editor):
    posts(152)

    answer = ask(client, "<p>发布文章152篇，另有999篇。</p>")

    assert told(answer) == [("152篇", ["media_posts"]), ("999篇", [])]


def test_a_number_is_offered_the_figure_that_had_its_value_that_day(client, editor):
    posts(152)
    posts(20, day=date(2020, 12, 24))

    offer = ask(client, "<p>发布文章152篇。</p>").json()["numbers"][0]["offers"][0]

    assert offer["cite"] == {
        "data-figure": "media_posts",
        "data-period": "2020-01-01/2020-11-20",
        "data-group": "",
        "data-value": "152",
        "data-qualifier": "",
        "data-as-of": "2020-11-20",
    }


def test_one_group_of_a_figure_is_offered_when_the_whole_has_another_value(client, editor):
    posts(152)
    posts(128, "dy")

    answer = ask(client, "<p>发布文章128篇。</p>").json()

    assert answer["numbers"][0]["offers"][0]["cite"]["data-group"] == "dy"


def test_the_periods_the_text_cites_already_are_asked_first(client, editor):
    posts(9, day=date(2019, 3, 1))
    posts(4)
    cited = CITE.replace(" data-value", ' data-period="2019-01-01/2019-12-31" data-value')

    answer = ask(client, f"<p>{cited}，其中9篇。</p>").json()

    cite = answer["numbers"][0]["offers"][0]["cite"]
    assert cite["data-period"] == "2019-01-01/2019-12-31"


def test_a_qualified_number_is_offered_what_it_holds_of(client, editor):
    DeclaredFigure.objects.create(
        name="points",
        label="测评点位",
        unit="个",
        number=5387,
        as_of=date(2020, 11, 20),
        source_title="市测评报告",
        source_url="https://example.com/report",
    )

    numbers = ask(client, "<p>测评点位5384余个、六千余个。</p>").json()["numbers"]

    assert [(one["text"], len(one["offers"])) for one in numbers] == [
        ("5384余个", 1),
        ("六千余个", 0),
    ]
    assert numbers[0]["offers"][0]["cite"]["data-value"] == "5384"
    assert numbers[0]["offers"][0]["cite"]["data-qualifier"] == "余"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("152条", ["media_posts"]),
        ("152个", ["media_posts"]),
        ("152人次", []),
        ("152小时", []),
        ("152%", []),
    ],
)
def test_a_figure_is_offered_in_units_like_its_own_alone(client, editor, text, named):
    posts(152)

    assert told(ask(client, f"<p>发布{text}。</p>")) == [(text, named)]


@pytest.mark.parametrize(
    "text",
    ["99999999999999999万亿元", "一亿亿亿亿亿篇", "0.0000001篇", "3.0000001个", "十万亿亿人"],
)
def test_a_number_no_office_counts_is_passed_by(client, editor, text):
    posts(152)

    answer = ask(client, f"<p>投入{text}，发布152篇。</p>")

    assert answer.status_code == 200
    assert told(answer) == [("152篇", ["media_posts"])]


def test_more_numbers_than_are_shown_cost_no_more_than_their_text():
    def cost(text: str) -> float:
        start = time.process_time()
        assert list(islice(loose("id_body", text), MOST_NUMBERS))[-1].nth == MOST_NUMBERS - 1
        return time.process_time() - start

    short = f"<p>{'发布152篇，' * 2000}</p>"

    cost(short)
    assert cost(f"<p>{'发布152篇，' * 16_000}</p>") < 16 * cost(short) + 0.2


def test_the_number_of_texts_is_offered_up_to_yesterday(client, editor):
    yesterday = timezone.localdate() - timedelta(days=1)
    for _n in range(7):
        make.live_release(at=timezone.now() - timedelta(days=3))
    make.live_release()

    offers = ask(client, "<p>发布7篇。</p>", day=str(timezone.localdate()))

    cites = [one["cite"] for one in offers.json()["numbers"][0]["offers"]]
    found = {one["data-figure"]: one["data-period"] for one in cites}
    assert found["releases_published"].endswith(f"/{yesterday}")


def test_each_field_is_looked_at(client, editor):
    answer = ask(client, "<p>36篇</p>", "<p>36篇</p>")

    fields = [(one["field"], one["nth"]) for one in answer.json()["numbers"]]
    assert fields == [("id_0", 0), ("id_1", 0)]


def test_many_numbers_cost_no_more_queries_than_one(client, editor, django_assert_max_num_queries):
    posts(3)
    ask(client, "<p>36篇</p>")
    counts = []
    for text in ("36篇", "、".join(f"{n}篇" for n in range(100, 130))):
        with django_assert_max_num_queries(80) as found:
            ask(client, f"<p>{text}</p>")
        counts.append(len(found))

    assert counts[0] == counts[1]


# Refusing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"texts": 5}',
        b'{"texts": ["x"]}',
        b'{"texts": [{"field": 1, "markup": "x"}]}',
        b'{"texts": [{"field": "id_body", "markup": null}]}',
        b'{"texts": [], "day": "2020-02-30"}',
        b'{"texts": [], "day": 7}',
    ],
)
def test_what_is_no_text_is_refused_in_words(client, editor, body):
    answer = client.post(DOOR, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["error"] != ""


def test_only_who_writes_texts_is_answered(client):
    visitor = ask(client, "<p>36篇</p>")
    client.force_login(make.user("audit_admin"))
    stranger = ask(client, "<p>36篇</p>")

    assert (visitor.status_code, stranger.status_code) == (401, 403)
    assert client.get(DOOR).status_code == 405


def test_the_panel_stands_in_the_form_of_who_may_write(client, editor):
    open_text = make.release(created_by=editor)
    published = make.live_release()

    form = client.get(open_text.get_admin_url()).text
    read_only = client.get(published.get_admin_url()).text

    assert 'id="uncited"' in form
    assert "没有引用的数字" in form
    assert 'id="uncited"' not in read_only

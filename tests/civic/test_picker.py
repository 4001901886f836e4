"""The door of the editor's dialog: what it finds, what it tells, who may ask, bad questions."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import pgettext

from civic import figures
from civic.accounts import User
from civic.declared import DeclaredFigure
from civic.figures import Figure, Kind, Params
from civic.roles import Scope
from civic.units import Unit
from releases.media import MediaAccount, MediaPost, Platform
from releases.models import Question, Release
from tests import make

pytestmark = pytest.mark.django_db

DOOR = "/admin/figures/picker/"
PERIOD = "2020-01-01/2020-11-20"
DAY = date(2020, 5, 1)


def posts(n: int, code: str = "rmh") -> MediaAccount:
    account = MediaAccount.objects.create(
        code=code,
        name=f"账号{code}",
        platform=Platform.RENMIN,
        level=MediaAccount.Level.OWN,
        unit=Unit.objects.first() or make.unit(),
    )
    MediaPost.objects.bulk_create(
        MediaPost(
            account=account,
            title=f"文章{i}",
            url=f"https://example.com/{code}/{i}",
            published_on=DAY,
        )
        for i in range(n)
    )
    return account


def declared(name: str, label: str, definition: str = "") -> DeclaredFigure:
    return DeclaredFigure.objects.create(
        name=name,
        label=label,
        definition=definition,
        unit="人",
        number=350000,
        as_of=date(2020, 11, 20),
        source_title="市年报",
        source_url="https://example.com/report",
    )


@pytest.fixture
def editor(client):
    person = make.user("editor", unit=make.unit("示例市文明办"))
    client.force_login(person)
    return person


@pytest.fixture
def failing(monkeypatch):
    def broken(params):
        raise RuntimeError("no such table")

    figure = Figure(
        name="broken", label="坏的数字", definition="", unit="个", kind=Kind.COUNT, rows=broken
    )
    monkeypatch.setitem(figures.REGISTRY, "broken", figure)


def names(answer) -> list[str]:
    return [one["name"] for one in answer.json()["figures"]]


# Finding --------------------------------------------------------------------------------------


def test_figures_are_found_by_every_word_those_named_so_first(client, editor):
    declared("hours", "服务时长", "注册志愿者的服务")
    declared("volunteers", "注册志愿者")
    declared("points", "测评点位")

    found = names(client.get(DOOR, {"q": "注册 志愿者"}))
    missed = names(client.get(DOOR, {"q": "没有这样的"}))

    assert found == ["declared-volunteers", "declared-hours"]
    assert missed == []


def test_all_figures_are_offered_before_anything_is_typed(client, editor):
    found = names(client.get(DOOR))

    assert {"media_posts", "media_reads", "media_adoptions"} <= set(found)


# Telling --------------------------------------------------------------------------------------


def test_a_figure_is_told_with_value_wordings_and_choices(client, editor):
    posts(152)
    posts(7, "dy")

    asked = {"figure": "media_posts", "period": PERIOD, "group": "rmh"}
    told = client.get(DOOR, asked).json()

    assert (told["value"], told["value_text"], told["as_of"]) == ("152", "152篇", "2020-11-20")
    assert told["wordings"][0] == {"text": "152篇", "value": "152", "qualifier": ""}
    assert {"rmh", "dy"} <= {code for code, _label in told["groups"]}
    assert (told["period"], told["group"], told["regions"]) == (PERIOD, "rmh", [])


def test_a_qualifier_narrows_the_wordings(client, editor):
    posts(152)

    told = client.get(DOOR, {"figure": "media_posts", "period": PERIOD, "qualifier": "余"}).json()

    assert {one["qualifier"] for one in told["wordings"]} == {"余"}
    assert {"text": "150余篇", "value": "150", "qualifier": "余"} in told["wordings"]


@pytest.mark.parametrize(
    ("count", "qualifier", "texts"),
    [(0, "余", []), (0, "近", []), (0, "+", []), (0, "", ["0篇"]), (105, "近", ["近110篇"])],
)
def test_no_odd_wording_is_offered(client, editor, count, qualifier, texts):
    posts(count or 1)
    asked = {"figure": "media_posts", "qualifier": qualifier}
    if not count:
        asked["period"] = "2019-01-01/2019-12-31"

    told = client.get(DOOR, asked).json()

    assert [one["text"] for one in told["wordings"]] == texts


def test_the_unit_is_that_of_the_texts_for_staff_who_read_english(client):
    person = make.user("editor", interface="en")
    client.force_login(person)
    posts(3)

    told = client.get(DOOR, {"figure": "media_posts"}).json()

    assert told["wordings"][0]["text"] == "3篇"
    assert told["label"] == "Posts published"


def test_an_answer_costs_few_queries(client, editor, django_assert_num_queries):
    posts(30)
    client.get(DOOR)

    # The person, his rights and those of his groups; groups of the figure; the value in
    # a savepoint of the test's transaction.
    with django_assert_num_queries(7):
        client.get(DOOR, {"figure": "media_posts", "period": PERIOD})
    with django_assert_num_queries(5):
        client.get(DOOR, {"q": "发"})


def test_a_text_cites_the_number_of_texts_up_to_yesterday_so_that_it_stays_true_when_it_appears(
    client, editor
):
    now = timezone.now()
    yesterday = timezone.localdate() - timedelta(days=1)
    make.live_release("昨天的", at=now - timedelta(days=1))
    make.live_release("今天的", at=now)
    asked = {"figure": "releases_published"}

    told = client.get(DOOR, asked).json()
    make.live_release("引用它的", at=now)
    after = client.get(DOOR, asked | {"period": told["period"]}).json()
    begun_today = client.get(DOOR, asked | {"period": f"{timezone.localdate()}/"})

    assert (told["value"], told["period"]) == ("1", f"/{yesterday}")
    assert told["as_of"] == str(yesterday)
    assert after == told
    assert begun_today.status_code == 400


def test_every_figure_of_texts_says_that_it_counts_them(client, editor):
    models = {name: one.rows(Params()).model for name, one in figures.REGISTRY.items()}
    of_texts = {name for name, model in models.items() if model in (Release, Question)}

    assert {name for name in of_texts if not figures.get(name).counts_texts} == set()
    assert len(of_texts) == 4


def test_videos_have_a_unit_of_their_own(client, editor):
    posts(128, "dy")
    MediaAccount.objects.update(platform=Platform.DOUYIN)

    told = client.get(DOOR, {"figure": "media_posts", "group": "dy"}).json()
    whole = client.get(DOOR, {"figure": "media_posts"}).json()

    assert told["wordings"][0]["text"] == f"128{pgettext('unit', 'videos')}"
    assert whole["wordings"][0]["text"] == "128篇"


# Rights ---------------------------------------------------------------------------------------


def test_only_who_writes_texts_is_answered(client):
    visitor = client.get(DOOR)
    client.force_login(make.user("audit_admin"))
    stranger = client.get(DOOR)

    assert (visitor.status_code, visitor.json().keys()) == (401, {"error"})
    assert (stranger.status_code, stranger.json().keys()) == (403, {"error"})


def test_a_figure_that_is_not_public_is_cited_by_who_sees_the_whole_city(
    client, editor, monkeypatch
):
    whole = client.get(DOOR, {"figure": "titles_lost"})
    monkeypatch.setattr(User, "scope", Scope.UNIT)

    narrow = client.get(DOOR, {"figure": "titles_lost"})

    assert whole.status_code == 200
    assert narrow.status_code == 400
    assert "titles_lost" not in names(client.get(DOOR))
    assert "media_posts" in names(client.get(DOOR))


# Bad questions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {"figure": "no_such"},
        {"figure": "../../etc"},
        {"figure": "media\x00posts"},
        {"figure": "media_posts", "period": "2020-11-20/2020-01-01"},
        {"figure": "media_posts", "period": "2020-02-30/"},
        {"figure": "media_posts", "period": "昨天"},
        {"figure": "media_posts", "group": "nobody"},
        {"figure": "media_posts", "group": "' OR 1=1"},
        {"figure": "media_posts", "region": "R1"},
        {"figure": "media_posts", "qualifier": "许多"},
        {"figure": "x" * 5000},
    ],
)
def test_a_bad_question_is_refused_in_words(client, editor, asked):
    answer = client.get(DOOR, asked)

    assert answer.status_code == 400
    assert answer.json()["error"] != ""


def test_a_figure_that_fails_says_so_and_the_others_stay(client, editor, failing):
    answer = client.get(DOOR, {"figure": "broken"})

    assert answer.status_code == 503
    assert "broken" in answer.json()["error"]
    assert client.get(DOOR, {"figure": "media_posts"}).status_code == 200


def test_the_editor_of_a_release_carries_the_dialog(client, editor):
    page = client.get("/admin/releases/release/add/").text

    assert "/static/editor/cite/" in page
    assert "/admin/figures/picker/" in page
    assert json.dumps("引用数字").strip('"') in page

"""Press conferences: the page question by question, and the indexes by speaker and by outlet."""

import json
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from tests import make

pytestmark = pytest.mark.django_db


def text_of(client, address):
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def linked_data(text):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return json.loads(found.group(1))["@graph"]


def test_page_shows_who_asked_and_who_answered_in_order(client):
    release = make.conference(venue="新闻发布厅", organizer="市政府新闻办")
    make.speaker(release, "示例甲", "市文明办主任", role="presenter")
    make.speaker(release, "示例戊", "市政府新闻办主任", role="host")
    asked = make.question(
        release,
        "如何常态化？",
        ("示例甲", "市文明办主任", "<p>第一答。</p>"),
        ("示例乙", "市文明办副主任", "<ul><li>第二答。</li></ul>"),
        outlet="示例日报",
        reporter="示例壬",
    )
    make.question(release, "没有答复？", outlet="示例电视台")

    text = text_of(client, release.get_absolute_url())

    order = [
        "如何常态化？",
        "示例日报",
        "示例壬",
        "第一答。",
        "第二答。",
        "没有答复？",
        "没有答复记录。",
    ]
    body = text[text.index('<section class="qa"') : text.index("<aside")]
    places = [body.index(piece) for piece in order]
    assert places == sorted(places)
    assert f'id="{asked.anchor}"' in body
    assert f'href="#{asked.anchor}"' in body
    aside = text[text.index("<aside") :]
    assert re.findall(r"<small>([^<]*) · [^<]+</small>", aside) == [
        "市文明办主任",
        "市政府新闻办主任",
    ]
    assert f'<a href="#{asked.anchor}">如何常态化？</a>' in aside


def test_several_questions_are_an_faq_and_a_single_one_a_qa_page(client):
    release = make.conference()
    first = make.question(release, "一？", ("甲", "主任", "<p>答一</p>"), ("乙", "", "<p>又答</p>"))

    article, page = linked_data(text_of(client, release.get_absolute_url()))
    assert article["@type"] == "NewsArticle"
    assert page["@type"] == "QAPage"
    assert page["mainEntity"]["url"].endswith(f"{release.get_absolute_url()}#{first.anchor}")
    assert [a["text"] for a in page["mainEntity"]["acceptedAnswer"]] == ["答一", "又答"]
    assert page["mainEntity"]["acceptedAnswer"][0]["author"]["jobTitle"] == "主任"

    make.question(release, "二？", ("甲", "主任", "<p>答二</p>"))
    make.question(release, "没有答？")
    _article, page = linked_data(text_of(client, release.get_absolute_url()))
    assert page["@type"] == "FAQPage"
    assert [q["name"] for q in page["mainEntity"]] == ["一？", "二？"]


def test_list_has_live_conferences_the_last_held_first(client):
    now = timezone.now()
    early = make.conference("先开后发", now, held_at=now - timedelta(days=9))
    make.conference("后开先发", now - timedelta(days=3), held_at=now - timedelta(days=4))
    make.live_release("新闻")
    make.release("草稿发布会", kind="conference")
    make.conference("明天的发布会", now + timedelta(days=1))
    make.conference("更正稿", corrects=early)
    make.question(early, "一？")

    page = client.get("/conferences/")

    assert [one.title for one in page.context["page"]] == ["后开先发", "先开后发"]
    assert [one.asked for one in page.context["page"]] == [0, 1]


def test_speakers_are_listed_once_with_their_posts_of_the_time(client):
    old = make.conference("旧会", timezone.now() - timedelta(days=400))
    new = make.conference("新会")
    make.speaker(old, "示例乙", "科长")
    make.speaker(new, "示例乙", "副主任")
    make.question(new, "问？", ("示例乙", "副主任", "答"), ("示例丁", "调研员", "答"))
    make.speaker(make.release("草稿会", kind="conference"), "示例密", "密")

    page = client.get("/conferences/speakers/")

    people = [
        (one.name, one.posts, len(one.conferences), one.answers) for one in page.context["page"]
    ]
    assert people == [
        ("示例丁", ["调研员"], 1, 1),
        ("示例乙", ["副主任", "科长"], 2, 1),
    ]
    assert "示例密" not in page.content.decode()


def test_a_speaker_has_all_conferences_posts_and_answers_with_their_anchors(client):
    old = make.conference("旧会", timezone.now() - timedelta(days=400))
    new = make.conference("新会")
    make.speaker(old, "示例乙", "科长")
    make.speaker(new, "示例乙", "副主任")
    asked = make.question(new, "如何做？", ("示例乙", "副主任", "答"), ("示例乙", "副主任", "再答"))
    make.question(new, "别人答的？", ("示例丁", "调研员", "答"))
    hidden = make.release("草稿会", kind="conference")
    make.speaker(hidden, "示例乙", "密")
    make.question(hidden, "密问？", ("示例乙", "密", "答"))

    page = client.get("/conferences/speakers/示例乙/")

    seen = [
        (there.release.title, there.posts, [q.text for q in there.questions])
        for there in page.context["page"]
    ]
    assert seen == [("新会", ["副主任"], ["如何做？"]), ("旧会", ["科长"], [])]
    text = page.content.decode()
    assert f'href="{new.get_absolute_url()}#{asked.anchor}"' in text
    assert "密" not in text


def test_outlets_are_listed_with_their_questions(client):
    one = make.conference("会")
    asked = [
        make.question(one, f"问{n}？", ("甲", "主任", "答"), outlet="示例日报") for n in (1, 2)
    ]
    make.question(one, "问3？", outlet="示例电视台")
    make.question(one, "无名？", outlet="")
    make.question(make.release("草稿会", kind="conference"), "密？", outlet="示例密报")

    rows = client.get("/conferences/outlets/").context["page"]
    text = text_of(client, "/conferences/outlets/示例日报/")

    assert [(row["outlet"], row["count"]) for row in rows] == [("示例日报", 2), ("示例电视台", 1)]
    for question in asked:
        assert f'href="{one.get_absolute_url()}#{question.anchor}"' in text
    assert "主任 甲" in text
    assert "问3" not in text


@pytest.mark.parametrize(
    "name", ["A/B报", "a?b#c", "100%", "示例 日报", "..x", '"><zqx>', "𠮷报", "../x", "a\nb", "%2F"]
)
def test_any_name_has_a_page_that_the_index_links_to(client, name):
    release = make.conference()
    make.speaker(release, name)
    make.question(release, "问？", (name, "", "答"), outlet=name)

    for index in ("/conferences/speakers/", "/conferences/outlets/"):
        (link,) = re.findall(rf'<a href="({index}[^"]+)"><b>', text_of(client, index))
        page = client.get(link)
        if name == "a\nb":  # no address holds a line end: refused in words
            assert page.status_code in (400, 404)
        else:
            assert page.status_code == 200
            assert page.context["name"] == name


@pytest.mark.parametrize("where", ["speakers", "outlets"])
@pytest.mark.parametrize("name", ["无此人", "%00", "%ED%A0%80", "x" * 1900, "%0a", "'--", "示例密"])
def test_a_name_nobody_has_is_not_found(client, where, name):
    hidden = make.release("草稿会", kind="conference")
    make.speaker(hidden, "示例密")
    make.question(hidden, "密？", ("示例密", "", "答"), outlet="示例密")

    address = f"/conferences/{where}/{quote(name, safe='%')}/"

    assert client.get(address).status_code in (400, 404)


def test_empty_indexes_say_what_will_be_there(client):
    make.speaker(make.release("草稿会", kind="conference"), "示例密")

    assert "新闻发布会会列在这里" in text_of(client, "/conferences/")
    assert "发言人会列在这里" in text_of(client, "/conferences/speakers/")
    assert "提问媒体会列在这里" in text_of(client, "/conferences/outlets/")


def test_a_question_keeps_its_anchor_when_the_release_is_corrected(client):
    release = make.conference()
    mark = make.question(release, "问？").mark

    release.questions.all().delete()
    make.question(release, "问？", mark=mark)

    assert f'id="q-{mark}"' in text_of(client, release.get_absolute_url())


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/conferences/", 3),
        ("/conferences/speakers/", 2),
        ("/conferences/speakers/示例甲/", 3),
        ("/conferences/outlets/", 2),
        ("/conferences/outlets/示例日报/", 3),
    ],
)
def test_indexes_cost_the_same_queries(client, address, queries, count, django_assert_num_queries):
    for number in range(count):
        release = make.conference(f"会{number}")
        make.speaker(release, "示例甲", f"主任{number}")
        make.speaker(release, f"示例{number}")
        make.question(release, f"问{number}？", ("示例甲", "主任", "答"), outlet="示例日报")
        make.question(release, f"又问{number}？", outlet=f"报{number}")
    client.get("/releases/")  # what all pages share is in the cache now

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200

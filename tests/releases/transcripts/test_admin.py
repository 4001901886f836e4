"""The two pages of the import in the back office."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from civic.pictures import Picture
from releases.models import Release
from tests import make
from tests.releases.transcripts import layouts
from tests.releases.transcripts.test_drafts import liaison
from tests.releases.transcripts.test_word import conference

pytestmark = pytest.mark.django_db

STEP_1 = "/admin/releases/release/import/"
STEP_2 = "/admin/releases/release/import/review/"


@pytest.fixture
def channel():
    return make.channel()


def signed_in(client, person):
    client.force_login(person)
    return person


def read(client, person, channel, text="", **extra):
    fields = {"step": "read", "text": text, "channel": channel.pk, "unit": person.unit_id}
    return client.post(STEP_2, fields | extra)


def filled(response):
    """What the review form would send as it stands: {name: value or [values]}."""
    form = html.fromstring(response.content.decode()).get_element_by_id("release_form")
    fields = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def saved(client, response, **changes):
    return client.post(STEP_2, filled(response) | changes)


def test_the_list_leads_to_the_import_for_those_who_may(client, channel):
    links = {}
    for role in ("editor", "reviewer_1"):
        signed_in(client, make.user(role))
        page = client.get(reverse("admin:releases_release_changelist")).content.decode()
        links[role] = STEP_1 in page

    assert links == {"editor": True, "reviewer_1": False}


@pytest.mark.parametrize("path", [STEP_1, STEP_2])
@pytest.mark.parametrize("role", ["reviewer_1", "unit_liaison", "audit_admin", "system_admin"])
def test_without_the_right_both_pages_are_refused(client, channel, path, role):
    person = signed_in(client, make.user(role))

    assert client.get(path).status_code == 403
    assert read(client, person, channel, layouts.NEWS).status_code == 403


def test_a_visitor_is_led_to_the_sign_in(client, channel):
    assert client.get(STEP_1).status_code == 302


def test_everything_recognised_stands_in_the_form(client, channel):
    person = signed_in(client, make.user("editor"))

    response = read(client, person, channel, layouts.FULL_RECORD)

    fields = filled(response)
    assert response.status_code == 200
    assert fields["title"] == ["示例市“洁净街巷”行动新闻发布会实录"]
    assert fields["kind"] == ["conference"]
    assert fields["original_at"] == ["2026-03-05T15:40"]
    assert fields["held_at"] == ["2026-03-05T10:00"]
    assert fields["speakers-0-name"] == ["示例甲"]
    assert fields["questions-1-reporter"] == ["示例丁"]
    assert fields["questions-1-answers-1-name"] == ["示例乙"]
    assert Release.objects.count() == 0


def test_saved_as_it_stands_it_is_the_draft(client, channel):
    person = signed_in(client, make.user("editor"))

    response = saved(client, read(client, person, channel, layouts.FULL_RECORD))

    release = Release.objects.get()
    assert response.status_code == 302
    assert response["Location"] == release.get_admin_url()
    assert (release.channel, release.unit, release.created_by) == (channel, person.unit, person)
    assert release.speakers.count() == 3
    assert [q.answers.count() for q in release.questions.all()] == [1, 2]
    assert client.get(release.get_admin_url()).status_code == 200


def test_every_field_can_be_put_right_before_saving(client, channel):
    person = signed_in(client, make.user("editor"))
    review = read(client, person, channel, layouts.FULL_RECORD)

    saved(
        client,
        review,
        **{
            "title": "改过的标题",
            "original_at": "2026-03-06T08:00",
            "speakers-2-post": "改过的职务",
            "speakers-3-role": "presenter",
            "speakers-3-name": "示例辛",
            "questions-0-DELETE": "on",
            "questions-1-outlet": "示例新报",
            "questions-1-answers-0-body": "<p>改过的回答。</p>",
            "questions-1-answers-1-DELETE": "on",
        },
    )

    release = Release.objects.get()
    assert release.title == "改过的标题"
    assert [row.name for row in release.speakers.all()] == ["示例甲", "示例乙", "示例丙", "示例辛"]
    assert release.speakers.get(name="示例丙").post == "改过的职务"
    assert [q.outlet for q in release.questions.all()] == ["示例新报"]
    assert [a.body for a in release.questions.get().answers.all()] == ["<p>改过的回答。</p>"]


def test_doubts_stand_at_their_fields(client, channel):
    person = signed_in(client, make.user("editor"))

    page = html.fromstring(read(client, person, channel, layouts.LABELS).content.decode())

    marked = page.xpath("//*[contains(@class, 'is-doubtful')]//legend[contains(., '1')]")
    assert len(marked) >= 1
    assert page.xpath("//div[contains(@class, 'transcript-title')]//ul[@class='doubts']") == []


def test_a_dropped_line_can_be_put_back(client, channel):
    person = signed_in(client, make.user("editor"))
    review = read(client, person, channel, layouts.NEWS)

    saved(client, review, put_back=["1", "3", "99", "x"])

    body = Release.objects.get().body
    assert body.endswith("<p>示例街道获评先进</p>\n<p>责任编辑:示例庚</p>")


def test_mistakes_come_back_with_everything_typed(client, channel):
    person = signed_in(client, make.user("editor"))
    review = read(client, person, channel, layouts.FULL_RECORD)

    response = saved(client, review, title="", source_url="javascript:x", put_back=["0"])

    fields = filled(response)
    assert response.status_code == 400
    assert fields["questions-1-answers-1-body"] == ["<p>我补充一点,社区里也可以报名。</p>"]
    assert fields["source_url"] == ["javascript:x"]
    assert Release.objects.count() == 0


def test_questions_need_a_press_conference(client, channel):
    person = signed_in(client, make.user("editor"))
    review = read(client, person, channel, layouts.FULL_RECORD)

    assert saved(client, review, kind="news").status_code == 400


def test_two_hosts_and_the_same_speaker_twice_are_refused(client, channel):
    person = signed_in(client, make.user("editor"))
    review = read(client, person, channel, layouts.FULL_RECORD)

    assert saved(client, review, **{"speakers-1-role": "host"}).status_code == 400
    assert saved(client, review, **{"speakers-1-name": "示例丙"}).status_code == 400


def test_the_same_text_a_second_time_is_pointed_out_and_allowed(client, channel):
    person = signed_in(client, make.user("editor"))
    saved(client, read(client, person, channel, layouts.NEWS))
    first = Release.objects.get()

    again = read(client, person, channel, layouts.NEWS)
    saved(client, again)

    page = html.fromstring(again.content.decode())
    assert page.xpath("//*[@class='kept-note']//a/@href") == [first.get_admin_url()]
    assert Release.objects.count() == 2


def test_an_earlier_import_of_another_unit_is_not_shown(client, channel):
    stranger = signed_in(client, make.user("editor", unit=make.unit()))
    saved(client, read(client, stranger, channel, layouts.NEWS))
    person = signed_in(client, liaison(unit=make.unit()))

    page = html.fromstring(read(client, person, channel, layouts.NEWS).content.decode())

    assert page.xpath("//*[@class='kept-note']//a/@href") == []


def test_a_foreign_unit_is_refused_at_both_steps(client, channel):
    other = make.unit()
    person = signed_in(client, liaison(unit=make.unit()))
    review = read(client, person, channel, layouts.NEWS)

    assert review.status_code == 200
    assert read(client, person, channel, layouts.NEWS, unit=other.pk).status_code == 400
    assert saved(client, review, unit=str(other.pk)).status_code == 400
    assert Release.objects.count() == 0


def test_a_document_brings_its_pictures_into_the_review(client, channel):
    person = signed_in(client, make.user("editor"))
    upload = SimpleUploadedFile("发布会.docx", conference())

    response = read(client, person, channel, file=upload)

    picture = Picture.objects.get()
    assert picture.large_url in filled(response)["body"][0]
    assert not picture.is_public
    saved(client, response)
    assert list(Release.objects.get().body_pictures.all()) == [picture]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.docx", b"PK broken"), ("a.txt", b""), ("a.exe", b"MZ"), ("a.txt", b"\x00" * 900)],
)
def test_a_bad_file_is_refused_in_words(client, channel, name, data):
    person = signed_in(client, make.user("editor"))

    response = read(client, person, channel, file=SimpleUploadedFile(name, data))

    assert response.status_code == 400
    assert "errorlist" in response.content.decode()


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "\ud800", "登录", "<html><body></body></html>", "a\n" * 25_000]
)
def test_a_bad_text_is_refused_or_shown_but_never_breaks(client, channel, text):
    person = signed_in(client, make.user("editor"))
    sent = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")

    assert read(client, person, channel, sent).status_code in (200, 400)


def test_text_and_file_together_are_refused(client, channel):
    person = signed_in(client, make.user("editor"))
    upload = SimpleUploadedFile("a.txt", layouts.NEWS.encode())

    assert read(client, person, channel, layouts.NEWS, file=upload).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"notes": "forged"},
        {"notes": ""},
        {"questions-TOTAL_FORMS": "99999"},
        {"questions-TOTAL_FORMS": "x"},
        {"questions-0-answers-TOTAL_FORMS": "-1"},
        {"speakers-TOTAL_FORMS": ""},
        {"original_at": "9999999999"},
        {"channel": "999999999999999999999"},
        {"kind": "forged"},
        {"speakers-0-role": "boss"},
        {"title": "长" * 500},
        {"body": "<p>" + "长" * 500_001 + "</p>"},
        {"put_back": ["-1", "1e9", "\x00"]},
        {"status": "published", "version": "9", "created_by": "1"},
    ],
)
def test_forged_fields_never_break_and_never_publish(client, channel, changes):
    person = signed_in(client, make.user("editor"))
    review = read(client, person, channel, layouts.FULL_RECORD)

    response = saved(client, review, **changes)

    assert response.status_code in (302, 400)
    assert Release.objects.exclude(status="draft").count() == 0


def test_markup_in_recognised_words_is_text_on_the_page(client, channel):
    person = signed_in(client, make.user("editor"))
    text = '"><zqx>标题\n2026-03-05 10:00 来源:<zqx>\n登录\n正文<zqx>一句。'

    response = read(client, person, channel, text)

    assert html.fromstring(response.content.decode()).xpath("//zqx") == []


def test_only_the_review_carries_the_policy_of_the_editor(client, channel):
    person = signed_in(client, make.user("editor"))

    first = client.get(STEP_1)["Content-Security-Policy"]
    second = read(client, person, channel, layouts.NEWS)["Content-Security-Policy"]

    assert "unsafe-inline" not in first
    assert "unsafe-inline" in second


def test_the_address_of_the_review_alone_shows_the_first_step(client, channel):
    signed_in(client, make.user("editor"))

    response = client.get(STEP_2)

    assert response.status_code == 200
    assert 'name="text"' in response.content.decode()


def test_text_sent_while_signed_out_is_offered_again(client, channel):
    person = make.user("editor")

    response = read(client, person, channel, layouts.NEWS)

    assert response.status_code == 401
    assert "示例街道清晨忙保洁" in response.content.decode()

"""A transcript becomes a draft whole, in the right unit, with its trace in the audit."""

import pytest
from django.core.exceptions import ValidationError

from civic.audit import AuditEvent
from civic.pictures import Picture
from civic.publishing import NoRight, Status
from civic.roles import Scope
from releases import transcripts
from releases.models import Release, Speaker
from releases.transcripts import drafts
from tests import make
from tests.releases.transcripts import layouts
from tests.releases.transcripts.test_word import conference

pytestmark = pytest.mark.django_db


def save(made, by=None, **extra):
    fields = {"channel": make.channel(), "unit": by.unit if by else make.unit()} | extra
    return drafts.save_transcript(transcript=made, by=by, **fields)


def liaison(**extra):
    """A person of one unit who was given the right to import as well."""
    person = make.user("unit_liaison", **extra)
    editor = make.user("editor")
    rights = editor.groups.get().permissions
    person.user_permissions.set(rights.filter(codename__in=["import_release", "add_picture"]))
    assert person.scope is Scope.UNIT
    return person


def test_the_draft_holds_everything_recognised():
    made = transcripts.from_text(layouts.FULL_RECORD)

    release = save(made, by=make.user("editor"))

    release.refresh_from_db()
    assert release.status == Status.DRAFT
    assert release.kind == Release.Kind.CONFERENCE
    assert (release.title, release.source_name, release.venue) == (
        "示例市“洁净街巷”行动新闻发布会实录",
        "示例市融媒体中心",
        "示例会议中心二楼",
    )
    assert release.original_at == made.time
    assert release.held_at == made.held_at
    assert [(row.role, row.name, row.post) for row in release.speakers.all()] == [
        ("host", "示例甲", "示例市政府新闻办副主任"),
        ("presenter", "示例乙", "示例市文明办主任"),
        ("presenter", "示例丙", "示例市城管局副局长"),
    ]
    assert [
        (q.outlet, q.reporter, [(a.name, a.speaker.name) for a in q.answers.all()])
        for q in release.questions.all()
    ] == [
        ("示例日报", "", [("示例乙", "示例乙")]),
        ("示例晚报", "示例丁", [("示例丙", "示例丙"), ("示例乙", "示例乙")]),
    ]


def test_the_import_is_audited_with_its_sum():
    person = make.user("editor")

    release = save(transcripts.from_text(layouts.NOTICE), by=person)

    event = AuditEvent.objects.get(act="release.imported")
    assert event.target_id == str(release.pk)
    assert person.username in event.actor
    assert event == drafts.earlier_import(transcripts.from_text(layouts.NOTICE).sha256)
    assert drafts.earlier_import(transcripts.from_text(layouts.NEWS).sha256) is None


def test_the_same_text_has_the_same_sum_however_it_is_broken():
    spaced = transcripts.from_text(layouts.NEWS.replace("\n", " \r\n\r\n"))

    assert spaced.sha256 == transcripts.from_text(layouts.NEWS).sha256


def test_pictures_of_a_document_stand_in_the_text_of_the_draft():
    made = transcripts.from_file(conference(), "a.docx")

    release = save(made, by=make.user("editor"))

    picture = Picture.objects.get()
    assert f'<img src="{picture.large_url}" alt="">' in release.body
    assert list(release.body_pictures.all()) == [picture]
    assert picture.unit == release.unit


def test_a_picture_that_cannot_be_read_is_left_out_and_noted():
    made = transcripts.from_text(layouts.NEWS)
    made.pictures = transcripts.from_file(conference(), "a.docx").pictures
    made.pictures[0] = type(made.pictures[0])(b"no picture", "image1.png")
    made.body += '<figure><img src="picture:0" alt=""></figure>'

    release = save(made)

    assert "figure" not in release.body
    assert made.dropped[-1].text == "[image1.png]"


@pytest.mark.parametrize("role", ["reviewer_1", "office_chief", "audit_admin", "unit_liaison"])
def test_without_the_right_nothing_is_saved(role):
    made = transcripts.from_text(layouts.NEWS)

    with pytest.raises(NoRight):
        save(made, by=make.user(role))

    assert Release.objects.count() == 0


def test_a_person_of_one_unit_imports_for_that_unit_only():
    mine, other = make.unit(), make.unit()
    person = liaison(unit=mine)
    made = transcripts.from_text(layouts.NEWS)

    kept = save(made, by=person, unit=mine)
    with pytest.raises(NoRight):
        save(made, by=person, unit=other)

    assert list(Release.objects.all()) == [kept]


def test_pictures_are_not_stored_for_another_unit():
    person = liaison(unit=make.unit())

    with pytest.raises(NoRight):
        save(transcripts.from_file(conference(), "a.docx"), by=person, unit=make.unit())

    assert Picture.objects.count() == 0


def test_what_no_draft_may_hold_leaves_nothing_behind():
    made = transcripts.from_text(layouts.FULL_RECORD)
    made.source_url = "javascript:alert(1)"

    with pytest.raises(ValidationError):
        save(made)

    assert (Release.objects.count(), Speaker.objects.count()) == (0, 0)


def test_fields_longer_than_the_database_allows_are_cut_before_and_said():
    long = "示" * 99
    text = f"{long}\n2026-03-05 10:00 来源:{'源' * 60} 作者:{'作' * 40}\n《{long}》\n正文。"

    release = save(transcripts.from_text(text))

    assert release.title == long
    assert len(release.source_name) == 60


def test_a_text_without_title_is_saved_under_a_stand_in():
    release = save(transcripts.from_text("第一句。\n第二句。"))

    assert release.title
    assert release.body == "<p>第一句。</p>\n<p>第二句。</p>"


def test_scripts_in_the_body_are_cleaned():
    made = transcripts.from_text(layouts.NEWS)
    made.body += '<p onclick="x()">好<script>alert(1)</script></p>'

    release = save(made)

    assert release.body.endswith("<p>好</p>")

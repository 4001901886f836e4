"""Settling: a number that no longer holds is exchanged, or kept as of its day."""

from datetime import date

import pytest
from django.utils import timezone

from civic import citations, recheck, richtext, settling
from civic.audit import AuditEvent
from civic.citations import Citation
from civic.publishing import Status, TransitionRefused
from civic.settling import KEEP, TAKE, Choice
from releases import actions
from releases.figureblocks import FigureBlock
from releases.models import Answer, Release
from tests import make
from tests.civic.cited import OLD, cite, held_once, states, text_with, units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted")]


@pytest.fixture
def editor():
    return make.user("editor")


def test_the_new_value_is_taken_in_the_words_of_the_old(editor):
    units(13)
    release = make.release(
        body=text_with(cite("<strong>10余个</strong>"), cite("12个")), status=Status.FIRST
    )
    units(12)
    found = citations.check(release)
    shown = [one.citation.now for one in found]

    choices = [Choice(one.citation.where, TAKE, one.citation.now) for one in found]
    settling.settle(document=release, by=editor, choices=choices, version=release.version)

    release.refresh_from_db()
    spans = richtext.cited(release.body)
    event = AuditEvent.objects.get(act="citations.settled")
    assert shown == [span.text for span in spans]
    assert [span.qualifier for span in spans] == ["余", ""]
    assert (spans[1].text, spans[1].value) == ("25个", "25")
    assert spans[1].as_of == str(timezone.localdate())
    assert "<strong>" in release.body
    assert (release.status, release.edited_by) == (Status.DRAFT, editor)
    assert states(release) == ["ok", "ok"]
    assert event.detail["taken"] == [f"10余个 → {shown[0]}", "12个 → 25个"]
    assert release.history.first().full_text.count("25个") == 1


def test_of_two_who_settle_the_same_difference_one_is_told(editor):
    units(3)
    release = make.release(body=text_with(cite("2个")))
    citations.check(release)
    mine, theirs = Release.objects.get(), Release.objects.get()
    choice = [Choice("0-0", TAKE, "3个")]
    settling.settle(document=theirs, by=editor, choices=choice, version=1)

    with pytest.raises(TransitionRefused, match="别人"):
        settling.settle(document=mine, by=editor, choices=choice, version=1)

    release.refresh_from_db()
    assert (richtext.cited(release.body)[0].text, release.version) == ("3个", 2)
    assert AuditEvent.objects.filter(act="citations.settled").count() == 1


def test_a_value_that_changed_once_more_is_not_taken_unseen(editor):
    units(3)
    release = make.release(body=text_with(cite("2个")))
    citations.check(release)
    units(1)

    with pytest.raises(TransitionRefused, match="4个"):
        settling.settle(document=release, by=editor, choices=[Choice("0-0", TAKE, "3个")])

    release.refresh_from_db()
    assert (richtext.cited(release.body)[0].text, release.version) == ("2个", 1)


@pytest.mark.parametrize(
    ("given", "may"),
    [
        ({}, False),
        (OLD, True),
        ({"historical": "1"}, True),
        ({"historical": "1", "period": "2020-01-01/2020-11-20"}, True),
        ({"as_of": "2020-11-20"}, False),
        ({"period": "2020-01-01/2020-11-20"}, False),
        ({"historical": "1", "as_of": "2199-01-01"}, False),
    ],
)
def test_only_what_is_marked_as_historical_may_be_kept(editor, given, may):
    release = held_once(text_with(cite("2个", **given)))
    choice = [Choice("0-0", KEEP)]

    if not may:
        assert Citation.objects.get().advice
        with pytest.raises(TransitionRefused):
            settling.settle(document=release, by=editor, choices=choice)
        assert states(release) == ["differs"]
        return
    settling.settle(document=release, by=editor, choices=choice)

    release.refresh_from_db()
    span, row = richtext.cited(release.body)[0], Citation.objects.get()
    day = date(2020, 11, 20) if len(given) == 2 else timezone.localdate()
    assert (span.text, span.is_historical, span.as_of) == ("2个", True, str(day))
    assert (row.state, row.kept_by, row.as_of, row.advice) == ("ok", editor.name, day, "")
    citations.demand(release)


@pytest.mark.parametrize("shown", ["500个", "99999个"])
def test_a_number_that_was_never_right_is_kept_by_nobody(editor, shown):
    span = cite(shown, period="2020-01-01/2020-11-20", **OLD)
    release = make.release(body=text_with(span))
    found = citations.check(release)

    with pytest.raises(TransitionRefused):
        settling.settle(document=release, by=editor, choices=[Choice("0-0", KEEP)])

    row = found[0].citation
    assert (row.held_on, row.may_keep, row.may_take) == (None, False, True)
    assert row.advice != ""
    assert states(release) == ["differs"]


def test_a_number_marked_as_historical_later_remembers_when_it_held(editor):
    release = held_once(text_with(cite("2个", as_of="2020-11-20")))

    release.body = text_with(cite("2个", **OLD))
    release.save()
    citations.check(release)
    settling.settle(document=release, by=editor, choices=[Choice("0-0", KEEP)])

    row = Citation.objects.get()
    assert (row.state, row.held_on) == ("ok", timezone.localdate())


def test_a_number_is_kept_as_of_no_later_day_than_it_held_on(editor):
    release = held_once(text_with(cite("2个", historical="1", as_of="2020-11-20")))
    Citation.objects.update(held_on=date(2020, 3, 1))

    settling.settle(document=release, by=editor, choices=[Choice("0-0", KEEP)])

    release.refresh_from_db()
    assert richtext.cited(release.body)[0].as_of == "2020-03-01"


def test_the_recheck_notes_the_day_on_which_a_number_held():
    units(2)
    make.release(body=text_with(cite("2个"), cite("3个")))

    recheck.rederive()

    rows = Citation.objects.order_by("ordinal")
    assert [row.held_on for row in rows] == [timezone.localdate(), None]


def test_a_number_kept_stays_kept_through_edits_and_corrections(editor):
    old = cite("2个", **OLD)
    release = held_once(
        text_with(old), created_by=editor, status=Status.PUBLISHED, publish_at=timezone.now()
    )
    FigureBlock.objects.create(release=release, figure="test_units", shown="3个")
    settling.settle(document=release, by=editor, choices=[Choice("0-0", KEEP)])
    release.refresh_from_db()
    chief = make.user("reviewer_3")

    copy = actions.start_correction(release=release, by=editor)
    copy.body = f"<p>新开头。</p>{copy.body}{text_with(cite('3个'))}"
    copy.correction_note = "补一句。"
    copy.save()
    Release.objects.filter(pk=copy.pk).update(status=Status.APPROVED)
    copy.refresh_from_db()
    copy.publish(by=chief)

    rows = Citation.objects.of(release)
    assert release.status == Status.PUBLISHED
    assert [(row.wording, row.state, bool(row.kept_at)) for row in rows] == [
        ("2个", "ok", True),
        ("3个", "ok", False),
        ("3个", "ok", False),
    ]
    assert {row.held_on for row in rows} == {timezone.localdate()}


def test_a_live_text_is_not_rewritten_in_place(editor):
    units(3)
    release = make.live_release(body=text_with(cite("2个")))
    citations.check(release)

    with pytest.raises(TransitionRefused, match="更正"):
        settling.settle(document=release, by=editor, choices=[Choice("0-0", TAKE, "3个")])

    release.refresh_from_db()
    assert richtext.cited(release.body)[0].text == "2个"


def test_answers_and_large_numbers_are_settled_where_they_stand(editor):
    units(3)
    release = make.release(kind="conference", body="<p>正文。</p>")
    make.question(release, "问？", ("示例甲", "主任", text_with(cite("2个"))))
    FigureBlock.objects.create(release=release, figure="test_units", shown="2个")
    found = citations.check(release)

    choices = [Choice(one.citation.where, TAKE, "3个") for one in found]
    settling.settle(document=release, by=editor, choices=choices)

    assert richtext.cited(Answer.objects.get().body)[0].text == "3个"
    assert FigureBlock.objects.get().shown == "3个"
    assert states(release) == ["ok", "ok"]

"""Citations: read from the text, checked against the rows, at night too, settled by a person."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from civic import citations, cites, clock, figures, jobs, recheck, richtext, settling
from civic.audit import AuditEvent
from civic.citations import Citation, CitationsDiffer
from civic.figures import Figure, Kind
from civic.jobs import Job
from civic.publishing import Review, Status, TransitionRefused
from civic.settling import KEEP, TAKE, Choice
from civic.units import Unit
from releases import actions
from releases.figureblocks import FigureBlock
from releases.models import Answer, Release
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted():
    """Two figures of these tests: units by tier, and one whose query fails when told to."""
    broken = []

    def rows(params):
        if broken:
            raise RuntimeError("示例故障")
        found = Unit.objects.filter(code__startswith="F")
        return found.filter(tier=params.group) if params.group else found

    def others(params):
        return Unit.objects.filter(code__startswith="G")

    for name, made in (("test_units", rows), ("test_others", others)):
        figure = Figure(
            name=name, label="单位数", definition="示例", unit="个", kind=Kind.COUNT, rows=made
        )
        figures.register(figure)
    yield broken
    for name in ("test_units", "test_others"):
        figures.REGISTRY.pop(name, None)


def units(count, start="F"):
    for _ in range(count):
        make.unit(code=f"{start}{make.number():05d}")


def cite(text, figure="test_units", **given):
    """The span the editor writes."""
    names = {"as_of": "as-of"}
    attributes = "".join(
        f' data-{names.get(name, name)}="{value}"' for name, value in given.items()
    )
    return f'<span class="cite" data-figure="{figure}"{attributes}>{text}</span>'


def text_with(*spans):
    return f"<p>开头一句。全市有{'，还有'.join(spans)}。最后一句。</p>"


def states(release):
    return [row.state for row in Citation.objects.of(release)]


# Markup ----------------------------------------------------------------------------------------


def test_the_cleaner_keeps_all_that_a_citation_says():
    markup = (
        '<span class="cite" data-figure="a" data-period="/2020-11-20" data-region="R1"'
        ' data-group="g" data-value="152" data-qualifier="余" data-as-of="2020-11-20"'
        ' data-historical="1" onclick="x()">152余个</span>'
    )

    span = richtext.cited(richtext.clean(markup))[0]

    assert (span.figure, span.period, span.region, span.group) == ("a", "/2020-11-20", "R1", "g")
    assert (span.value, span.qualifier, span.as_of) == ("152", "余", "2020-11-20")
    assert (span.is_historical, span.text) == (True, "152余个")


def test_each_number_comes_with_its_sentence_and_the_outer_of_two_counts():
    markup = text_with(cite("3个"), cite("约" + cite("4个"), "test_others"))

    found = richtext.cited(markup)

    assert [(one.figure, one.text) for one in found] == [
        ("test_units", "3个"),
        ("test_others", "约4个"),
    ]
    assert {one.sentence for one in found} == {"全市有3个，还有约4个。"}


def test_a_number_is_exchanged_and_the_format_around_it_stays():
    markup = text_with(cite("<strong>3</strong>个"), cite("4个", "test_others"))
    first, second = richtext.cited(markup)

    changed = cites.recited(
        markup, {0: replace(first, text="5<个"), 1: replace(second, as_of="2020-01-02")}
    )

    assert changed == (
        '<p>开头一句。全市有<span class="cite" data-figure="test_units"><strong>5&lt;个</strong>'
        '</span>，还有<span class="cite" data-figure="test_others" data-as-of="2020-01-02">4个'
        "</span>。最后一句。</p>"
    )


# Sync and check ----------------------------------------------------------------------------------


def test_rows_follow_the_text_at_every_save():
    release = make.release(body=text_with(cite("3个"), cite("3个"), cite("4个")))
    before = list(Citation.objects.of(release).values_list("wording", "pk"))

    release.body = text_with(cite("4个"), cite("3个"))
    release.save()

    after = list(Citation.objects.of(release).values_list("wording", "pk"))
    assert [wording for wording, _ in before] == ["3个", "3个", "4个"]
    assert after == [before[2], before[0]]


def test_answers_and_large_numbers_cite_as_the_text_does():
    units(3)
    release = make.conference(body=text_with(cite("3个")))
    make.question(release, "问？", ("示例甲", "主任", text_with(cite("4个"))))
    FigureBlock.objects.create(release=release, figure="test_units", shown="5个", label="单位")

    found = citations.check(release)

    assert [(one.citation.wording, one.citation.found) for one in found] == [("4个", 3), ("5个", 3)]
    assert [str(one.citation.field) for one in found] == ["示例甲的回答", "大号数字：单位"]


@pytest.mark.parametrize(
    ("shown", "state"),
    [("12个", "ok"), ("10余个", "ok"), ("近13个", "ok"), ("13个", "differs"), ("很多", "unknown")],
)
def test_a_number_holds_by_its_own_wording(shown, state):
    units(12)
    release = make.release(body=text_with(cite(shown)))

    citations.check(release)

    assert states(release) == [state]


@pytest.mark.parametrize(
    ("span", "state", "why"),
    [
        (cite("3个", "gone"), "unknown", "已经没有名为“gone”的数据"),
        (cite("3个", period="2020-12-31/2020-01-01"), "unknown", "看不懂"),
        (cite("3个", period="2020-99-99/"), "unknown", "看不懂"),
        (cite("9" * 30 + "个"), "unknown", "不是一个带单位的数字"),
        (cite("3个", **{"as_of": "2020-13-45"}), "ok", ""),
    ],
)
def test_what_cannot_be_understood_is_said_and_not_published(span, state, why):
    units(3)
    release = make.release(body=text_with(span), status=Status.APPROVED)
    chief = make.user("reviewer_3")

    found = citations.check(release)

    assert states(release) == [state]
    assert why in "".join(one.citation.why for one in found)
    if state != "ok":
        with pytest.raises(CitationsDiffer):
            release.publish(by=chief)


def test_a_figure_whose_query_fails_fails_alone(counted):
    units(2, "G")
    counted.append(True)
    release = make.release(body=text_with(cite("3个"), cite("2个", "test_others")))

    found = citations.check(release)

    assert [(one.citation.state, one.citation.why) for one in found] == [
        ("failed", "数据“test_units”暂时算不出来。")
    ]


# Rederive ----------------------------------------------------------------------------------------


def test_one_row_more_turns_exactly_the_documents_that_cite_it_red():
    units(3)
    units(2, "G")
    draft = make.release("草稿", body=text_with(cite("3个")))
    live = make.live_release("已发布", body=text_with(cite("2个", "test_others"), cite("3个")))
    other = make.live_release("别的", body=text_with(cite("2个", "test_others")))
    loose = make.release("宽的", body=text_with(cite("超3个"), cite("3个以上")))
    withdrawn = make.release("撤下", body=text_with(cite("3个")), status=Status.WITHDRAWN)
    assert recheck.rederive() == []

    units(1)
    found = recheck.rederive()

    assert [(one.document, one.citation.wording, one.citation.now) for one in found] == [
        (draft, "3个", "4个"),
        (live, "3个", "4个"),
    ]
    assert states(live) == ["ok", "differs"]
    assert [states(one) for one in (other, withdrawn)] == [["ok"], ["ok"]]
    assert states(loose) == ["ok", "ok"]
    assert set(Release.objects.contradicted()) == {draft, live}
    assert {row.object_id for row in citations.failing()} == {draft.pk, live.pk}


def test_what_holds_again_turns_green_again():
    units(3)
    release = make.release(body=text_with(cite("4个")))
    recheck.rederive()
    before = states(release)

    units(1)

    assert recheck.rederive() == []
    assert (before, states(release)) == (["differs"], ["ok"])


@pytest.mark.parametrize("count", [1, 30])
def test_each_figure_is_asked_once_however_many_cite_it(count, django_assert_num_queries):
    units(3)
    for number in range(count):
        make.release(f"稿{number}", body=text_with(cite("3个"), cite("0个", "test_others")))
    recheck.rederive()
    told = []

    # The kinds of document, what they cite, their citations, two figures, the time of the check,
    # what fails.
    with django_assert_num_queries(9):
        found = recheck.rederive(progress=lambda done, total: told.append((done, total)))

    assert found == []
    assert (told[0], told[-1]) == ((0, 2 * count), (2 * count, 2 * count))


def test_the_command_lists_what_differs_and_ends_with_one(capsys):
    units(3)
    make.release("两个数", body=text_with(cite("2个")))

    with pytest.raises(SystemExit) as end:
        call_command("rederive")

    assert end.value.code == 1
    printed = capsys.readouterr().out
    assert "《两个数》" in printed
    assert "全市有2个。" in printed
    assert "3个" in printed


def test_the_command_ends_with_nothing_to_say_when_all_holds(capsys):
    units(3)
    make.release(body=text_with(cite("3个")))

    call_command("rederive", format="json")

    assert capsys.readouterr().out == "[]\n"


# The clock ---------------------------------------------------------------------------------------


def at(hour):
    return timezone.localtime().replace(hour=hour, minute=30)


def test_the_night_is_worked_once_by_two_clocks(django_capture_on_commit_callbacks):
    units(3)
    release = make.release(body=text_with(cite("2个")))

    with django_capture_on_commit_callbacks(execute=True):
        lines = [clock.tick(at(1)), clock.tick(at(2)), clock.tick(at(2)), clock.tick(at(23))]

    job = Job.objects.get()
    assert [len(line) for line in lines] == [0, 1, 0, 0]
    assert (job.state, job.summary) == ("done", {"differences": 1, "documents": 1})
    assert (job.done, job.total) == (1, 1)
    assert states(release) == ["differs"]


def test_a_night_begun_by_another_clock_in_the_same_moment_is_left_to_it():
    first = jobs.start_once(once="rederive 2020-11-20", kind="rederive", title="夜间")

    second = jobs.start_once(once="rederive 2020-11-20", kind="rederive", title="夜间")

    assert (Job.objects.get(), second) == (first, None)


def scheduled(minutes, body):
    when = timezone.now() + timedelta(minutes=minutes)
    return make.release(
        body=body, status=Status.PUBLISHED, publish_at=when, first_published_at=when
    )


def test_a_text_about_to_appear_with_a_wrong_figure_is_taken_off_its_schedule():
    units(3)
    wrong, right = scheduled(3, text_with(cite("2个"))), scheduled(3, text_with(cite("3个")))
    later = scheduled(60, text_with(cite("2个")))

    clock.tick()

    for text in (wrong, right, later):
        text.refresh_from_db()
    review = Review.objects.of(wrong).get()
    event = AuditEvent.objects.get(act="publishing.unscheduled")
    assert (wrong.status, wrong.publish_at) == ("approved", None)
    assert (right.status, later.status) == ("published", "published")
    assert (review.reviewer, review.verdict) == (None, "unscheduled")
    assert review.reviewer_name == "系统时钟"
    assert "3个" in review.opinion
    assert (event.actor, event.target_id) == ("系统时钟", str(wrong.pk))


# Settling ----------------------------------------------------------------------------------------


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


OLD = {"historical": "1", "as_of": "2020-11-20"}


def held_once(text, count=2, **extra):
    """A text whose number held, until one row more came."""
    units(count)
    release = make.release(body=text, **extra)
    citations.check(release)
    units(1)
    citations.check(release)
    return release


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


# Large numbers -----------------------------------------------------------------------------------


def test_a_large_number_left_empty_is_written_from_its_rows():
    units(3)
    block = FigureBlock(release=make.release(), figure="test_units", qualifier="")

    block.full_clean()

    assert block.shown == "3个"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"figure": "gone"}, "figure"),
        ({"period": "2020-12-31/2020-01-01"}, "period"),
        ({"shown": "很多"}, "shown"),
    ],
)
def test_a_large_number_that_cites_nothing_is_refused_in_words(given, field):
    block = FigureBlock(release=make.release(), **{"figure": "test_units", **given})

    with pytest.raises(ValidationError) as refused:
        block.full_clean()

    assert list(refused.value.message_dict) == [field]


def test_the_columns_hold_what_was_found():
    units(3)
    release = make.release(body=text_with(cite("3个", value="3")))

    citations.check(release)

    row = Citation.objects.get()
    assert (row.shown, row.step, row.found) == (Decimal(3), Decimal(1), Decimal(3))
    assert (row.unit, row.field, row.figure) == ("个", "正文", "test_units")

"""The recheck: every cited figure anew, whatever one bad row does."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from civic import citations, recheck
from civic.audit import AuditEvent
from civic.citations import Citation, CitationsDiffer
from civic.publishing import Review, Status
from releases.models import Release
from tests import make
from tests.civic.cited import cite, scheduled, states, text_with, units
from tests.releases.test_media import account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted")]


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


def test_the_command_says_how_many_it_checked_when_all_hold(capsys):
    units(3)
    make.release(body=text_with(cite("3个")))

    call_command("rederive")
    assert capsys.readouterr().out == "共核对 1 个引用数字，全部相符。\n"
    call_command("rederive", format="json")

    assert capsys.readouterr().out == "[]\n"


def test_one_bad_row_fails_alone_and_the_others_go_on(monkeypatch):
    units(3)
    bad, wrong = (
        make.release(body=text_with(cite("3个"))),
        make.release(body=text_with(cite("2个"))),
    )
    judge = Citation.judge

    def broken(row, value):
        if row.object_id == bad.pk:
            raise ArithmeticError("示例故障")
        return judge(row, value)

    monkeypatch.setattr(Citation, "judge", broken)
    found = recheck.rederive()

    assert [one.document for one in found] == [bad, wrong]
    assert [states(one) for one in (bad, wrong)] == [["failed"], ["differs"]]


def test_one_bad_row_fails_alone_in_the_check_of_its_text(monkeypatch):
    units(3)
    release = make.release(body=text_with(cite("3个"), cite("0个", "test_others")))
    judge = Citation.judge

    def broken(row, value):
        if row.figure == "test_others":
            raise ArithmeticError("示例故障")
        return judge(row, value)

    monkeypatch.setattr(Citation, "judge", broken)
    citations.check(release)

    assert states(release) == ["ok", "failed"]


def test_a_decision_made_while_the_recheck_runs_stands(monkeypatch):
    units(3)
    release = make.release(body=text_with(cite("2个")))
    judge = Citation.judge

    def decided_meanwhile(row, value):
        Citation.objects.filter(pk=row.pk).update(kept_at=timezone.now(), state="ok")
        return judge(row, value)

    monkeypatch.setattr(Citation, "judge", decided_meanwhile)
    recheck.rederive()

    assert states(release) == ["ok"]


def test_progress_is_told_once_a_second_however_many_rows_there_are():
    units(3)
    make.release(body=text_with(*[cite("3个") for _ in range(200)]))
    told = []

    recheck.rederive(progress=lambda done, total: told.append((done, total)))

    assert told[0] == (0, 200)
    assert told[-1] == (200, 200)
    assert len(told) < 10


def test_a_text_withdrawn_as_out_of_date_is_rechecked_but_is_no_work_for_the_desk():
    units(3)
    old = make.release(
        body=text_with(cite("2个")), status=Status.WITHDRAWN, withdraw_reason="outdated"
    )

    found = recheck.rederive()

    assert (found, states(old)) == ([], ["differs"])
    assert not Release.objects.contradicted().exists()


def test_a_scheduled_text_that_is_found_wrong_leaves_its_schedule_at_once():
    units(3)
    wrong, right = scheduled(600, text_with(cite("2个"))), scheduled(600, text_with(cite("3个")))

    recheck.rederive()

    for text in (wrong, right):
        text.refresh_from_db()
    assert [text.status for text in (wrong, right)] == ["approved", "published"]
    assert "3个" in Review.objects.of(wrong).get().opinion
    assert AuditEvent.objects.filter(act="publishing.unscheduled").count() == 1


def test_a_recheck_of_one_figure_leaves_the_others_alone():
    units(3)
    release = make.release(body=text_with(cite("2个"), cite("9个", "test_others")))

    found = recheck.rederive(figure="test_units")

    assert [one.citation.figure for one in found] == ["test_units"]
    assert states(release) == ["differs", "ok"]


@pytest.mark.parametrize("count", [1, 30])
def test_groups_are_looked_up_together(count, django_assert_num_queries):
    """As many accounts are cited as there are texts; one of them is gone since."""
    for number in range(count):
        account(f"account{number}")
        span = cite("0篇", "media_posts", group=f"account{number}")
        make.release(f"稿{number}", body=text_with(span))
    recheck.rederive()

    # One of the accounts themselves, one a figure with its group, and what is asked in any case.
    with django_assert_num_queries(10 + count):
        recheck.rederive()


def test_a_citation_of_a_group_that_is_gone_is_told(counted):
    gone = account("gone")
    span = cite("0篇", "media_posts", group="gone")
    release = make.release(body=text_with(span, cite("0篇", "media_posts", group="nosuch")))
    before = [one.citation.params for one in citations.check(release)]
    gone.delete()

    found = recheck.rederive()

    assert before == ["||nosuch"]
    assert states(release) == ["unknown", "unknown"]
    assert "gone" in found[0].citation.why
    with pytest.raises(CitationsDiffer):
        citations.demand(release)

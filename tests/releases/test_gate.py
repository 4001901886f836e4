"""The gate: a release with a figure that no longer holds goes nowhere, by whatever door."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from civic import citations, clock, figures, recheck
from civic.audit import AuditEvent
from civic.citations import Citation, CitationsDiffer
from civic.figures import Figure, Kind
from civic.jobs import Job
from civic.publishing import Status
from civic.units import Unit
from releases import actions
from releases.figureblocks import FigureBlock
from releases.media import MediaAccount, MediaPost
from releases.models import Release, Topic
from releases.transcripts.drafts import save_transcript
from releases.transcripts.transcript import Transcript
from tests import make
from tests.releases.test_admin import change_url, form_of

pytestmark = pytest.mark.django_db

LIST = "/admin/releases/release/"


@pytest.fixture(autouse=True)
def counted():
    """A figure of these tests: units whose code begins with F."""
    figures.register(
        Figure(
            name="test_units",
            label="示例单位数",
            definition="示例",
            unit="个",
            kind=Kind.COUNT,
            rows=lambda params: Unit.objects.filter(code__startswith="F"),
            is_public=True,
        )
    )
    units(3)
    yield
    figures.REGISTRY.pop("test_units", None)


def units(count):
    for _ in range(count):
        make.unit(code=f"F{make.number():05d}")


def cite(text="3个", extra=""):
    return f'<span class="cite" data-figure="test_units"{extra}>{text}</span>'


BODY = f"<p>全市有示例单位{cite()}。</p>"


def approved(title="数字稿", body=BODY, **extra):
    return make.release(title, body=body, status=Status.APPROVED, **extra)


@pytest.fixture
def chief(client):
    """May publish, withdraw and change; has no hand in the texts."""
    person = make.user("reviewer_3")
    client.force_login(person)
    return person


def step_url(release, step):
    return reverse("admin:releases_release_step", args=[release.pk, step])


def take(client, release, step, **data):
    sent = {"version": Release.objects.get(pk=release.pk).version, **data}
    return client.post(step_url(release, step), sent)


def test_who_may_not_settle_is_told_who_may(client, chief):
    writer = make.user("editor", name="示例撰稿")
    release = approved(created_by=writer, unit=writer.unit)
    chief.groups.clear()
    chief.groups.add(*make.user("office_chief").groups.all())
    units(1)

    answer = take(client, release, "publish")

    assert answer.status_code == 409
    assert answer.context["settlers"][0] == writer
    assert "示例撰稿" in answer.text


# The rows change ---------------------------------------------------------------------------------


def test_a_text_turns_red_when_a_row_of_its_figure_is_changed_in_the_back_office(
    client, django_capture_on_commit_callbacks
):
    editor = make.user("editor")
    client.force_login(editor)
    account = MediaAccount.objects.create(
        code="rmh", name="人民号", platform="renmin", level="own", unit=editor.unit
    )
    posts = [
        MediaPost.objects.create(
            account=account,
            title=f"文章{n}",
            url=f"https://example.com/{n}",
            published_on=date(2020, 3, n + 1),
        )
        for n in range(3)
    ]
    span = '<span class="cite" data-figure="media_posts" data-group="rmh">3篇</span>'
    cites = make.release(body=f"<p>发布{span}。</p>", unit=editor.unit, created_by=editor)
    make.release(body=BODY, unit=editor.unit, created_by=editor)
    assert recheck.rederive() == []

    delete = reverse("admin:releases_mediapost_delete", args=[posts[0].pk])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(delete, {"post": "yes"}).status_code == 302

    assert list(Release.objects.contradicted()) == [cites]
    assert "3篇" in client.get("/admin/").text
    assert Job.objects.get().kind == clock.KIND


def test_many_changes_wait_for_one_recheck(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        clock.soon()
        clock.soon()

    assert Job.objects.count() == 1


# Topics ----------------------------------------------------------------------------------------


INTRO = f"<p>全市共有示例单位{cite()}。</p>"


def topic_form(intro, **changed):
    fields = {"title": "示例专题", "slug": "example", "summary": "示例", "intro": intro}
    return {**fields, "order": "1", "is_open": "on", "version": "1", **changed}


@pytest.fixture
def staff(client):
    person = make.user("office_staff")
    client.force_login(person)
    return person


def test_an_introduction_is_saved_for_readers_only_with_numbers_that_hold(client, staff):
    add = reverse("admin:releases_topic_add")

    refused = client.post(add, topic_form(INTRO.replace("3个", "5个")))
    assert refused.status_code == 200
    assert "intro" in refused.context["adminform"].form.errors
    assert "5个" in refused.text  # nothing typed is lost
    assert not Topic.objects.exists()

    assert client.post(add, topic_form(INTRO)).status_code == 302
    page = client.get(Topic.objects.get().get_absolute_url()).text
    assert '<a class="cite" href="/figures/test_units/"' in page
    assert 'id="cite-1"' in page


def test_a_topic_not_shown_may_hold_what_it_likes_until_it_is_opened(client, staff):
    wrong = INTRO.replace("3个", "5个")
    closed = topic_form(wrong)
    del closed["is_open"]

    assert client.post(reverse("admin:releases_topic_add"), closed).status_code == 302
    change = reverse("admin:releases_topic_change", args=[Topic.objects.get().pk])
    assert client.post(change, topic_form(wrong)).status_code == 200
    assert Topic.objects.open().count() == 0


def test_an_open_introduction_turns_red_at_the_desk_when_its_rows_change(client, staff):
    make.topic("不变", intro="<p>没有数字。</p>")
    topic = make.topic("示例专题", intro=INTRO)
    assert "示例专题" not in client.get("/admin/").text

    units(1)
    (found,) = recheck.rederive()

    assert (found.document, found.citation.found) == (topic, 4)
    assert list(Topic.objects.contradicted()) == [topic]
    assert topic.get_admin_url() in client.get("/admin/").text
    page = client.get("/admin/releases/topic/").text
    assert page.count("icon-no") == 1


def local(when):
    return timezone.localtime(when).strftime("%Y-%m-%dT%H:%M")


# Every door -----------------------------------------------------------------------------------


def test_the_button_refuses_and_shows_the_difference(client, chief):
    release = approved()
    units(1)

    response = take(client, release, "publish")

    release.refresh_from_db()
    assert (response.status_code, release.status) == (409, Status.APPROVED)
    assert "全市有示例单位3个。" in response.text
    assert "改用新值：4个" in response.text
    assert "保留3个" not in response.text
    assert AuditEvent.objects.filter(act="publishing.refused").count() == 1
    assert [row.state for row in Citation.objects.of(release)] == ["differs"]


def test_the_schedule_refuses(client, chief):
    release = approved()
    units(1)

    response = take(client, release, "schedule", at=local(timezone.now() + timedelta(hours=3)))

    release.refresh_from_db()
    assert (response.status_code, release.status) == (409, Status.APPROVED)


def test_a_schedule_made_before_the_rows_changed_does_not_come_true(client, chief):
    release, right = approved(), approved("别的", "<p>没有数字。</p>")
    soon = timezone.now() + timedelta(minutes=4)
    for text in (release, right):
        text.publish(by=chief, at=soon)
    units(1)

    clock.tick()

    assert list(Release.objects.live(at=soon + timedelta(minutes=1))) == [right]


def test_the_admin_action_refuses_one_and_publishes_the_other(client, chief):
    wrong, right = approved("错的"), approved("对的", "<p>没有数字。</p>")
    units(1)
    data = {"action": "publish_selected", "_selected_action": [wrong.pk, right.pk]}

    response = client.post(LIST, data, follow=True)

    assert "《错的》：稿件中有 1 处数字与数据不符" in response.text
    assert "已发布 1 篇" in response.text
    assert list(Release.objects.live()) == [right]
    assert list(Release.objects.contradicted()) == [wrong]


def test_an_emergency_is_no_way_around_it(client):
    release = make.release(body=BODY)
    client.force_login(make.user("office_chief"))
    units(1)

    response = take(client, release, "publish_urgently", reason="须立即告知市民")

    release.refresh_from_db()
    assert (response.status_code, release.status) == (409, Status.DRAFT)


def test_an_imported_text_keeps_its_citations_and_is_refused_alike(client, chief):
    transcript = Transcript(title="导入稿", body=f"<p>共{cite('5个')}。</p>", kind="news")

    release = save_transcript(
        transcript=transcript, by=None, channel=make.channel(), unit=make.unit()
    )

    assert [row.state for row in Citation.objects.of(release)] == ["differs"]
    with pytest.raises(CitationsDiffer):
        release.submit(by=make.user("editor"))
    Release.objects.update(status=Status.APPROVED)
    assert take(client, release, "publish").status_code == 409


def test_submitting_refuses_one_by_one_and_by_the_dozen(client):
    editor = make.user("editor")
    client.force_login(editor)
    release = make.release("错的", body=BODY, created_by=editor)
    units(1)

    single = take(client, release, "submit")
    many = client.post(
        LIST, {"action": "submit_selected", "_selected_action": [release.pk]}, follow=True
    )

    assert single.status_code == 409
    assert "《错的》" in many.text
    assert Release.objects.get().status == Status.DRAFT


def test_a_correction_is_not_merged_while_a_figure_differs(client, chief):
    editor = make.user("editor")
    original = make.live_release(body=BODY, created_by=editor)
    units(1)
    copy = actions.start_correction(release=original, by=editor)
    Release.objects.filter(pk=copy.pk).update(status=Status.APPROVED, correction_note="改数。")

    response = take(client, copy, "publish")

    original.refresh_from_db()
    assert response.status_code == 409
    assert original.change_notes == []


def test_what_holds_is_published(client, chief):
    release = approved()

    response = take(client, release, "publish")

    assert response.status_code == 302
    assert list(Release.objects.live()) == [release]


# Where it is seen -----------------------------------------------------------------------------


def test_exactly_the_texts_that_cite_it_are_red_on_the_desk_in_the_list_and_in_the_form(
    client, chief
):
    red, green = approved("变红的"), approved("照旧的", "<p>没有数字。</p>")
    recheck.rederive()
    before = client.get(LIST).text
    units(1)

    recheck.rederive()

    desk, whole = client.get("/admin/").text, client.get(LIST).text
    filtered = client.get(f"{LIST}?figures=differ")
    forms = [client.get(change_url(one)).text for one in (red, green)]
    assert "chip-broken" not in before
    assert whole.count("数字不符</span>") == 1
    assert list(filtered.context["cl"].queryset) == [red]
    assert "数字不符的稿件" in desk
    assert "文中写的是3个。按现有数据应为4个。" in desk
    assert ["与数据不符，这样不能送审" in text for text in forms] == [True, False]


def test_saving_the_form_checks_the_figures_at_once(client):
    editor = make.user("editor")
    client.force_login(editor)
    release = make.release(body="<p>正文。</p>", created_by=editor)
    data = form_of(client, change_url(release)) | {"body": f"<p>共{cite('9个')}。</p>"}

    response = client.post(change_url(release), data)

    assert response.status_code == 302
    assert "文中写的是<strong>9个</strong>" in client.get(change_url(release)).text
    assert [row.state for row in Citation.objects.of(release)] == ["differs"]


# Settling -------------------------------------------------------------------------------------


def red_draft(body=BODY, **extra):
    release = make.release("待改的", body=body, **extra)
    units(1)
    citations.check(release)
    return release


def test_the_new_value_is_taken_on_the_page_and_the_text_is_a_draft_again(client, chief):
    release = red_draft(status=Status.FIRST)
    page = client.get(step_url(release, "figures"))
    data = {"choice-0-0": "take", "now-0-0": "4个"}

    response = take(client, release, "figures", **data)

    release.refresh_from_db()
    assert (page.status_code, response.status_code) == (200, 302)
    assert ">4个</span>" in release.body
    assert release.status == Status.DRAFT
    assert [row.state for row in Citation.objects.of(release)] == ["ok"]


def test_of_two_people_the_second_is_told_and_nothing_is_lost(client, chief):
    release = red_draft()
    data = {"version": release.version, "choice-0-0": "take", "now-0-0": "4个"}
    client.post(step_url(release, "figures"), data)

    second = client.post(step_url(release, "figures"), data)

    release.refresh_from_db()
    assert second.status_code == 409
    assert "稿件" in second.text
    assert (release.body.count("4个"), release.version) == (1, 2)


def test_nothing_chosen_is_asked_again(client, chief):
    release = red_draft()

    response = take(client, release, "figures")

    assert response.status_code == 400
    assert "请至少选定一处" in response.text


def test_what_is_not_historical_cannot_be_kept_by_a_forged_form(client, chief):
    release = red_draft()

    response = take(client, release, "figures", **{"choice-0-0": "keep"})

    release.refresh_from_db()
    assert response.status_code == 400
    assert "data-historical" not in release.body


def test_a_number_of_its_day_is_kept_and_its_text_published(client, chief):
    dated = cite(extra=' data-period="2020-01-01/2020-11-20" data-historical="1"')
    release = make.release("待改的", body=f"<p>当年有{dated}。</p>")
    citations.check(release)
    units(1)
    citations.check(release)

    kept = take(client, release, "figures", **{"choice-0-0": "keep"})
    Release.objects.filter(pk=release.pk).update(status=Status.APPROVED)
    published = take(client, release, "publish")

    release.refresh_from_db()
    assert (kept.status_code, published.status_code) == (302, 302)
    assert 'data-historical="1"' in release.body
    assert 'data-as-of="2020-11-20"' in release.body


def test_a_number_that_was_never_right_is_not_offered_to_be_kept(client, chief):
    wrong = cite("99999个", ' data-historical="1" data-as-of="2020-11-20"')
    release = red_draft(f"<p>当年有{wrong}。</p>")

    page = client.get(step_url(release, "figures"))
    forged = take(client, release, "figures", **{"choice-0-0": "keep"})

    row = Citation.objects.of(release).get()
    assert (page.status_code, forged.status_code) == (200, 400)
    assert '<p class="differs-advice">' in page.text
    assert 'value="keep"' not in page.text
    assert (row.state, row.kept_at) == ("differs", None)


def test_who_may_not_change_the_text_reads_the_difference_only(client):
    release = approved()
    client.force_login(make.user("office_chief"))
    units(1)

    response = take(client, release, "publish")
    forged = take(client, release, "figures", **{"choice-0-0": "take", "now-0-0": "4个"})

    assert response.status_code == 409
    assert "全市有示例单位3个。" in response.text
    assert "choice-0-0" not in response.text
    assert forged.status_code == 403


# Large numbers --------------------------------------------------------------------------------


def test_large_numbers_stand_on_the_page_with_their_day_and_lead_to_their_figure(client):
    release = make.live_release(body="<p>正文。</p>")
    FigureBlock.objects.create(
        release=release,
        figure="test_units",
        shown="3个",
        label="示例说明",
        as_of=date(2020, 11, 20),
    )

    text = client.get(release.get_absolute_url()).text

    assert '<a href="/figures/test_units/"><strong>3</strong>个</a>' in text
    assert "示例说明" in text
    assert "截至 2020-11-20" in text


def test_a_large_number_is_added_in_the_form_and_written_from_its_rows(client):
    editor = make.user("editor")
    client.force_login(editor)
    release = make.release(created_by=editor)
    data = form_of(client, change_url(release))
    data |= {"figure_blocks-TOTAL_FORMS": 1, "figure_blocks-0-figure": "test_units"}
    data |= {"figure_blocks-0-order": 1, "figure_blocks-0-release": release.pk}

    response = client.post(change_url(release), data)

    assert response.status_code == 302
    assert [(one.figure, one.shown) for one in release.figure_blocks.all()] == [
        ("test_units", "3个")
    ]


def test_a_correction_takes_large_numbers_along_and_back(client, chief):
    editor = make.user("editor")
    original = make.live_release(body="<p>正文。</p>", created_by=editor)
    FigureBlock.objects.create(release=original, figure="test_units", shown="3个", label="旧")

    copy = actions.start_correction(release=original, by=editor)
    copy.figure_blocks.update(label="新")
    Release.objects.filter(pk=copy.pk).update(status=Status.APPROVED, correction_note="改字。")
    Release.objects.get(pk=copy.pk).publish(by=chief)

    assert [(one.label, one.shown) for one in original.figure_blocks.all()] == [("新", "3个")]
    assert [row.wording for row in Citation.objects.of(original)] == ["3个"]

"""The release desk: forms, forged fields, steps, conflicts, lists."""

import io

import pytest
from django.urls import reverse
from django.utils.translation import gettext
from PIL import Image

from civic.audit import AuditEvent
from civic.pictures import Picture
from civic.publishing import Status
from releases.models import Answer, Question, Release, Speaker
from tests import make

pytestmark = pytest.mark.django_db

LIST = "/admin/releases/release/"


@pytest.fixture
def editor(client):
    person = make.user("editor", unit=make.unit("示例市文明办"))
    client.force_login(person)
    return person


def png(colour=(10, 120, 60)):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    out.seek(0)
    out.name = "图.png"
    return out


def change_url(release):
    return reverse("admin:releases_release_change", args=[release.pk])


def form_of(client, url):
    """What a browser would send of the form at `url`, as it was opened."""
    response = client.get(url)
    adminform = response.context["adminform"].form
    data = {}
    forms = [adminform]
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        data |= {f"{formset.prefix}-{k}": v for k, v in formset.management_form.initial.items()}
        forms += formset.forms
        for form in formset.forms:
            for beneath in getattr(form, "beneath", ()):
                fields = beneath.management_form.initial.items()
                data |= {f"{beneath.prefix}-{k}": v for k, v in fields}
                forms += beneath.forms
    for form in forms:
        for bound in form:
            value = bound.value()
            if bound.name in ("held_at", "original_at", "expire_at", "pinned_until"):
                if value:
                    parts = bound.field.widget.decompress(value)
                    data |= {f"{bound.html_name}_0": parts[0], f"{bound.html_name}_1": parts[1]}
            elif value is not None and bound.name not in ("DELETE", "file", "upload"):
                data[bound.html_name] = getattr(value, "pk", value)
    return data


def test_a_new_release_is_a_draft_of_who_wrote_it(client, editor):
    channel = make.channel()
    data = form_of(client, f"{LIST}add/")
    data |= {"kind": "news", "channel": channel.pk, "title": "示例新闻", "body": "<p>正文。</p>"}

    response = client.post(f"{LIST}add/", data)

    release = Release.objects.get()
    assert response.status_code == 302
    assert (release.status, release.created_by, release.unit) == ("draft", editor, editor.unit)


def test_fields_of_state_are_not_taken_from_a_form(client, editor):
    channel, other = make.channel(), make.user("reviewer_3")
    data = form_of(client, f"{LIST}add/")
    data |= {"kind": "news", "channel": channel.pk, "title": "示例新闻", "body": "<p>正文。</p>"}
    data |= {
        "status": "published",
        "publish_at_0": "2020-11-20",
        "publish_at_1": "19:25",
        "publish_at": "2020-11-20 19:25",
        "first_published_at": "2020-11-20 19:25",
        "reviewed_by": other.pk,
        "created_by": other.pk,
        "submitted_by": other.pk,
        "pinned_until_0": "2030-01-01",
        "pinned_until_1": "00:00",
        "imprint": '[{"stage": "final_review", "name": "示例丁"}]',
        "version": "9",
    }

    client.post(f"{LIST}add/", data)

    release = Release.objects.get()
    assert (release.status, release.publish_at, release.first_published_at) == ("draft", None, None)
    assert (release.created_by, release.submitted_by) == (editor, None)
    assert (release.imprint, release.pinned_until, release.version) == ([], None, 1)


def test_what_only_a_conference_has_is_refused_elsewhere(client, editor):
    release = make.release(created_by=editor)
    data = form_of(client, change_url(release))
    data |= {"venue": "市新闻发布厅", "speakers-0-name": "示例发言"}

    response = client.post(change_url(release), data)

    assert "只有新闻发布会才填写此项" in response.text
    assert "只有新闻发布会才有这些内容" in response.text
    assert Speaker.objects.count() == 0


def test_questions_are_saved_with_their_answers_in_order(client, editor):
    release = make.release(kind="conference", created_by=editor)
    speaker = Speaker.objects.create(release=release, name="示例发言", post="主任")
    data = form_of(client, change_url(release))
    data |= {
        "questions-0-outlet": "示例日报",
        "questions-0-text": "覆盖面有多大？",
        "questions-0-answers-TOTAL_FORMS": 2,
        "questions-0-answers-0-order": 2,
        "questions-0-answers-0-speaker": speaker.pk,
        "questions-0-answers-0-body": "<p>第二段。</p>",
        "questions-0-answers-1-order": 1,
        "questions-0-answers-1-name": "示例发言",
        "questions-0-answers-1-body": "<p>第一段。</p>",
    }

    response = client.post(change_url(release), data)

    answers = Question.objects.get().answers.all()
    assert response.status_code == 302
    assert [one.body for one in answers] == ["<p>第一段。</p>", "<p>第二段。</p>"]
    # A name of the platform is linked, with the post held that day.
    assert [(one.speaker, one.post) for one in answers] == [(speaker, "主任")] * 2


def test_an_answer_without_words_or_answerer_is_refused_at_its_field(client, editor):
    release = make.release(kind="conference", created_by=editor)
    data = form_of(client, change_url(release))
    data |= {"questions-0-text": "覆盖面有多大？", "questions-0-answers-0-post": "主任"}

    response = client.post(change_url(release), data)

    assert "请写明谁回答的" in response.text
    assert "请填写回答" in response.text
    assert Answer.objects.count() == 0


def test_a_picture_is_uploaded_with_its_words_in_the_row(client, editor):
    release = make.release(created_by=editor)
    data = form_of(client, change_url(release))
    wordless = client.post(change_url(release), {**data, "gallery-0-upload": png()})
    words = {"gallery-0-alt": "绿色的图", "gallery-0-credit": "示例甲 摄"}

    response = client.post(change_url(release), {**data, **words, "gallery-0-upload": png()})

    picture = Picture.objects.get()
    assert "请写替代文字" in wordless.text
    assert response.status_code == 302
    assert (picture.alt, picture.credit, picture.unit) == ("绿色的图", "示例甲 摄", editor.unit)
    assert [row.picture for row in release.gallery.all()] == [picture]


def test_a_broken_picture_or_file_is_refused_at_its_field(client, editor):
    release = make.release(created_by=editor)
    data = form_of(client, change_url(release))
    broken = io.BytesIO(b"<script>")
    broken.name = "a.png"
    program = io.BytesIO(b"MZ\x90")
    program.name = "a.exe"
    data |= {"gallery-0-upload": broken, "gallery-0-alt": "图", "attachments-0-file": program}

    response = client.post(change_url(release), data)

    formsets = {
        one.formset.prefix: one.formset for one in response.context["inline_admin_formsets"]
    }
    assert list(formsets["gallery"].forms[0].errors) == ["upload"]
    assert list(formsets["attachments"].forms[0].errors) == ["file"]
    assert Picture.objects.count() == 0


def test_rows_of_another_unit_are_not_taken_from_a_forged_form(client):
    liaison = make.user("unit_liaison", unit=make.unit())
    client.force_login(liaison)
    secret = make.release("他单位的草稿", unit=make.unit())
    mine = make.release("本单位", unit=liaison.unit, created_by=liaison)
    data = form_of(client, change_url(mine))
    data |= {"related_rows-0-to": secret.pk, "unit": secret.unit.pk}

    response = client.post(change_url(mine), data)

    mine.refresh_from_db()
    assert response.status_code == 200
    assert (mine.unit, mine.related_rows.count()) == (liaison.unit, 0)
    assert "他单位的草稿" not in response.text


def test_an_edit_in_review_makes_it_a_draft_and_says_so(client, editor):
    release = make.release(created_by=editor)
    release.submit(by=editor)
    data = form_of(client, change_url(release)) | {"title": "改过的标题"}

    response = client.post(change_url(release), data, follow=True)

    assert "稿件已变回草稿" in response.text
    assert Release.objects.get().status == Status.DRAFT


def test_a_published_text_is_not_edited_in_place(client, editor):
    release = make.live_release(created_by=editor)

    response = client.post(change_url(release), {"title": "改过的标题"})

    assert response.status_code == 403
    assert Release.objects.get().title == "已经发布"


# Two editors --------------------------------------------------------------------------------


def test_the_second_of_two_editors_sees_both_texts_and_may_save_on_top(client, editor):
    release = make.release("标题", kind="conference", created_by=editor)
    Question.objects.create(release=release, outlet="示例日报", text="原来的问题？")
    data = form_of(client, change_url(release))
    theirs = data | {"title": "对方的标题", "questions-0-text": "对方改的问题？"}
    mine = data | {"title": "我的标题", "questions-0-text": "我改的问题？", "summary": "一\r\n二"}
    client.post(change_url(release), theirs)

    conflict = client.post(change_url(release), mine)
    seen = {
        row.label: ([line for _new, line in row.mine], [line for _new, line in row.theirs])
        for row in conflict.context["rows"]
    }
    fields = dict(conflict.context["carried"].fields)
    again = client.post(
        change_url(release), fields | {"based_on_version": conflict.context["version"]}
    )

    release.refresh_from_db()
    assert conflict.status_code == 409
    assert conflict.context["last"].history_user == editor
    assert editor.name in conflict.text
    assert seen["标题"] == (["我的标题"], ["对方的标题"])
    assert any("我改的问题？" in line for line in seen["提问"][0])
    assert any("对方改的问题？" in line for line in seen["提问"][1])
    assert again.status_code == 302
    assert (release.title, release.questions.get().text) == ("我的标题", "我改的问题？")


def test_a_row_the_other_took_out_comes_back_with_mine_on_top(client, editor):
    release = make.release("标题", kind="conference", created_by=editor)
    for number in (0, 1):
        question = Question.objects.create(release=release, order=number, text=f"问题{number}？")
        Answer.objects.create(question=question, name="示例发言", body="<p>回答。</p>")
    mine = form_of(client, change_url(release)) | {"questions-0-text": "我改的问题？"}
    theirs = form_of(client, change_url(release)) | {"questions-0-DELETE": "on"}
    client.post(change_url(release), theirs)

    conflict = client.post(change_url(release), mine)
    fields = dict(conflict.context["carried"].fields)
    again = client.post(
        change_url(release), fields | {"based_on_version": conflict.context["version"]}
    )

    assert again.status_code == 302
    texts = {one.text: [a.body for a in one.answers.all()] for one in release.questions.all()}
    assert texts == {"问题1？": ["<p>回答。</p>"], "我改的问题？": ["<p>回答。</p>"]}


def test_files_that_are_lost_in_a_conflict_are_named(client, editor):
    release = make.release(created_by=editor)
    data = form_of(client, change_url(release))
    client.post(change_url(release), data | {"title": "对方的标题"})
    file = io.BytesIO(b"text")
    file.name = "统计表.txt"

    conflict = client.post(change_url(release), data | {"attachments-0-file": file})
    fields = dict(conflict.context["carried"].fields)
    again = client.post(
        change_url(release), fields | {"based_on_version": conflict.context["version"]}
    )

    assert "统计表.txt" in conflict.text
    assert again.status_code == 302


def test_what_was_typed_is_shown_when_the_text_went_public_meanwhile(client, editor):
    release = make.release(created_by=editor, status=Status.APPROVED)
    data = form_of(client, change_url(release)) | {"title": "我的标题"}
    release.publish(by=make.user("reviewer_3"))

    response = client.post(change_url(release), data)

    assert response.status_code == 409
    assert "我的标题" in response.text
    assert "以我写的为准保存" not in response.text
    assert Release.objects.get().title == "示例新闻"


def test_a_form_without_its_version_is_not_saved(client, editor):
    release = make.release(created_by=editor)
    data = form_of(client, change_url(release)) | {"title": "改过的标题"}
    del data["based_on_version"]

    response = client.post(change_url(release), data)

    assert "请重新打开表单" in response.text
    assert Release.objects.get().title == "示例新闻"


# Steps --------------------------------------------------------------------------------------


def step_url(release, step):
    return reverse("admin:releases_release_step", args=[release.pk, step])


def test_a_step_is_confirmed_and_taken_by_post_only(client, editor):
    release = make.release(created_by=editor)

    page = client.get(step_url(release, "submit"))
    before = Release.objects.get().status
    done = client.post(step_url(release, "submit"), {"version": release.version}, follow=True)

    assert (page.status_code, before) == (200, Status.DRAFT)
    assert Release.objects.get().status == Status.FIRST
    assert "送审" in done.text


def test_who_has_no_right_to_a_step_is_refused(client, editor):
    release = make.release(created_by=editor, status=Status.APPROVED)
    foreign = make.release(unit=make.unit())
    liaison = make.user("unit_liaison", unit=make.unit())

    answers = [
        client.get(step_url(release, "publish")).status_code,
        client.post(step_url(release, "publish"), {"version": 1}).status_code,
        client.get(step_url(release, "fly")).status_code,
    ]
    client.force_login(liaison)
    answers.append(client.post(step_url(foreign, "submit"), {"version": 1}).status_code)

    assert answers == [403, 403, 404, 404]
    assert Release.objects.get(pk=release.pk).status == Status.APPROVED


def test_a_step_on_a_text_that_changed_says_so_and_the_audit_knows(client, editor):
    release = make.release(created_by=editor)
    release.submit(by=editor)
    reviewer = make.user("reviewer_1")
    client.force_login(reviewer)

    looked = client.get(f"{step_url(release, 'approve')}?version=1")
    sent = client.post(step_url(release, "approve"), {"version": 1, "opinion": "写了半天的意见"})

    assert [looked.status_code, sent.status_code] == [409, 409]
    assert "又有改动" in sent.text
    assert "写了半天的意见" in sent.text
    assert AuditEvent.objects.filter(act="publishing.refused").count() == 1
    assert Release.objects.get().status == Status.FIRST


def test_a_step_that_does_not_fit_the_state_is_explained(client, editor):
    release = make.live_release(created_by=editor)

    response = client.get(step_url(release, "submit"))

    assert response.status_code == 409
    assert "不能这样办理" in response.text


def test_a_withdrawal_for_a_successor_leads_to_it(client, editor):
    release, successor = make.live_release("旧"), make.live_release("新")
    draft = make.release("草稿")
    client.force_login(make.user("reviewer_3"))
    data = {"version": release.version, "reason": "superseded"}

    without = client.post(step_url(release, "withdraw"), data)
    to_draft = client.post(step_url(release, "withdraw"), data | {"superseded_by": draft.pk})
    client.post(step_url(release, "withdraw"), data | {"superseded_by": successor.pk})

    release.refresh_from_db()
    assert [without.status_code, to_draft.status_code] == [400, 400]
    assert (release.status, release.superseded_by) == (Status.WITHDRAWN, successor)


def test_the_form_names_who_is_next_and_offers_only_own_steps(client, editor):
    make.user("reviewer_1", name="示例乙")
    release = make.release(created_by=editor)
    release.submit(by=editor)

    response = client.get(change_url(release))

    said = response.context["waiting_for"]
    assert said == gettext("%(what)s: %(names)s.") % {"what": "待初审", "names": "示例乙"}
    assert said in response.text
    assert [step["label"] for step in response.context["steps"]] == ["撤回送审"]


def test_history_shows_what_changed_and_only_in_scope(client, editor):
    release = make.release(created_by=editor)
    data = form_of(client, change_url(release))
    client.post(change_url(release), data | {"body": "<p>第一稿。</p>"})
    data = form_of(client, change_url(release))
    client.post(change_url(release), data | {"body": "<p>第二稿。</p>", "title": "新标题"})
    url = reverse("admin:releases_release_history", args=[release.pk])

    states = client.get(url).context["states"]
    client.force_login(make.user("unit_liaison", unit=make.unit()))

    assert ("标题", "示例新闻", "新标题") in states[0].changes
    assert {("-", "第一稿。"), ("+", "第二稿。")} <= set(states[0].lines)
    assert states[0].who == editor.name
    assert client.get(url).status_code == 404


# Lists --------------------------------------------------------------------------------------


def titles(response):
    return [row.title for row in response.context["cl"].result_list]


def test_filters_find_my_work(client, editor):
    reviewer = make.user("reviewer_1", unit=editor.unit)
    make.release("我的草稿", created_by=editor)
    waiting = make.release("送审的", created_by=editor)
    waiting.submit(by=editor)
    make.live_release("发布的", created_by=reviewer)

    mine = titles(client.get(f"{LIST}?mine=drafts"))
    live = titles(client.get(f"{LIST}?state=live"))
    client.force_login(reviewer)

    assert (mine, live) == (["我的草稿"], ["发布的"])
    assert titles(client.get(f"{LIST}?mine=review")) == ["送审的"]


def test_drafts_are_submitted_by_the_dozen_and_refusals_are_said(client, editor):
    ready, empty = make.release("好了", created_by=editor), make.release("空的", body="")
    data = {"action": "submit_selected", "_selected_action": [ready.pk, empty.pk]}

    response = client.post(LIST, data, follow=True)

    assert "已送审 1 篇" in response.text
    assert "《空的》：还不能送审" in response.text
    assert sorted(Release.objects.values_list("status", flat=True)) == ["draft", "first_review"]


def test_a_reviewer_is_not_offered_to_submit_by_the_dozen(client, editor):
    release = make.release(created_by=editor)
    client.force_login(make.user("reviewer_1"))

    client.post(LIST, {"action": "submit_selected", "_selected_action": [release.pk]})

    assert Release.objects.get().status == Status.DRAFT


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("path", "queries"),
    [(LIST, 8), ("/admin/releases/channel/", 7), ("/admin/releases/topic/", 5)],
)
def test_lists_cost_the_same_queries(
    client, editor, django_assert_num_queries, count, path, queries
):
    for number in range(count):
        channel = make.channel(keeper=make.unit())
        make.topic()
        make.release(f"稿{number}", channel=channel, unit=make.unit(), created_by=make.user())
    client.get(path)

    with django_assert_num_queries(queries):
        response = client.get(path)

    assert response.status_code == 200


def test_who_may_only_read_a_text_sees_it_without_its_tags(client):
    client.force_login(make.user("office_chief", unit=make.unit()))
    release = make.release(body="<p>正文第一段。</p><script>alert(1)</script>")
    topic = make.topic(intro="<h2>前言</h2><p>专题前言。</p>")
    editor = make.user("editor", unit=make.unit())

    read = client.get(change_url(release)).content.decode()
    client.force_login(editor)
    intro = client.get(f"/admin/releases/topic/{topic.pk}/change/").content.decode()

    assert "<p>正文第一段。</p>" in read
    assert "alert(1)" not in read
    assert "<p>专题前言。</p>" in intro
    assert "&lt;p&gt;" not in read + intro


def test_a_published_text_is_shown_to_its_editor_without_its_tags(client, editor):
    release = make.live_release(body="<p>已经发布的正文。</p>")

    page = client.get(change_url(release)).content.decode()

    assert "<p>已经发布的正文。</p>" in page
    assert "&lt;p&gt;" not in page


def test_the_author_of_a_text_is_told_why_the_review_is_another_persons(client):
    person = make.user("editor", "reviewer_1", unit=make.unit())
    release = make.release(
        body="<p>正文。</p>", status=Status.FIRST, created_by=person, edited_by=person
    )
    client.force_login(person)

    response = client.get(f"{LIST}{release.pk}/step/approve/")

    assert response.status_code == 409
    assert "写稿、改稿或送审的人" in response.content.decode()

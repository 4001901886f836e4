"""A release that proofreading could not read to its end goes to nobody; each step reads it once."""

import json
import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from civic.publishing import Status, TransitionRefused
from releases.models import HitDecision, ReviewProof, TermRule
from releases.proofreading import engine, proofread, terms
from releases.proofreading.documents import ABOUT_RELEASE
from releases.proofreading.engine import LONGEST
from releases.proofreading.hits import MOST
from tests import make
from tests.releases.proofreading.test_limits import SLOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    person = make.user("editor")
    client.force_login(person, backend="civic.signin.RoleBackend")
    return person


@pytest.fixture(autouse=True)
def rules(db):
    TermRule.objects.all().delete()
    TermRule.objects.create(kind="forbidden", grade="block", pattern="绝密★")


def draft(person, body, **extra):
    return make.release(
        "示例新闻", body=f"<p>{body}</p>", created_by=person, unit=person.unit, **extra
    )


def steps(release, editor):
    """Each way to readers or reviewers; what refused it."""
    chief = make.user("office_chief")
    tried = [
        lambda: release.submit(by=editor),
        lambda: release.publish_urgently(by=chief, reason="急"),
    ]
    refusals = []
    for step in tried:
        with pytest.raises(TransitionRefused) as refusal:
            step()
        refusals.append(str(refusal.value))
    type(release).objects.filter(pk=release.pk).update(status=Status.APPROVED)
    release.refresh_from_db()
    with pytest.raises(TransitionRefused) as refusal:
        release.publish(by=make.user("reviewer_3"))
    release.refresh_from_db()
    assert release.status == Status.APPROVED
    return [*refusals, str(refusal.value)]


def test_a_blocked_word_behind_three_hundred_thousand_characters_is_not_published(editor):
    release = draft(editor, "示例。" * (LONGEST // 3 + 1) + "绝密★文件。")

    assert all("绝密★" in refusal for refusal in steps(release, editor))


def beside_the_text(release, place):
    """The blocked word where readers meet it outside the text."""
    word = "绝密★文件"
    if place in ABOUT_RELEASE:
        setattr(release, place, word)
        release.save()
    elif place == "speaker":
        release.speakers.create(name="示例甲", post=word)
    elif place == "question":
        make.question(release, "问？", ("示例甲", "主任", "<p>答。</p>"))
        release.questions.update(outlet=word)
    elif place == "answer":
        make.question(release, "问？", ("示例甲", word, "<p>答。</p>"))
    elif place == "picture":
        release.gallery.create(picture=make.picture(alt=word))
    elif place == "picture in the text":
        key = make.picture().key
        release.body += f'<p><img src="/media/pictures/{key}/large.webp" alt="{word}"></p>'
        release.save()
    elif place == "caption":
        release.gallery.create(picture=make.picture(), caption=word)
    elif place == "attachment":
        release.attachments.create(title=word, file_name="示例.pdf")
    else:
        release.figure_blocks.create(figure="media_posts", label=word)


@pytest.mark.parametrize(
    "place",
    [
        *ABOUT_RELEASE,
        "speaker",
        "question",
        "answer",
        "picture",
        "picture in the text",
        "caption",
        "attachment",
        "large number",
    ],
)
def test_a_blocked_word_beside_the_text_is_not_published(editor, place):
    release = draft(editor, "示例。")
    beside_the_text(release, place)

    with pytest.raises(TransitionRefused, match="绝密★"):
        release.submit(by=editor)

    (one,) = release.proof().found
    assert one.where
    assert one.hit.text == "绝密★"


def test_names_and_captions_are_no_sentences(editor):
    release = draft(editor, "示例。", keywords="文明,城市", venue="（三楼", writer="2月30日")

    assert release.proof().found == []


def test_a_wrong_word_in_a_caption_is_mended_there(editor):
    TermRule.objects.create(pattern="布署", correction="部署")
    release = draft(editor, "示例。")
    row = release.gallery.create(picture=make.picture(), caption="布署会")
    (one,) = release.proof().found

    release.fix_hit(one.hit.key, by=editor, version=release.version)

    row.refresh_from_db()
    assert row.caption == "部署会"


def test_a_blocking_expression_in_a_long_line_is_not_passed(editor):
    TermRule.objects.create(kind="forbidden", grade="block", pattern="密[12]号", is_regex=True)
    release = draft(editor, "示" * 50_000 + "密2号")

    assert all("密2号" in refusal for refusal in steps(release, editor))


def test_a_text_too_long_to_be_checked_is_refused_with_what_to_do(client, editor, monkeypatch):
    monkeypatch.setattr(engine, "LONGEST", 3_000)
    release = draft(editor, "示例。" * 1_001)

    refusals = steps(release, editor)
    page = client.get(reverse("admin:releases_release_proof", args=[release.pk]))

    (why,) = release.proof().incomplete
    assert all(why in refusal for refusal in refusals)
    assert 'class="errornote proof-incomplete"' in page.content.decode()
    assert why in page.content.decode()


@pytest.mark.parametrize("grade", ["block", "confirm", "hint"])
def test_a_rule_that_took_too_long_keeps_the_text_back_and_is_named(editor, grade, monkeypatch):
    monkeypatch.setattr(terms, "BUDGET", 0.1)
    monkeypatch.setattr(terms, "BLOCK_BUDGET", 0.1)
    TermRule.objects.create(grade=grade, pattern=SLOW, is_regex=True)
    release = draft(editor, "a" * 50_000)

    assert all(SLOW in refusal for refusal in steps(release, editor))


def test_a_broken_rule_that_blocks_keeps_every_text_back_one_that_hints_none(editor):
    broken = TermRule.objects.create(grade="block", pattern="(未位", is_regex=True)
    release = draft(editor, "示例。")
    assert all("(未位" in refusal for refusal in steps(release, editor))

    broken.grade = "hint"
    broken.save()
    release.publish(by=make.user("reviewer_3"))

    assert release.status == Status.PUBLISHED


def test_more_places_to_decide_than_are_listed_keep_the_text_back(editor):
    TermRule.objects.create(kind="forbidden", grade="confirm", pattern="内部资料")
    release = draft(editor, "内部资料，" * (MOST + 1))

    for one in release.proof().found:
        HitDecision.objects.create(
            release=release,
            key=one.hit.key,
            verdict="ignored",
            reason="书名",
            by=editor,
            by_name=editor.name,
        )

    assert all("内部资料" in refusal for refusal in steps(release, editor))


def test_each_step_reads_the_text_once(editor, monkeypatch):
    read = []

    def counted(release, real=proofread.proof_of):
        read.append(release)
        return real(release)

    monkeypatch.setattr(proofread, "proof_of", counted)
    release = draft(editor, "已经布署。")
    urgent = draft(editor, "急事一件。")
    TermRule.objects.create(pattern="布署", correction="部署")
    (one,) = release.proof().found

    def reads(step, **said):
        read.clear()
        step(**said)
        return len(read)

    assert reads(release.decide_hit, key=one.hit.key, verdict="accepted", by=editor) == 1
    seen = HitDecision.objects.get().stamp
    assert reads(release.fix_hit, key=one.hit.key, by=editor, version=1, seen=seen) == 1
    assert reads(release.submit, by=editor) == 1
    assert reads(urgent.publish_urgently, by=make.user("office_chief"), reason="急") == 1


def test_a_refused_step_leaves_nothing_behind_that_the_next_would_believe(editor):
    release = draft(editor, "绝密★文件。")
    with pytest.raises(TransitionRefused):
        release.submit(by=editor)

    release.body = "<p>文件。</p>"
    release.save()
    release.submit(by=editor)

    assert release.status == Status.FIRST


def test_a_click_in_the_form_reads_the_text_once(client, editor, monkeypatch):
    TermRule.objects.create(pattern="布署", correction="部署")
    release = draft(editor, "已经布署。")
    (one,) = release.proof().found
    url = reverse("admin:releases_release_proof_hit", args=[release.pk, one.hit.key])
    read = []
    real = proofread.proof_of
    monkeypatch.setattr(proofread, "proof_of", lambda text: read.append(text) or real(text))

    kept = client.post(url, {"act": "accepted", "version": 1, "part": "1"})
    seen = HitDecision.objects.get().stamp
    mended = client.post(url, {"act": "fix", "version": 1, "seen": seen, "part": "1"})

    assert len(read) == 2
    assert "proof-decision" in kept.content.decode()
    assert (mended.status_code, mended.content) == (204, b"")
    release.refresh_from_db()
    assert "部署" in release.body


def test_a_draft_of_forty_thousand_open_marks_has_a_page_and_is_submitted(client, editor):
    release = draft(editor, "“" * 40_000)
    begun = time.process_time()

    page = client.get(reverse("admin:releases_release_proof", args=[release.pk]))
    release.submit(by=editor)

    assert time.process_time() - begun < 8  # 16 s and 137 MB before, for the page alone
    assert len(page.content) < 2_000_000
    assert page.content.decode().count('class="proof-hit') == MOST
    assert page.context["proof"].places == 40_000
    assert 'class="proof-more"' in page.content.decode()
    kept = ReviewProof.objects.get()
    assert len(kept.hits) == MOST
    assert any(str(40_000 - MOST) in note for note in kept.notes)


def test_a_text_of_a_thousand_citations_costs_its_length(editor):
    cite = '示例<span class="cite" data-figure="x" data-value="1">152篇</span>，'
    release = draft(editor, cite * 5_000)
    begun = time.process_time()

    (part,) = [one for one in release.proof().passages if one.name == "body"]

    assert time.process_time() - begun < 8
    assert len(part.spared) == 5_000 * len("152篇")
    assert {part.text[place - part.start] for place in part.spared} == set("152篇")


def test_the_command_says_loudly_that_a_text_was_not_wholly_examined(tmp_path):
    file = tmp_path / "长文.txt"
    file.write_text("示例。" * (LONGEST // 3 + 1) + "绝密★36件", encoding="utf-8")
    out, error = StringIO(), StringIO()

    call_command("proofread", str(file), "--numbers", stdout=out, stderr=error)

    said = json.loads(out.getvalue())
    assert [hit["text"] for hit in said["hits"]] == ["绝密★"]
    assert [one["text"] for one in said["numbers"]] == ["36件"]
    assert str(LONGEST) in said["incomplete"][0]
    assert said["incomplete"][0] in error.getvalue()

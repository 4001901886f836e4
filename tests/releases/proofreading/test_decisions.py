"""Two people and one hit: what one decided is never replaced by one who did not see it."""

import pytest
from django.urls import reverse

from civic.audit import AuditEvent
from civic.publishing import TransitionRefused
from releases.models import HitDecision, Release, TermRule
from tests import make
from tests.civic.test_publishing_races import at_once, real_database

__all__ = ["real_database"]  # a fixture

BODY = "<p>内部资料一份，已经布署。</p>"


@pytest.fixture
def people(db):
    TermRule.objects.all().delete()
    TermRule.objects.create(kind="forbidden", grade="confirm", pattern="内部资料")
    TermRule.objects.create(pattern="布署", correction="部署")
    unit = make.unit("示例市文明办")
    return [make.user("editor", unit=unit, name=name) for name in ("示例甲", "示例乙")]


def draft(person):
    return make.release("示例新闻", body=BODY, created_by=person, unit=person.unit)


def key_of(release, text="内部资料"):
    return next(one.hit.key for one in release.proof().found if one.hit.text == text)


@pytest.mark.django_db
def test_the_second_is_told_who_decided_what_and_decides_anew_having_seen_it(people):
    first, second = people
    release = draft(first)
    key = key_of(release)
    release.decide_hit(key, "ignored", by=first, reason="书名如此")

    with pytest.raises(TransitionRefused) as refusal:
        release.decide_hit(key, "accepted", by=second)
    decision = HitDecision.objects.get()
    assert "示例甲" in str(refusal.value)
    assert "书名如此" in str(refusal.value)
    assert (decision.verdict, decision.by) == ("ignored", first)

    release.decide_hit(key, "accepted", by=second, seen=decision.stamp)
    decision.refresh_from_db()
    assert (decision.verdict, decision.by) == ("accepted", second)


@pytest.mark.django_db
def test_a_fix_does_not_go_over_a_decision_that_was_not_seen(people):
    first, second = people
    release = draft(first)
    key = key_of(release, "布署")
    release.decide_hit(key, "ignored", by=first, reason="引文原样")

    with pytest.raises(TransitionRefused, match="引文原样"):
        release.fix_hit(key, by=second, version=release.version)

    assert "布署" in Release.objects.get().body


@pytest.mark.django_db
def test_the_same_decision_of_the_same_person_pressed_twice_is_one(people):
    release = draft(people[0])

    for _turn in range(2):
        release.decide_hit(key_of(release), "ignored", by=people[0], reason="书名如此")

    assert AuditEvent.objects.filter(act="proofreading.ignored").count() == 1


@pytest.mark.django_db
def test_a_decision_that_was_changed_since_is_another(people):
    first, second = people
    release = draft(first)
    key = key_of(release)
    release.decide_hit(key, "ignored", by=first, reason="书名如此")
    seen = HitDecision.objects.get().stamp
    release.decide_hit(key, "ignored", by=first, reason="会议名称", seen=seen)

    with pytest.raises(TransitionRefused, match="会议名称"):
        release.decide_hit(key, "accepted", by=second, seen=seen)


@pytest.mark.django_db
def test_an_old_copy_of_the_text_decides_nothing(people):
    first, second = people
    old = draft(first)
    key, fresh = key_of(old), Release.objects.get()
    fresh.fix_hit(key_of(fresh, "布署"), by=second, version=fresh.version)

    with pytest.raises(TransitionRefused):
        old.decide_hit(key, "accepted", by=first)

    assert [row.verdict for row in HitDecision.objects.all()] == ["fixed"]


@pytest.mark.django_db
def test_the_page_carries_the_decision_it_showed_and_the_answer_shows_the_other(client, people):
    first, second = people
    release = draft(first)
    key = key_of(release)
    client.force_login(second, backend="civic.signin.RoleBackend")
    page = reverse("admin:releases_release_proof", args=[release.pk])
    url = reverse("admin:releases_release_proof_hit", args=[release.pk, key])
    said = {"act": "accepted", "version": release.version, "seen": "", "part": "1"}
    release.decide_hit(key, "ignored", by=first, reason="书名如此")
    stamp = HitDecision.objects.get().stamp

    answer = client.post(url, said)
    again = client.post(url, {**said, "seen": stamp})

    assert answer.status_code == 409
    refused = answer.content.decode()
    assert "书名如此" in refused
    assert f'name="seen" value="{stamp}"' in refused
    assert again.status_code == 200
    assert HitDecision.objects.get().by == second
    assert HitDecision.objects.get().stamp in again.content.decode()
    assert HitDecision.objects.get().stamp in client.get(page).content.decode()


def deciding(pk, key, person, verdict, **said):
    release = Release.objects.get(pk=pk)
    return lambda: release.decide_hit(key, verdict, by=person, **said)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_stands_and_the_other_is_told(real_database, people):
    first, second = people
    release = draft(first)
    key = key_of(release)

    refusals = at_once(
        deciding(release.pk, key, first, "ignored", reason="书名如此"),
        deciding(release.pk, key, second, "accepted"),
    )

    won = HitDecision.objects.get()
    assert sorted(refusal is None for refusal in refusals) == [False, True]
    assert won.by == (first if refusals[0] is None else second)
    assert won.by_name in (refusals[0] or refusals[1])
    assert AuditEvent.objects.filter(act__startswith="proofreading.").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_fix_and_a_decision_at_once_one_stands(real_database, people):
    first, second = people
    release = draft(first)
    key = key_of(release, "布署")
    copy = Release.objects.get(pk=release.pk)

    refusals = at_once(
        lambda: copy.fix_hit(key, by=first, version=copy.version),
        deciding(release.pk, key, second, "ignored", reason="引文原样"),
    )

    assert sorted(refusal is None for refusal in refusals) == [False, True]
    assert HitDecision.objects.get().verdict == ("fixed" if refusals[0] is None else "ignored")
    assert ("布署" in Release.objects.get().body) is (refusals[0] is not None)

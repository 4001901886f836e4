"""Times of a text: its place at the top and its last day are set without a new review."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from civic.audit import AuditEvent
from civic.publishing import NoRight, Status, TransitionRefused, WithdrawReason
from civic.search import SearchEntry
from releases import actions
from releases.models import Release
from tests import make
from tests.releases.test_admin import change_url, form_of

pytestmark = pytest.mark.django_db

TOMORROW = timedelta(days=1)


def step_url(release, step):
    return reverse("admin:releases_release_step", args=[release.pk, step])


def typed(when):
    return f"{timezone.localtime(when):%Y-%m-%dT%H:%M}"


def sign_in(client, *roles):
    person = make.user(*roles)
    client.force_login(person)
    return person


def in_final_review(**extra):
    author = make.user("editor")
    release = make.release(created_by=author, edited_by=author, **extra)
    release.submit(by=author)
    for role in ("reviewer_1", "reviewer_2"):
        release.approve(by=make.user(role))
    return release


def offered(client, release):
    return {step["url"].split("/")[-2] for step in client.get(change_url(release)).context["steps"]}


# Typed in the form ------------------------------------------------------------------------------


def test_a_reviewer_who_only_pins_a_text_may_still_pass_it(client):
    release = in_final_review()
    third = sign_in(client, "reviewer_3")
    until = timezone.localtime(timezone.now() + TOMORROW)
    data = form_of(client, change_url(release))
    data |= {"pinned_until_0": f"{until:%Y-%m-%d}", "pinned_until_1": "08:00"}

    client.post(change_url(release), data)

    release.refresh_from_db()
    assert (release.status, release.edited_by) == (Status.FINAL, release.created_by)
    assert release.pinned_until is not None
    release.approve(by=third)
    assert [row["name"] for row in release._names()][-1] == third.name


def test_an_approved_text_stays_approved_when_only_its_last_day_is_set(client):
    release = in_final_review()
    release.approve(by=make.user("reviewer_3"))
    sign_in(client, "reviewer_3")
    data = form_of(client, change_url(release))
    data |= {"expire_at_0": "2099-01-01", "expire_at_1": "08:00"}

    client.post(change_url(release), data)

    release.refresh_from_db()
    assert (release.status, release.expire_at.year) == (Status.APPROVED, 2099)
    assert AuditEvent.objects.filter(act="row.changed").count() == 1


def test_a_change_of_the_text_beside_it_asks_for_reviews_as_ever(client):
    release = in_final_review()
    sign_in(client, "reviewer_3")
    data = form_of(client, change_url(release)) | {"title": "改过的"}
    data |= {"expire_at_0": "2099-01-01", "expire_at_1": "08:00"}

    client.post(change_url(release), data)

    assert Release.objects.get().status == Status.DRAFT


@pytest.mark.parametrize("field", ["expire_at", "pinned_until"])
def test_a_time_that_is_over_is_refused_at_its_field(client, field):
    release = make.release()
    sign_in(client, "office_staff")
    data = form_of(client, change_url(release))
    data |= {f"{field}_0": "2020-01-01", f"{field}_1": "08:00"}

    response = client.post(change_url(release), data)

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert getattr(Release.objects.get(), field) is None


def test_a_reopened_text_with_a_last_day_before_its_publication_gets_a_sentence(client):
    editor = sign_in(client, "editor")
    release = make.live_release(created_by=editor)
    release.withdraw(by=make.user("reviewer_3"), reason=WithdrawReason.ERROR)
    release.reopen(by=editor)
    data = form_of(client, change_url(release))
    data |= {"expire_at_0": "2020-01-01", "expire_at_1": "00:00"}

    response = client.post(change_url(release), data)

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["expire_at"]
    assert Release.objects.get().expire_at is None


def test_a_draft_whose_last_day_came_meanwhile_is_not_submitted():
    editor = make.user("editor")
    release = make.release(created_by=editor, expire_at=timezone.now() - TOMORROW)

    with pytest.raises(TransitionRefused, match="下线时间"):
        release.submit(by=editor)


# As steps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "steps"),
    [
        ("reviewer_3", {"pin", "expiry"}),
        ("office_chief", {"pin", "expiry"}),
        ("office_staff", {"pin"}),
        ("editor", set()),
        ("reviewer_1", set()),
    ],
)
@pytest.mark.parametrize("state", ["approved", "scheduled", "live"])
def test_who_has_the_right_is_offered_the_step(client, role, steps, state):
    now = timezone.now()
    fields = {
        "approved": {"status": Status.APPROVED},
        "scheduled": {"status": Status.PUBLISHED, "publish_at": now + TOMORROW},
        "live": {"status": Status.PUBLISHED, "publish_at": now - TOMORROW},
    }[state]
    release = make.release(**fields)
    sign_in(client, role)

    assert offered(client, release) & {"pin", "unpin", "expiry"} == steps


def test_the_chief_pins_a_published_text_and_takes_it_down_again(client):
    release, newer = make.live_release("置顶的", at=timezone.now() - TOMORROW), make.live_release()
    chief = sign_in(client, "office_chief")
    until = timezone.now() + TOMORROW

    asked = client.get(step_url(release, "pin"))
    client.post(step_url(release, "pin"), {"version": release.version, "until": typed(until)})
    release.refresh_from_db()
    order = list(Release.objects.live().pinned_first())
    again = offered(client, release)
    client.post(step_url(release, "unpin"), {"version": release.version})

    assert asked.status_code == 200
    assert (order, "unpin" in again) == ([release, newer], True)
    release.refresh_from_db()
    assert (release.pinned_until, release.status) == (None, Status.PUBLISHED)
    acts = AuditEvent.objects.filter(act__startswith="publishing.").order_by("number")
    assert [(one.act, chief.name in one.actor) for one in acts] == [
        ("publishing.pinned", True),
        ("publishing.unpinned", True),
    ]


def test_no_text_is_pinned_until_a_time_that_is_over_or_for_ever(client):
    release = make.live_release()
    chief = sign_in(client, "office_chief")
    past = timezone.now() - TOMORROW

    sent = client.post(step_url(release, "pin"), {"version": release.version, "until": typed(past)})

    assert (sent.status_code, "until" in sent.context["form"].errors) == (400, True)
    for until in (past, timezone.now() + timedelta(days=400)):
        with pytest.raises(TransitionRefused):
            release.pin(by=chief, until=until)


def test_who_may_not_pin_and_a_draft_are_refused():
    release, draft = make.live_release(), make.release()
    until = timezone.now() + TOMORROW

    with pytest.raises(NoRight):
        release.pin(by=make.user("editor"), until=until)
    with pytest.raises(NoRight):
        release.set_expiry(by=make.user("office_staff"), at=until)
    for take in (draft.pin, draft.set_expiry):
        with pytest.raises(TransitionRefused):
            take(by=make.user("reviewer_3"), **{"until" if take == draft.pin else "at": until})


def test_the_last_day_of_a_published_text_is_changed_and_search_knows(client):
    third = make.user("reviewer_3")
    release = make.release(status=Status.APPROVED, created_by=make.user("editor"))
    release.publish(by=third)
    client.force_login(third)
    last = timezone.now() + TOMORROW

    client.post(step_url(release, "expiry"), {"version": release.version, "at": typed(last)})
    release.refresh_from_db()
    entry = SearchEntry.objects.get()
    client.post(step_url(release, "expiry"), {"version": release.version, "at": ""})

    assert typed(release.expire_at) == typed(last)
    assert entry.visible_until == release.expire_at
    release.refresh_from_db()
    assert (release.expire_at, SearchEntry.objects.get().visible_until) == (None, None)
    assert AuditEvent.objects.filter(act="publishing.expiry_set").count() == 2


@pytest.mark.parametrize("days", [-1, 1])
def test_a_last_day_is_still_to_come_and_after_publication(client, days):
    release = make.release(
        status=Status.PUBLISHED, publish_at=timezone.now() + timedelta(days=2), expire_at=None
    )
    sign_in(client, "reviewer_3")
    at = timezone.now() + timedelta(days=days)

    sent = client.post(step_url(release, "expiry"), {"version": release.version, "at": typed(at)})

    assert (sent.status_code, list(sent.context["form"].errors)) == (400, ["at"])
    with pytest.raises(TransitionRefused):
        release.set_expiry(by=make.user("reviewer_3"), at=at)
    assert Release.objects.get().expire_at is None


def test_a_text_whose_time_was_over_comes_back_only_as_it_may_be_read():
    then, over = timezone.now() - TOMORROW, timezone.now() - timedelta(hours=1)
    empty = make.live_release(at=then, expire_at=over, body="")
    release = make.live_release(at=then, expire_at=over)
    third, later = make.user("reviewer_3"), timezone.now() + TOMORROW

    with pytest.raises(TransitionRefused, match="正文是空的"):
        empty.set_expiry(by=third, at=later)
    release.set_expiry(by=third, at=later)

    assert list(Release.objects.live()) == [release]


def test_no_schedule_goes_beyond_the_last_day(client):
    last = timezone.now() + TOMORROW
    release = make.release(status=Status.APPROVED, expire_at=last)
    sign_in(client, "reviewer_3")

    sent = client.post(
        step_url(release, "schedule"),
        {"version": release.version, "at": typed(last + TOMORROW)},
    )

    assert (sent.status_code, list(sent.context["form"].errors)) == (400, ["at"])


def test_a_correction_keeps_a_last_day_that_was_set_meanwhile(client):
    editor, third = make.user("editor"), make.user("reviewer_3")
    original = make.live_release(created_by=editor)
    copy = actions.start_correction(release=original, by=editor)
    last = timezone.now() + TOMORROW
    original.set_expiry(by=third, at=last)
    Release.objects.filter(pk=copy.pk).update(correction_note="改了字。", title="改过的")
    copy.refresh_from_db()
    copy.publish_urgently(by=make.user("office_chief"), reason="说错了")

    original.refresh_from_db()
    assert (original.title, original.expire_at) == ("改过的", last)


def test_a_correction_may_bring_another_last_day():
    editor = make.user("editor")
    original = make.live_release(created_by=editor, expire_at=timezone.now() + TOMORROW)
    copy = actions.start_correction(release=original, by=editor)
    last = timezone.now() + 9 * TOMORROW
    Release.objects.filter(pk=copy.pk).update(correction_note="延期。", expire_at=last)
    copy.refresh_from_db()
    copy.publish_urgently(by=make.user("office_chief"), reason="说错了")

    original.refresh_from_db()
    assert original.expire_at == last


# In an emergency ----------------------------------------------------------------------------------


def test_an_approved_text_is_published_in_the_ordinary_way(client):
    release = make.release(status=Status.APPROVED)
    chief = sign_in(client, "office_chief")

    steps = offered(client, release)

    assert ("publish" in steps, "publish_urgently" in steps) == (True, False)
    with pytest.raises(TransitionRefused):
        release.publish_urgently(by=chief, reason="暴雨红色预警")


def test_the_form_of_an_emergency_says_that_its_review_is_overdue(client):
    late = timezone.now() - timedelta(hours=1)
    release = make.live_release(retrospective_due=late)
    sign_in(client, "office_chief")

    page = client.get(change_url(release)).text

    assert gettext("Review afterwards overdue") in page


def test_what_is_put_away_is_what_nobody_writes_or_reads():
    """`put_away`, `drafts_and_live` and `outdated` divide every text among them."""
    now = timezone.now()
    hours = [None, now - timedelta(hours=1), now + timedelta(hours=1)]
    for status in Status.values:
        for publish_at in [now - timedelta(days=1), now + timedelta(minutes=1)]:
            for expire_at in hours:
                if expire_at is not None and expire_at <= publish_at:
                    continue
                for reason in ("", WithdrawReason.OUTDATED, WithdrawReason.ERROR):
                    if reason and status not in (Status.WITHDRAWN, Status.ARCHIVED):
                        continue
                    make.release(
                        status=status,
                        publish_at=publish_at,
                        expire_at=expire_at,
                        withdraw_reason=reason,
                    )
    rows = Release.objects.all()

    parts = [rows.put_away(), rows.drafts_and_live(), rows.outdated()]

    found = [pk for part in parts for pk in part.values_list("pk", flat=True)]
    assert sorted(found) == sorted(rows.values_list("pk", flat=True))

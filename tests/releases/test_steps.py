"""Steps of a release: by what it is superseded, what its old address says, what a step reports."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from civic.publishing import Status, TransitionRefused, WithdrawReason
from releases import actions
from releases.models import Release
from tests import make
from tests.releases.test_admin import change_url

pytestmark = pytest.mark.django_db


def step_url(release, step):
    return reverse("admin:releases_release_step", args=[release.pk, step])


@pytest.fixture
def third(client):
    person = make.user("reviewer_3")
    client.force_login(person)
    return person


# Superseded -------------------------------------------------------------------------------------


def test_a_text_is_not_superseded_by_itself(client, third):
    release = make.live_release("旧")
    data = {"version": release.version, "reason": "superseded", "superseded_by": release.pk}

    sent = client.post(step_url(release, "withdraw"), data)

    assert (sent.status_code, list(sent.context["form"].errors)) == (400, ["superseded_by"])
    with pytest.raises(TransitionRefused):
        release.withdraw(by=third, reason=WithdrawReason.SUPERSEDED, superseded_by=release)
    assert Release.objects.get().status == Status.PUBLISHED


def test_the_text_itself_is_not_offered_as_its_successor(client, third):
    release, other = make.live_release("旧"), make.live_release("新")
    page = client.get(step_url(release, "withdraw"))
    asked = page.context["form"].fields["superseded_by"].widget.get_url()
    field = "app_label=releases&model_name=relatedreading&field_name=to&term="

    found = client.get(f"{asked}&{field}").json()["results"]

    assert f'data-ajax--url="{asked}"' in page.text
    assert [row["id"] for row in found] == [str(other.pk)]


def test_two_texts_do_not_take_the_place_of_each_other(third):
    first, second = make.live_release("甲"), make.live_release("乙")
    stale = Release.objects.get(pk=first.pk)
    first.withdraw(by=third, reason=WithdrawReason.SUPERSEDED, superseded_by=second)

    with pytest.raises(TransitionRefused):
        second.withdraw(by=third, reason=WithdrawReason.SUPERSEDED, superseded_by=stale)

    assert Release.objects.get(pk=second.pk).is_live


@pytest.mark.parametrize("fields", [{"status": Status.DRAFT}, {"status": Status.WITHDRAWN}])
def test_what_citizens_cannot_read_takes_no_place(third, fields):
    release, other = make.live_release("旧"), make.release("新", **fields)

    with pytest.raises(TransitionRefused):
        release.withdraw(by=third, reason=WithdrawReason.SUPERSEDED, superseded_by=other)


# What the old address answers -------------------------------------------------------------------


def test_the_old_address_says_what_became_of_the_text(client):
    wrong = make.live_release("错的")
    replaced = make.live_release("换的")
    Release.objects.filter(pk=wrong.pk).update(status="withdrawn", withdraw_reason="error")
    Release.objects.filter(pk=replaced.pk).update(status="withdrawn", withdraw_reason="superseded")
    warning = gettext(
        "It held something wrong and has been taken off. Please do not pass on copies of it."
    )

    pages = [client.get(one.get_absolute_url()) for one in (wrong, replaced)]

    assert [page.status_code for page in pages] == [410, 410]
    assert [warning in page.text for page in pages] == [True, False]
    assert gettext("Another text has taken the place of this one") in pages[1].text


# Corrections ------------------------------------------------------------------------------------


def correction_of(original, editor):
    copy = actions.start_correction(release=original, by=editor)
    Release.objects.filter(pk=copy.pk).update(correction_note="改了数字。")
    copy.refresh_from_db()
    return copy


def test_a_correction_whose_original_is_gone_says_so_and_goes_no_further(client, third):
    editor = make.user("editor")
    original = make.live_release("原稿", created_by=editor)
    copy = correction_of(original, editor)
    client.force_login(editor)
    before = client.get(change_url(copy))
    original.withdraw(by=third, reason=WithdrawReason.ERROR)

    after = client.get(change_url(copy))
    sent = client.post(step_url(copy, "submit"), {"version": copy.version})

    assert (before.context["orphaned"], after.context["orphaned"]) == (False, True)
    assert "errornote" in after.text.split('class="steps"')[1].split("</section>")[0]
    assert sent.status_code == 409
    assert "原稿已不在发布状态" in sent.text
    copy.refresh_from_db()
    assert copy.status == Status.DRAFT
    copy.archive(by=editor)
    assert copy.status == Status.ARCHIVED


def test_after_a_correction_was_begun_its_working_copy_is_not_called_public(client):
    editor = make.user("editor")
    original = make.live_release("原稿", created_by=editor)
    client.force_login(editor)

    response = client.post(
        step_url(original, "correct"), {"version": original.version}, follow=True
    )

    said = [str(message) for message in response.context["messages"]]
    text = gettext(
        "The correction of «%(title)s» was begun: this is its working copy. Citizens read"
        " the present text until the copy is published."
    )
    assert response.context["original"].corrects == original
    assert said == [text % {"title": "原稿"}]


@pytest.mark.parametrize("step", ["publish", "publish_urgently"])
def test_a_published_correction_leads_to_the_corrected_text(client, step):
    editor = make.user("editor")
    original = make.live_release("原稿", created_by=editor)
    copy = correction_of(original, editor)
    if step == "publish":
        Release.objects.filter(pk=copy.pk).update(status=Status.APPROVED)
    client.force_login(make.user("office_chief"))

    data = {"version": copy.version, "reason": "说错了"}
    response = client.post(step_url(copy, step), data, follow=True)

    said = [str(message) for message in response.context["messages"]]
    text = gettext("The correction was published: citizens now read the corrected «%(title)s».")
    assert response.context["original"] == original
    assert said == [text % {"title": "原稿"}]

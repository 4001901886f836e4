"""Channels in their tree, addresses that stay, the whole text in the history."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from releases import freshness
from releases.freshness import State
from releases.models import Channel, Question, Release, Speaker
from tests import make

pytestmark = pytest.mark.django_db


def test_a_channel_holds_its_own_releases_and_those_under_it_only():
    news = make.channel("动态", slug="newsletter-a", order=10)
    below = make.channel("志愿", slug="volunteers", parent=news, order=10)
    make.live_release("甲", channel=news)
    make.live_release("乙", channel=below)
    # Same order and a slug that begins alike: its releases must not leak into «动态».
    twin = make.channel("快讯", slug="newsletter-b", order=10)
    make.live_release("丙", channel=twin)

    def titles(channel):
        return sorted(one.title for one in Release.objects.in_channel(channel))

    assert [titles(news), titles(below), titles(twin)] == [["乙", "甲"], ["乙"], ["丙"]]


def test_the_tree_is_drawn_by_one_order_and_moves_as_a_whole():
    second = make.channel("乙", order=20)
    first = make.channel("甲", order=10)
    leaf = make.channel("甲一一", parent=make.channel("甲一", parent=first, order=5), order=5)
    names = [(one.name, one.depth) for one in Channel.objects.in_order()]

    first.order = 30
    first.save()

    assert names == [("甲", 0), ("甲一", 1), ("甲一一", 2), ("乙", 0)]
    assert [one.name for one in Channel.objects.in_order()] == ["乙", "甲", "甲一", "甲一一"]
    assert leaf.depth == 2
    assert second.depth == 0


def test_the_tree_has_three_levels_and_no_loop():
    top = make.channel("一")
    middle = make.channel("二", parent=top)
    bottom = make.channel("三", parent=middle)
    pair = make.channel("四")
    make.channel("五", parent=pair)

    for channel, parent in [
        (make.channel("六"), bottom),
        (top, bottom),
        (pair, middle),
    ]:
        channel = Channel.objects.get(pk=channel.pk)
        channel.parent = Channel.objects.get(pk=parent.pk)
        with pytest.raises(ValidationError):
            channel.full_clean()


def test_an_address_stays_when_a_text_returns_after_a_withdrawal():
    editor, publisher = make.user("editor"), make.user("reviewer_3")
    release = make.live_release(at=timezone.now() - timedelta(days=40), created_by=editor)
    address = release.get_absolute_url()
    release.withdraw(by=publisher, reason="error")
    release.reopen(by=editor)
    Release.objects.filter(pk=release.pk).update(status="approved")
    release.refresh_from_db()

    release.publish(by=publisher)

    assert release.get_absolute_url() == address


def test_history_keeps_the_text_with_its_speakers_and_questions():
    release = make.release("发布会", kind="conference")
    Speaker.objects.create(release=release, name="示例发言", post="主任")
    Question.objects.create(release=release, outlet="示例日报", text="覆盖面有多大？")

    release.note_history()

    text = release.history.first().full_text
    assert "发布人：主任 示例发言" in text
    assert "示例日报：覆盖面有多大？" in text


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (None, State.EMPTY),
        (0, State.FRESH),
        (10, State.FRESH),
        (11, State.SOON),
        (15, State.BROKEN),
    ],
)
def test_a_column_keeps_or_breaks_its_promise(days, state):
    channel = make.channel(update_days=14)
    now = timezone.now()
    make.release("草稿", channel=channel)
    make.live_release("他栏", channel=make.channel(), at=now)
    if days is not None:
        make.live_release(channel=channel, at=now - timedelta(days=days))

    found = freshness.by_channel(now)[channel.pk]

    assert (found.state, found.days) == (state, days)


def test_what_appears_under_a_column_counts_for_it():
    top = make.channel()
    below = make.channel(parent=top)
    make.live_release(channel=below)

    assert freshness.by_channel()[top.pk].state == State.FRESH

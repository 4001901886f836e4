"""What the release desk brings to the desk: reviews, own texts, publication, columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.citations import Citation
from civic.desk import SHOWN, Door, Panel, Row, when
from civic.publishing import REVIEW_STAGES, STAGE_RIGHT, Review, Status
from releases import emergencies, freshness
from releases.freshness import State
from releases.models import Release, Topic

if TYPE_CHECKING:
    from civic.accounts import User


def panels(user: User) -> Iterable[Panel]:
    if user.has_perm("releases.change_topic"):
        yield from contradicted_topics()
    if not user.has_perm("releases.view_release"):
        return
    if any(user.has_perm(f"releases.{right}_release") for right in STAGE_RIGHT.values()):
        yield to_review(user)
    if user.has_perm("releases.review_final_release"):
        yield from emergencies.owing(user)
    if user.has_perm("releases.publish_urgently_release"):
        yield from emergencies.mine(user)
    if user.has_perm("releases.change_release") or user.has_perm("releases.publish_release"):
        yield from contradicted(user)
    if user.has_perm("releases.submit_release"):
        yield from mine(user)
    if user.has_perm("releases.publish_release"):
        yield to_publish(user)
        yield from scheduled(user)
    if user.has_perm("releases.view_channel"):
        yield from columns(user)


def doors(user: User) -> Iterable[Door]:
    if user.has_perm("releases.import_release"):
        yield Door(_("Import a transcript"), reverse("admin:releases_release_import"))
    if user.has_perm("releases.add_release"):
        yield Door(_("Write a release"), reverse("admin:releases_release_add"))


def to_review(user: User) -> Panel:
    rows = Release.objects.awaiting(user)
    return Panel(
        order=10,
        title=_("Waits for my review"),
        rows=[_row(one, chip=True, who=one.submitted_by) for one in _oldest_first(rows)],
        empty=_("No text waits for your review."),
        count=rows.count(),
        url=_list("mine=review"),
        tile=_("texts wait for my review"),
    )


def contradicted(user: User) -> Iterable[Panel]:
    """Texts with a figure that no longer holds, each with the first of them."""
    found = Release.objects.visible_to(user).contradicted()
    rows = list(found.for_cards().order_by("-publish_at", "-pk")[: SHOWN + 1])
    if not rows:
        return
    kind = ContentType.objects.get_for_model(Release)
    keys = [one.pk for one in rows]
    failing = Citation.objects.failing().filter(content_type=kind, object_id__in=keys)
    first: dict[int, Citation] = {}
    for citation in failing:
        first.setdefault(citation.object_id, citation)
    yield Panel(
        order=8,
        title=_("Figures that no longer hold"),
        rows=[_contradicted_row(one, first.get(one.pk)) for one in rows[:SHOWN]],
        empty="",
        count=len(rows),
        url=_list("figures=differ"),
        tile=_("texts with a figure that no longer holds"),
        hot=True,
    )


def contradicted_topics() -> Iterable[Panel]:
    """Open topics whose introduction holds such a figure: citizens are reading it."""
    rows = list(Topic.objects.open().contradicted()[: SHOWN + 1])
    if rows:
        yield Panel(
            order=9,
            title=_("Introductions of topics with a figure that no longer holds"),
            rows=[Row(one.title, one.get_admin_url(), late=True) for one in rows[:SHOWN]],
            empty="",
            count=len(rows),
            url=reverse("admin:releases_topic_changelist"),
            tile=_("topics with a figure that no longer holds"),
            hot=True,
        )


def _contradicted_row(release: Release, citation: Citation | None) -> Row:
    shown = {"shown": citation.wording, "why": citation.why} if citation else {}
    return Row(
        release.title,
        release.get_admin_url(),
        chip=str(release.get_status_display()),
        note=_("The text says %(shown)s. %(why)s") % shown if shown else "",
        late=True,
    )


def mine(user: User) -> Iterable[Panel]:
    """My drafts; those a reviewer returned stand apart, with what was said."""
    rows = list(
        Release.objects.visible_to(user)
        .filter(status=Status.DRAFT, created_by=user)
        .for_cards()
        .order_by("-updated_at")[:50]
    )
    opinions = _returned(rows)
    returned = [one for one in rows if one.pk in opinions]
    drafts = [one for one in rows if one.pk not in opinions]
    yield Panel(
        order=20,
        title=_("Returned to me"),
        rows=[_row(one, note=opinions[one.pk]) for one in returned[:SHOWN]],
        empty=_("No text of yours was returned."),
        count=len(returned),
        url=_list("mine=drafts"),
        tile=_("texts returned to me"),
    )
    yield Panel(
        order=30,
        title=_("My drafts"),
        rows=[_row(one) for one in drafts[:SHOWN]],
        empty=_("You have no draft. Begin one above."),
        count=len(drafts),
        url=_list("mine=drafts"),
    )


def _returned(drafts: list[Release]) -> dict[int, str]:
    """{pk: opinion} of the drafts whose last step was a return or a reset by an edit."""
    kind = ContentType.objects.get_for_model(Release)
    last: dict[int, Review] = {}
    keys = [one.pk for one in drafts]
    rows = Review.objects.filter(content_type=kind, object_id__in=keys).defer("text", "difference")
    for review in rows.order_by("pk"):
        last[review.object_id] = review
    return {
        pk: f"{review.reviewer_name}：{review.opinion}"
        for pk, review in last.items()
        if review.verdict == Review.Verdict.RETURNED
    }


def to_publish(user: User) -> Panel:
    rows = Release.objects.visible_to(user).filter(status=Status.APPROVED)
    return Panel(
        order=15,
        title=_("Approved, waits to be published"),
        rows=[_row(one, who=one.submitted_by) for one in _oldest_first(rows)],
        empty=_("Nothing approved waits to be published."),
        count=rows.count(),
        url=_list("state=approved"),
        tile=_("approved texts to publish"),
    )


def scheduled(user: User) -> Iterable[Panel]:
    rows = Release.objects.visible_to(user).scheduled().for_cards().order_by("publish_at")
    found = list(rows[: SHOWN + 1])
    if found:
        yield Panel(
            order=40,
            title=_("Scheduled"),
            rows=[
                Row(one.title, one.get_admin_url(), meta=when(one.publish_at))
                for one in found[:SHOWN]
                if one.publish_at
            ],
            empty="",
            count=len(found),
            url=_list("state=scheduled"),
            is_side=True,
        )


def columns(user: User) -> Iterable[Panel]:
    """Columns by how they keep their promise: the broken ones first."""
    rank = [State.BROKEN, State.EMPTY, State.SOON, State.FRESH]
    listed = [one for one in freshness.by_channel().values() if one.channel.is_listed]
    listed.sort(key=lambda one: (rank.index(one.state), one.left))
    broken = [one for one in listed if one.state in (State.BROKEN, State.EMPTY)]
    yield Panel(
        order=50,
        title=_("Updates of the columns"),
        rows=[
            Row(
                one.channel.name,
                _list(f"channel__id__exact={one.channel.pk}"),
                note=one.words,
                late=one.state in (State.BROKEN, State.EMPTY),
                soon=one.state is State.SOON,
            )
            for one in listed[:SHOWN]
        ],
        empty=_("There are no columns yet."),
        count=len(broken),
        url=reverse("admin:releases_channel_changelist"),
        tile=_("columns behind their promise"),
        is_side=True,
        hot=True,
    )


def _oldest_first(rows: Any) -> list[Release]:
    """By the last step: who has waited longest comes first."""
    return list(
        rows.for_cards()
        .select_related("channel", "unit", "submitted_by")
        .annotate(last_step=Max("reviews__at"))
        .order_by("last_step", "pk")[:SHOWN]
    )


def _row(release: Any, *, chip: bool = False, who: Any = None, note: str = "") -> Row:
    moment = getattr(release, "last_step", None) or release.updated_at
    said = [who.name] if who is not None else []
    return Row(
        release.title,
        release.get_admin_url(),
        meta=" · ".join([*said, when(moment)]),
        chip=str(release.get_status_display()) if chip else "",
        chip_class=release.status if release.status in REVIEW_STAGES else "",
        note=note,
    )


def _list(query: str) -> str:
    return f"{reverse('admin:releases_release_changelist')}?{query}"

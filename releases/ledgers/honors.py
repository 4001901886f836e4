"""Timeline and awards as ledgers: export columns and importers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from civic.cells import choice_of, day, text_of, truth, whole
from civic.declared import http_only
from civic.exports import Column, Kind
from civic.importers import REFUSED, Found, ImportColumn, importer
from releases.honors import HonorAward, HonorEdition, HonorTitle
from releases.ledgers.named import PairImporter, pair_key
from releases.timeline import TimelineEvent

_event, _award = TimelineEvent._meta, HonorAward._meta
_EVENT = ("precision", "text", "is_milestone", "is_public")
_AWARD = ("is_ours", "status", "status_on", "note", "source_url")

TIMELINE_COLUMNS = (
    Column(_("Day"), "day", Kind.DATE),
    Column(_("How exactly"), "precision"),
    Column(_("Title"), "title"),
    Column(_("What happened"), "text"),
    Column(_("Milestone"), "is_milestone", Kind.BOOLEAN),
    Column(_("Shown to the public"), "is_public", Kind.BOOLEAN),
)
AWARD_COLUMNS = (
    Column(_("Title of honour"), "edition__title__name"),
    Column(_("Edition"), "edition__number", Kind.NUMBER),
    Column(pgettext_lazy("sheet", "City"), "city"),
    Column(_("Our city"), "is_ours", Kind.BOOLEAN),
    Column(_("Status"), "status"),
    Column(_("Since"), "status_on", Kind.DATE),
    Column(_("Note"), "note"),
    Column(_("Source link"), "source_url"),
)


def _not_to_come(row: Found, name: str) -> None:
    if row.verdict != REFUSED and row.values[name] > timezone.localdate().isoformat():
        row.refuse(gettext("This day is still to come."))


@importer
class TimelineImporter(PairImporter):
    label = "releases.timelineevent"
    key = "title"
    pair = ("day", "title")
    columns = (
        ImportColumn("day", _("Day"), day, True, "2020-11-10"),
        ImportColumn(
            "precision",
            _("How exactly"),
            choice_of(TimelineEvent.Precision),
            example=TimelineEvent.Precision.DAY.label,
            note=_("Where only month or year is known: the first day of it."),
            choices=TimelineEvent.Precision,
        ),
        ImportColumn(
            "title",
            _("Title"),
            text_of(_event.get_field("title")),
            True,
            "示例市入选全国文明城市名单",
            _("With the day it tells which event is meant."),
        ),
        ImportColumn("text", _("What happened"), text_of(_event.get_field("text"))),
        ImportColumn("is_milestone", _("Milestone"), truth(default=False)),
        ImportColumn("is_public", _("Shown to the public"), truth(default=False)),
    )

    def prepare(self) -> None:
        self.events = {pair_key(row.day, row.title): row for row in TimelineEvent.objects.all()}

    def current(self) -> dict[str, dict[str, Any]]:
        return {
            key: {
                "day": row.day.isoformat(),
                "title": row.title,
                **{name: getattr(row, name) for name in _EVENT},
            }
            for key, row in self.events.items()
        }

    def refer(self, row: Found) -> None:
        if not row.values.get("precision"):
            row.values.pop("precision", None)

    def judge(self, found: list[Found]) -> None:
        for row in found:
            _not_to_come(row, "day")

    def write(self, new: list[Found], changed: list[Found]) -> None:
        """One by one: there are dozens, and each keeps its place in the search index."""
        for row in [*new, *changed]:
            event = self.events.get(row.key) or TimelineEvent()
            for name, value in row.values.items():
                setattr(event, name, date.fromisoformat(value) if name == "day" else value)
            event._history_user = self.by  # type: ignore[attr-defined]
            event.save()


@importer
class AwardImporter(PairImporter):
    label = "releases.honoraward"
    key = "city"
    pair = ("edition", "city")
    columns = (
        ImportColumn(
            "title",
            _("Title of honour"),
            text_of(HonorTitle._meta.get_field("name")),
            True,
            "示例文明城市",
        ),
        ImportColumn("number", _("Edition"), whole(99), True, "6"),
        ImportColumn(
            "city",
            pgettext_lazy("sheet", "City"),
            text_of(_award.get_field("city")),
            True,
            "示例市",
            _("With title and edition it tells which award is meant."),
        ),
        ImportColumn("is_ours", _("Our city"), truth(default=False)),
        ImportColumn(
            "status",
            _("Status"),
            choice_of(HonorAward.Status),
            True,
            HonorAward.Status.AWARDED.label,
            choices=HonorAward.Status,
        ),
        ImportColumn("status_on", _("Since"), day, True, "2020-11-10"),
        ImportColumn("note", _("Note"), text_of(_award.get_field("note"))),
        ImportColumn("source_url", _("Source link"), text_of(_award.get_field("source_url"))),
    )

    def prepare(self) -> None:
        editions = HonorEdition.objects.select_related("title")
        self.editions = {_edition_key(row.title.name, row.number): row for row in editions}
        awards = HonorAward.objects.select_related("edition__title")
        self.awards = {
            pair_key(_edition_key(row.edition.title.name, row.edition.number), row.city): row
            for row in awards
        }

    def current(self) -> dict[str, dict[str, Any]]:
        return {
            key: {
                "title": row.edition.title.name,
                "number": row.edition.number,
                "city": row.city,
                "edition": _edition_key(row.edition.title.name, row.edition.number),
                **{name: getattr(row, name) for name in _AWARD},
                "status_on": row.status_on.isoformat(),
            }
            for key, row in self.awards.items()
        }

    def refer(self, row: Found) -> None:
        title, number = row.values.get("title"), row.values.get("number")
        if not title or number is None:
            return
        edition = _edition_key(title, number)
        row.values["edition"] = edition
        if edition not in self.editions:
            row.refuse(
                gettext("There is no edition %(number)d of «%(title)s»: add it to the title first.")
                % {"number": number, "title": title}
            )

    def judge(self, found: list[Found]) -> None:
        for row in found:
            _not_to_come(row, "status_on")
            url = row.values.get("source_url")
            if url:
                try:
                    http_only(url)
                except ValidationError:
                    row.refuse(gettext("The link must begin with http:// or https://."))

    def write(self, new: list[Found], changed: list[Found]) -> None:
        fresh = [self._filled(HonorAward(), row) for row in new]
        if fresh:
            bulk_create_with_history(fresh, HonorAward, default_user=self.by, batch_size=500)
        moved = [self._filled(self.awards[row.key], row) for row in changed]
        if moved:
            bulk_update_with_history(
                moved, HonorAward, list(_AWARD), default_user=self.by, batch_size=500
            )

    def _filled(self, award: HonorAward, row: Found) -> HonorAward:
        for name in ("city", *_AWARD):
            if name in row.values:
                value = row.values[name]
                setattr(award, name, date.fromisoformat(value) if name == "status_on" else value)
        award.edition = self.editions[row.values["edition"]]
        return award


def _edition_key(title: str, number: int) -> str:
    return f"{title} {number}"

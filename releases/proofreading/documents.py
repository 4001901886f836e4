"""A release as one text to be proofread: its parts in the order of the page, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from civic import richedits, richtext
from civic.richedits import Edit
from releases.proofreading.engine import Context, Report, examine
from releases.proofreading.hits import Grade, Hit
from releases.proofreading.models import HitDecision
from releases.proofreading.rules import current
from releases.proofreading.terms import Term

if TYPE_CHECKING:
    from releases.models import Release

PARTED = "\n\n"


@dataclass(frozen=True)
class Passage:
    """A field with words in it, and where it begins in the whole text."""

    label: str
    owner: Any
    name: str
    is_rich: bool
    text: str
    start: int
    spared: frozenset[int] = frozenset()  # places of citations, in the whole text

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def edit(self, edits: Sequence[Edit]) -> None:
        """Make those of the edits that lie here, in memory."""
        value = getattr(self.owner, self.name)
        mine = [(start - self.start, end - self.start, new) for start, end, new in edits]
        if self.is_rich:
            value = richedits.layout(value).edited(mine)
        else:
            for start, end, new in sorted(mine, reverse=True):
                value = value[:start] + new + value[end:]
        setattr(self.owner, self.name, value)


@dataclass(frozen=True)
class Found:
    """A hit of a release: in which part, with its sentence cut in three, and what was decided."""

    hit: Hit
    where: str
    before: str
    after: str
    edits: tuple[Edit, ...]
    decision: HitDecision | None = None

    @property
    def seen(self) -> str:
        """What a page says about the decision it showed."""
        return self.decision.stamp if self.decision else ""

    @property
    def is_open(self) -> bool:
        """Whether it still keeps the text from being submitted."""
        if self.hit.grade == Grade.BLOCK:
            return True
        kept = self.decision is not None and self.decision.verdict == "ignored"
        return self.hit.grade == Grade.CONFIRM and not kept

    def as_json(self) -> dict[str, Any]:
        decided = self.decision
        return {
            **self.hit.as_json(),
            "where": self.where,
            "verdict": decided.verdict if decided else "",
            "reason": decided.reason if decided else "",
            "by": decided.by_name if decided else "",
        }


@dataclass(frozen=True)
class Proof:
    """What proofreading found in a release."""

    found: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    more: int = 0  # places that are not listed
    incomplete: list[str] = field(default_factory=list)  # what was not examined, and what to do

    @property
    def places(self) -> int:
        """How many were found, listed or not."""
        return len(self.found) + self.more

    @property
    def blocking(self) -> list[Found]:
        return [one for one in self.found if one.hit.grade == Grade.BLOCK]

    @property
    def open(self) -> list[Found]:
        return [one for one in self.found if one.is_open]

    @property
    def undecided(self) -> list[Found]:
        return [one for one in self.found if one.decision is None]

    def by_key(self, key: str) -> Found | None:
        return next((one for one in self.found if one.hit.key == key), None)

    def decided(self, decision: HitDecision) -> Proof:
        """The same with a decision made since."""
        found = [
            replace(one, decision=decision) if one.hit.key == decision.key else one
            for one in self.found
        ]
        return replace(self, found=found)


def passages(release: Release) -> list[Passage]:
    """Title, summary, text, change note, then each question with its answers."""
    fields: list[tuple[str, Any, str, bool]] = [
        (_("Title"), release, "title", False),
        (_("Summary"), release, "summary", False),
        (_("Text"), release, "body", True),
        (_("Change note for readers"), release, "correction_note", False),
    ]
    if release.pk:
        for number, question in enumerate(release.questions.prefetch_related("answers"), 1):
            fields.append((_("Question %(n)d") % {"n": number}, question, "text", False))
            said = _("Answer to question %(n)d") % {"n": number}
            fields += [(said, answer, "body", True) for answer in question.answers.all()]
    found, at = [], 0
    for label, owner, name, is_rich in fields:
        passage = _passage(label, owner, name, is_rich, at)
        if passage.text.strip():
            found.append(passage)
            at = passage.end + len(PARTED)
    return found


def _passage(label: str, owner: Any, name: str, is_rich: bool, at: int) -> Passage:
    value = getattr(owner, name) or ""
    if not is_rich:
        return Passage(label, owner, name, False, value, at)
    laid = richedits.layout(value)
    return Passage(label, owner, name, True, laid.text, at, _spared(laid, at))


def _spared(laid: richedits.Layout, at: int) -> frozenset[int]:
    """Where its citations stand: both go forwards, each once."""
    places = []
    cites = iter(richtext.cited(laid.markup))
    cite = next(cites, None)
    for n, char in enumerate(laid.chars):
        while cite is not None and cite.end <= char.start:
            cite = next(cites, None)
        if cite is None:
            break
        if cite.start <= char.start:
            places.append(at + n)
    return frozenset(places)


def proof_of(release: Release, rules: Sequence[Term] | None = None) -> Proof:
    """Every hit in the release with the decision about it."""
    parts = passages(release)
    text = PARTED.join(part.text for part in parts)
    spared = frozenset[int]().union(*(part.spared for part in parts))
    context = Context(people(release), day_of(release), with_figures=True, spared=spared)
    report: Report = examine(text, current() if rules is None else rules, context)
    decided = _decisions(release)
    found = [_found(hit, text, parts, spared, decided.get(hit.key)) for hit in report.hits]
    return Proof(found, report.notes, parts, report.more, report.incomplete)


def people(release: Release) -> tuple[tuple[str, str], ...]:
    if not release.pk:
        return ()
    return tuple(release.speakers.values_list("name", "post"))


def day_of(release: Release) -> date:
    """The day the text speaks from."""
    when = release.held_at or release.publish_at or release.original_at or timezone.now()
    return timezone.localdate(when)


def _decisions(release: Release) -> dict[str, HitDecision]:
    """A correction knows what was decided about the text it corrects."""
    if not release.pk:
        return {}
    rows = HitDecision.objects.filter(release__in=[release.pk, release.corrects_id or release.pk])
    return {row.key: row for row in sorted(rows, key=lambda row: row.release_id == release.pk)}


def _found(
    hit: Hit,
    text: str,
    parts: list[Passage],
    spared: frozenset[int],
    decision: HitDecision | None,
) -> Found:
    part = next((one for one in parts if one.start <= hit.start < one.end), parts[0])
    cut = hit.sentence.find(hit.text) if hit.sentence else -1
    first = text.rfind(hit.sentence, 0, hit.start + len(hit.sentence)) if cut >= 0 else -1
    if 0 <= first <= hit.start:
        before = text[first : hit.start]
        after = text[hit.end : first + len(hit.sentence)]
    else:
        before, after = text[max(hit.start - 20, part.start) : hit.start], ""
    edits = tuple(edit for edit in hit.edits if spared.isdisjoint(range(edit[0], edit[1])))
    return Found(hit, part.label, before, after, edits, decision)

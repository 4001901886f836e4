"""A release as one text to be proofread: its parts in the order of the page, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from civic import richedits, richtext
from civic.pictures import Picture
from civic.richedits import Edit
from releases.proofreading.engine import Context, Report, examine
from releases.proofreading.hits import Grade, Hit
from releases.proofreading.models import HitDecision
from releases.proofreading.rules import current
from releases.proofreading.terms import Term

if TYPE_CHECKING:
    from releases.models import Question, Release

PARTED = "\n\n"
ABOUT_RELEASE = (
    "original_title",
    "keywords",
    "writer",
    "source_name",
    "venue",
    "organizer",
    "cover_alt",
)

Field = tuple[str, Any, str, bool]  # what a clerk calls it, whose it is, its name, is it rich


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
    is_prose: bool = True

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_ours(self) -> bool:
        """Whether it can be mended from here: other texts use the words of a picture too."""
        return isinstance(self.owner, Model) and not isinstance(self.owner, Picture)

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
    """What is read as prose, then all other words that readers meet."""
    questions: list[Question] = []
    if release.pk:
        questions = list(release.questions.prefetch_related("answers"))
    found: list[Passage] = []
    at = 0
    kinds = ((True, _prose(release, questions)), (False, _other_words(release, questions)))
    for is_prose, fields in kinds:
        for label, owner, name, is_rich in fields:
            passage = replace(_passage(label, owner, name, is_rich, at), is_prose=is_prose)
            if passage.text.strip():
                found.append(passage)
                at = passage.end + len(PARTED)
    return found


def _prose(release: Release, questions: list[Question]) -> list[Field]:
    """Title, summary, text, change note, then each question with its answers."""
    fields: list[Field] = [
        (_("Title"), release, "title", False),
        (_("Summary"), release, "summary", False),
        (_("Text"), release, "body", True),
        (_("Change note for readers"), release, "correction_note", False),
    ]
    for number, question in enumerate(questions, 1):
        fields.append((_("Question %(n)d") % {"n": number}, question, "text", False))
        said = _("Answer to question %(n)d") % {"n": number}
        fields += [(said, answer, "body", True) for answer in question.answers.all()]
    return fields


def _other_words(release: Release, questions: list[Question]) -> list[Field]:
    """Names, captions and titles: no sentences, so the list of words alone is applied to them."""
    owners: list[tuple[Any, Sequence[str]]] = [(release, ABOUT_RELEASE)]
    if release.pk:
        owners += [(one, ("name", "post")) for one in release.speakers.all()]
        owners += [(one, ("label",)) for one in release.figure_blocks.all()]
        owners += [(one, ("caption", "alt", "credit")) for one in release.gallery.all()]
        owners += [(one, ("alt", "caption", "credit")) for one in _pictures(release)]
        owners += [(one, ("title", "file_name")) for one in release.attachments.all()]
    for question in questions:
        owners.append((question, ("outlet", "reporter", "topic_words")))
        owners += [(one, ("name", "post")) for one in question.answers.all()]
    fields = [
        (_label(owner, name), owner, name, False) for owner, names in owners for name in names
    ]
    return fields + _picture_words(release, questions)


def _pictures(release: Release) -> QuerySet[Picture]:
    """At the head, in the gallery, in the text."""
    of_head, in_gallery = Q(pk=release.cover_id), Q(gallery_rows__release=release)
    return Picture.objects.filter(of_head | in_gallery | Q(shown_in=release)).distinct()


def _picture_words(release: Release, questions: list[Question]) -> list[Field]:
    """What stands in the text for its pictures: markup, of which `richtext.plain` knows nothing."""
    bodies = [release.body, *(one.body for asked in questions for one in asked.answers.all())]
    return [
        (_("Picture in the text"), SimpleNamespace(alt=alt), "alt", False)
        for body in bodies
        if "<img" in body
        for alt in richtext.picture_alts(body).values()
    ]


def _label(owner: Any, name: str) -> str:
    """«Picture: caption»; of the release itself the name of the field."""
    field = str(owner._meta.get_field(name).verbose_name)
    return field if name in ABOUT_RELEASE else f"{owner._meta.verbose_name}: {field}"


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
    prose_end = max((part.end for part in parts if part.is_prose), default=0)
    context = Context(people(release), day_of(release), True, spared, prose_end)
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
    mended = hit.edits if part.is_ours else ()
    edits = tuple(edit for edit in mended if spared.isdisjoint(range(edit[0], edit[1])))
    return Found(hit, part.label, before, after, edits, decision)

"""Proofread: what a release does about the hits in it. They are decided, mended, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.translation import gettext

from civic import audit
from civic.reviews import Review
from civic.stages import REVIEW_STAGES, Status, TransitionRefused
from civic.versions import Changed
from releases.proofreading.documents import Found, Passage, Proof, proof_of
from releases.proofreading.hits import Grade
from releases.proofreading.models import HitDecision, ReviewProof

if TYPE_CHECKING:
    from civic.accounts import User

KEPT_WITH = (Review.Verdict.SUBMITTED, Review.Verdict.APPROVED, Review.Verdict.URGENT)
MOST_NAMED = 5


class Proofread(models.Model):
    """A text whose hits keep it from readers (block) or from its reviewers (confirm)."""

    class Meta:
        abstract = True

    def proof(self) -> Proof:
        return proof_of(self)  # type: ignore[arg-type]

    def check_ready(self) -> None:
        """No reader meets a blocked word. Raises TransitionRefused."""
        blocking = self.proof().blocking
        if blocking:
            raise TransitionRefused(
                gettext("Proofreading found what may not be published: %(what)s. Change it first.")
                % {"what": _named(blocking)}
            )
        super().check_ready()  # type: ignore[misc]

    def submit(self, *, by: User, version: int | None = None) -> None:
        """What asks for a decision gets one before the reviewers see the text."""
        text: Any = self
        if text.status == Status.DRAFT and text.may(by, "submit"):
            unsettled = [one for one in self.proof().open if one.hit.grade == Grade.CONFIRM]
            if unsettled:
                raise TransitionRefused(
                    gettext(
                        "Proofreading asks for a decision about: %(what)s."
                        " Change it, or keep it with a reason."
                    )
                    % {"what": _named(unsettled)}
                )
        super().submit(by=by, version=version)  # type: ignore[misc]

    def note(self, verdict: str, by: User | None, opinion: str) -> None:
        """The hits of the text stay with the Review row of the step."""
        super().note(verdict, by, opinion)  # type: ignore[misc]
        if verdict not in KEPT_WITH:
            return
        proof = self.proof()
        ReviewProof.objects.create(
            review=Review.objects.of(self)[0],
            hits=[one.as_json() for one in proof.found],
            notes=proof.notes,
        )

    @transaction.atomic
    def decide_hit(
        self, key: str, verdict: str, *, by: User, reason: str = "", version: int | None = None
    ) -> None:
        """«Will be changed», or «kept as it is» with a reason. Raises TransitionRefused."""
        found = self._hit_for(key, by, version)
        reason = reason.strip()[:200]
        if verdict not in (HitDecision.Verdict.ACCEPTED, HitDecision.Verdict.IGNORED):
            raise TransitionRefused(gettext("Choose what becomes of it."))
        if verdict == HitDecision.Verdict.IGNORED:
            if found.hit.grade == Grade.BLOCK:
                raise TransitionRefused(gettext("This may not be kept: change the text."))
            if not reason:
                raise TransitionRefused(gettext("Say why it is kept."))
        self._decided(found, verdict, by, reason)

    @transaction.atomic
    def fix_hit(self, key: str, *, by: User, version: int) -> None:
        """Mend the text at the place of the hit. In review it becomes a draft again."""
        text: Any = self
        found = self._hit_for(key, by, version)
        if not found.edits:
            raise TransitionRefused(gettext("Only a person can mend this: edit the text."))
        try:
            text.claim(version)
        except Changed as error:
            raise TransitionRefused(_changed()) from error
        for passage in text.proof().passages:
            self._mend(passage, found)
        text.edited(by=by)
        text.note_history()
        self._decided(found, HitDecision.Verdict.FIXED, by, "")

    def _mend(self, passage: Passage, found: Found) -> None:
        edits = [edit for edit in found.edits if passage.start <= edit[0] < passage.end]
        if not edits:
            return
        owner = passage.owner
        passage.edit(edits)
        most = owner._meta.get_field(passage.name).max_length
        if most and len(getattr(owner, passage.name)) > most:
            raise TransitionRefused(gettext("The mended text would be too long for its field."))
        owner.save()

    def _hit_for(self, key: str, by: User, version: int | None) -> Found:
        text: Any = self
        text.demand(by, "change", version)
        if text.status not in (Status.DRAFT, Status.APPROVED, *REVIEW_STAGES):
            raise TransitionRefused(gettext("This text is no longer edited. Correct it instead."))
        found = self.proof().by_key(key)
        if found is None:
            raise TransitionRefused(
                gettext("This is no longer found in the text: somebody changed it or the rule.")
            )
        return found

    def _decided(self, found: Found, verdict: str, by: User, reason: str) -> None:
        row = HitDecision.objects.filter(release=self.pk, key=found.hit.key).first()
        row = row or HitDecision(release_id=self.pk, key=found.hit.key)
        row.describe(found.hit)
        row.verdict, row.reason, row.by, row.by_name = verdict, reason, by, by.name
        row.save()
        audit.record(
            f"proofreading.{verdict}",
            by=by,
            target=self,
            rule=found.hit.rule,
            text=found.hit.text[:100],
            reason=reason,
        )


def _changed() -> str:
    return gettext("The text was changed since you looked at it. Read it again first.")


def _named(found: list[Found]) -> str:
    names = list(dict.fromkeys(f"«{one.hit.text[:30]}»" for one in found))
    more = "……" if len(names) > MOST_NAMED else ""
    return "、".join(names[:MOST_NAMED]) + more

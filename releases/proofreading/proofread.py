"""Proofread: what a release does about the hits in it. They are decided, mended, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.translation import gettext

from civic import audit, richtext
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
        """As the text stands now; within one step it is read once."""
        kept: list[Proof] | None = self.__dict__.get("_kept_proof")
        if kept is None:
            return proof_of(self)  # type: ignore[arg-type]
        if not kept:
            kept.append(proof_of(self))  # type: ignore[arg-type]
        return kept[0]

    @contextmanager
    def _reading_once(self) -> Iterator[None]:
        """For the time of a step, in which the text does not change."""
        self.__dict__["_kept_proof"] = []
        try:
            yield
        finally:
            del self.__dict__["_kept_proof"]

    def check_ready(self) -> None:
        """No reader meets a blocked word, nor a text not wholly read. Raises TransitionRefused."""
        proof = self.proof()
        if proof.blocking:
            raise TransitionRefused(
                gettext("Proofreading found what may not be published: %(what)s. Change it first.")
                % {"what": _named(proof.blocking)}
            )
        if proof.incomplete:
            raise TransitionRefused(
                gettext("Proofreading could not examine all of the text. %(why)s")
                % {"why": " ".join(proof.incomplete)}
            )
        super().check_ready()  # type: ignore[misc]

    def submit(self, *, by: User, version: int | None = None) -> None:
        """What asks for a decision gets one before the reviewers see the text."""
        text: Any = self
        with self._reading_once():
            if text.status == Status.DRAFT and text.may(by, "submit"):
                self._demand_decisions()
            super().submit(by=by, version=version)  # type: ignore[misc]

    def publish_urgently(self, *, by: User, reason: str, version: int | None = None) -> None:
        with self._reading_once():
            super().publish_urgently(by=by, reason=reason, version=version)  # type: ignore[misc]

    def _demand_decisions(self) -> None:
        unsettled = [one for one in self.proof().open if one.hit.grade == Grade.CONFIRM]
        if unsettled:
            raise TransitionRefused(
                gettext(
                    "Proofreading asks for a decision about: %(what)s."
                    " Change it, or keep it with a reason."
                )
                % {"what": _named(unsettled)}
            )

        accepted = HitDecision.Verdict.ACCEPTED
        found = self.proof().found
        promised = [one for one in found if one.decision and one.decision.verdict == accepted]
        if promised:
            raise TransitionRefused(
                gettext(
                    "This was to be changed, and still stands: %(what)s."
                    " Change it, or keep it with a reason."
                )
                % {"what": _named(promised)}
            )

    def note(self, verdict: str, by: User | None, opinion: str) -> None:
        """The hits of the text stay with the Review row of the step."""
        super().note(verdict, by, opinion)  # type: ignore[misc]
        if verdict not in KEPT_WITH:
            return
        proof = self.proof()
        ReviewProof.objects.create(
            review=Review.objects.of(self)[0],
            hits=[one.as_json() for one in proof.found],
            notes=[*proof.incomplete, *proof.notes, *_unlisted(proof)],
        )

    @transaction.atomic
    def decide_hit(
        self,
        key: str,
        verdict: str,
        *,
        by: User,
        reason: str = "",
        version: int | None = None,
        seen: str = "",
    ) -> Proof:
        """«Will be changed», or «kept as it is» with a reason. Raises TransitionRefused.

        `seen`: the stamp of the decision that stood when this one was made; none, none.
        """
        proof, found = self._hit_for(key, by, version)
        reason = reason.strip()[:200]
        if verdict not in (HitDecision.Verdict.ACCEPTED, HitDecision.Verdict.IGNORED):
            raise TransitionRefused(gettext("Choose what becomes of it."))
        if verdict == HitDecision.Verdict.IGNORED:
            if found.hit.grade == Grade.BLOCK:
                raise TransitionRefused(gettext("This may not be kept: change the text."))
            if not reason:
                raise TransitionRefused(gettext("Say why it is kept."))
        before = found.decision
        if before and (before.by_id, before.verdict, before.reason) == (by.pk, verdict, reason):
            return proof  # pressed twice
        _demand_seen(before, seen)
        return proof.decided(self._decided(found, verdict, by, reason))

    @transaction.atomic
    def fix_hit(self, key: str, *, by: User, version: int, seen: str = "") -> None:
        """Mend the text at the place of the hit. In review it becomes a draft again."""
        text: Any = self
        proof, found = self._hit_for(key, by, version)
        if not found.edits:
            raise TransitionRefused(gettext("Only a person can mend this: edit the text."))
        _demand_seen(found.decision, seen)
        try:
            text.claim(version)
        except Changed as error:
            raise TransitionRefused(_changed()) from error
        for passage in proof.passages:
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
        most = richtext.MAX_LENGTH if passage.is_rich else most
        if most and len(getattr(owner, passage.name)) > most:
            raise TransitionRefused(gettext("The mended text would be too long for its field."))
        owner.save()

    def _hit_for(self, key: str, by: User, version: int | None) -> tuple[Proof, Found]:
        """What is proofread and decided from here on is ours until commit."""
        text: Any = self
        text.demand(by, "change", version)
        if text.status not in (Status.DRAFT, Status.APPROVED, *REVIEW_STAGES):
            raise TransitionRefused(gettext("This text is no longer edited. Correct it instead."))
        rows: Any = type(self)._default_manager.select_for_update().filter(pk=self.pk)
        if list(rows.values_list("version", "status")) != [(text.version, text.status)]:
            raise TransitionRefused(_changed())
        proof = self.proof()
        found = proof.by_key(key)
        if found is None:
            raise TransitionRefused(
                gettext("This is no longer found in the text: somebody changed it or the rule.")
            )
        return proof, found

    def _decided(self, found: Found, verdict: str, by: User, reason: str) -> HitDecision:
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
        return row


def _demand_seen(decision: HitDecision | None, seen: str) -> None:
    """Nobody's decision is replaced by one who did not see it. Raises TransitionRefused."""
    if (decision.stamp if decision else "") == seen:
        return
    if decision is None:
        raise TransitionRefused(gettext("The decision you saw is gone. Look at the place again."))
    said: str = decision.get_verdict_display()
    raise TransitionRefused(
        gettext("%(name)s has decided this in the meantime: %(what)s. Look at it, then decide.")
        % {
            "name": decision.by_name,
            "what": f"{said}（{decision.reason}）" if decision.reason else said,
        }
    )


def _unlisted(proof: Proof) -> list[str]:
    return [gettext("And %(n)d more places.") % {"n": proof.more}] if proof.more else []


def _changed() -> str:
    return gettext("The text was changed since you looked at it. Read it again first.")


def _named(found: list[Found]) -> str:
    names = list(dict.fromkeys(f"«{one.hit.text[:30]}»" for one in found))
    more = "……" if len(names) > MOST_NAMED else ""
    return "、".join(names[:MOST_NAMED]) + more

"""Proofreading in the back office: the rules, and the hits of a release with their decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from civic.admin.base import ScopedAdmin
from civic.admin.exports import ExportMixin
from civic.admin.imports import ImportMixin
from civic.publishing import NoRight, TransitionRefused
from releases.models import HitDecision, Release, ReviewProof, TermRule
from releases.proofreading.documents import Proof
from releases.proofreading.ledger import TERM_COLUMNS


@admin.register(TermRule)
class TermRuleAdmin(ExportMixin, ImportMixin, ScopedAdmin, SimpleHistoryAdmin):
    list_display = ["pattern", "correction", "kind", "grade", "near", "is_active", "updated_at"]
    list_filter = ["kind", "grade", "is_regex", "is_active"]
    search_fields = ["pattern", "correction", "note"]
    ordering = ["kind", "pattern"]
    export_columns = TERM_COLUMNS
    fieldsets = [
        (None, {"fields": ["kind", "grade", "pattern", "is_regex", "correction"]}),
        (_("More"), {"fields": ["near", "unless", "note", "is_active"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A rule goes out of use; its history stays."""
        return False


class DecisionForm(forms.Form):
    """What becomes of a hit, said about the version that was looked at."""

    act = forms.ChoiceField(choices=[("fix", ""), ("accepted", ""), ("ignored", "")])
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    reason = forms.CharField(max_length=200, required=False)
    # The stamp of the decision the page showed; of one without a decision nothing.
    seen = forms.CharField(max_length=60, required=False)


class ProofMixin(admin.ModelAdmin[Any]):
    """For the admin of releases: the proof page, which the form shows in itself as well."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/proof/", wrap(self.proof_view), name="releases_release_proof"),
            path(
                "<int:pk>/proof/<slug:key>/",
                wrap(self.decide_view),
                name="releases_release_proof_hit",
            ),
            *super().get_urls(),
        ]

    def proof_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The hits, each at its place; `?part=1` answers the list alone, for the form."""
        release: Release = self._found(request, pk)  # type: ignore[attr-defined]
        return self._proof_page(request, release)

    def _proof_page(
        self,
        request: HttpRequest,
        release: Release,
        refusal: str = "",
        status: int = 200,
        proof: Proof | None = None,
    ) -> HttpResponse:
        alone = (request.GET.get("part") or request.POST.get("part")) == "1"
        context = {
            **self.admin_site.each_context(request),
            "title": _("Proofreading"),
            "subtitle": None,
            "opts": self.opts,
            "original": release,
            "proof": proof or release.proof(),
            "may_decide": self.has_change_permission(request, release),
            "verdicts": dict(HitDecision.Verdict.choices),
            "kept": self._kept(release),
            "refusal": refusal,
            "alone": alone,
            "back_url": release.get_admin_url(),
        }
        name = "admin/releases/_proof.html" if alone else "admin/releases/proof.html"
        response = TemplateResponse(request, name, context, status=status)
        response["Cache-Control"] = "private, no-store"
        return response

    @staticmethod
    def _kept(release: Release) -> ReviewProof | None:
        """The result of the last step that was proofread."""
        rows = ReviewProof.objects.filter(review__in=release.reviews.all())
        return rows.select_related("review").order_by("-review_id").first()

    def decide_view(self, request: Any, pk: int, key: str) -> HttpResponse:
        """Fix, accept or keep one hit. Only POST changes anything."""
        release: Release = self._found(request, pk)  # type: ignore[attr-defined]
        if not super().has_change_permission(request, release):
            raise PermissionDenied(_("You have no right to do this."))
        form = DecisionForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self._proof_page(request, release, _("Choose what becomes of it."), 400)
        said = form.cleaned_data
        told = {"by": request.user, "version": said["version"], "seen": said["seen"]}
        proof = None
        try:
            if said["act"] == "fix":
                release.fix_hit(key, **told)
            else:
                proof = release.decide_hit(key, said["act"], reason=said["reason"], **told)
        except NoRight as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except TransitionRefused as refusal:
            release = self._found(request, pk)  # type: ignore[attr-defined]
            return self._proof_page(request, release, str(refusal), 409)
        if said["act"] == "fix":
            messages.success(request, _("The text was mended."))
        if request.POST.get("part") != "1":
            return HttpResponseRedirect(reverse("admin:releases_release_proof", args=[pk]))
        if proof is None:  # the form draws itself anew
            return HttpResponse(status=204)
        return self._proof_page(request, release, proof=proof)

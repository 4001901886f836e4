"""Import of a transcript in the back office: paste or file, look at everything, save as draft."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.admin.listtools import ListTools, Tool
from civic.admin.publishing import KEEP_ID
from civic.publishing import TransitionRefused
from releases.models import Release
from releases.transcripts import drafts
from releases.transcripts.forms import TextForm
from releases.transcripts.review import Review
from releases.transcripts.transcript import Transcript

SALT = "releases.transcripts.notes"
# The field of the form at which a doubt is shown, by the name recognition gave it.
PLACES = {
    "time": "original_at",
    "source": "source_name",
    "host": "speakers",
    "pictures": "body",
}
PARTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("What it is"), ("kind", "channel", "unit")),
    (gettext_lazy("Title"), ("title", "original_title")),
    (gettext_lazy("Source"), ("original_at", "source_name", "source_url", "writer")),
    (gettext_lazy("Press conference"), ("held_at", "venue", "organizer")),
)


class TranscriptImportMixin(ListTools):
    """For the admin of releases; right `releases.import_release`."""

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("releases.import_release")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "releases_release_import"
        return [
            path("import/", wrap(self.import_view), name=name),
            path("import/review/", wrap(self.import_review_view), name=f"{name}_review"),
            *super().get_urls(),
        ]

    def list_tools(self, request: HttpRequest) -> list[Tool]:
        tools = super().list_tools(request)
        if self.has_import_permission(request):
            label = gettext_lazy("Import a transcript")
            tools.append(Tool(label, reverse("admin:releases_release_import")))
        return tools

    def _must_import(self, request: HttpRequest) -> Any:
        if not self.has_import_permission(request):
            raise PermissionDenied
        return request.user

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Step 1: the text comes in."""
        user = self._must_import(request)
        return self._text_page(request, TextForm(user=user))

    def import_review_view(self, request: HttpRequest) -> HttpResponse:
        """Step 2: what was recognised; and the draft, once it has been looked at."""
        user = self._must_import(request)
        if request.method != "POST":
            return self.import_view(request)
        if request.POST.get("step") == "save":
            return self._save(request, user)
        form = TextForm(request.POST, request.FILES, user=user)
        if not form.is_valid():
            return self._text_page(request, form, 400)
        made, where = form.transcript, form.cleaned_data
        try:
            drafts.place_pictures(transcript=made, by=user, unit=where["unit"])
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
            return self._text_page(request, form, 403)
        review = Review(user=user, made=made)
        review.form.initial.update(channel=where["channel"].pk, unit=where["unit"].pk)
        return self._review_page(request, review, _notes_of(made))

    def _save(self, request: HttpRequest, user: Any) -> HttpResponse:
        notes = _unpacked(request.POST.get("notes", ""))
        review = Review(user=user, data=request.POST)
        if not review.is_valid():
            return self._review_page(request, review, notes, 400)
        chosen = set(request.POST.getlist("put_back"))
        back = [row["text"] for n, row in enumerate(notes["dropped"]) if str(n) in chosen]
        made = review.transcript(put_back=back, sha256=notes["sha256"])
        data = review.form.cleaned_data
        try:
            release = drafts.save_transcript(
                transcript=made, by=user, channel=data["channel"], unit=data["unit"]
            )
        except ValidationError as refusal:
            for words in refusal.messages:
                review.form.add_error(None, words)
            return self._review_page(request, review, notes, 400)
        except TransitionRefused as refusal:
            review.form.add_error(None, str(refusal))
            return self._review_page(request, review, notes, 403)
        messages.success(request, _("«%(title)s» is saved as a draft.") % {"title": release.title})
        response = HttpResponseRedirect(release.get_admin_url())
        kept = request.POST.get("_keep_id", "")
        if KEEP_ID.fullmatch(kept):
            response.set_cookie("kept", kept, max_age=300, path="/admin/", samesite="Lax")
        return response

    # Pages -------------------------------------------------------------------------------------

    def _text_page(self, request: HttpRequest, form: TextForm, status: int = 200) -> HttpResponse:
        context = {"title": _("Import a transcript"), "form": form}
        return self._import_page(request, "admin/releases/import.html", context, status)

    def _review_page(
        self, request: HttpRequest, review: Review, notes: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        doubts = _by_place(notes["doubts"])
        for number, form in enumerate(review.questions.forms, start=1):
            form.doubts = doubts.get(f"questions.{number}", [])
        chosen = set(request.POST.getlist("put_back"))
        context = {
            "title": _("Look at what was recognised"),
            "review": review,
            "parts": [
                {
                    "title": title,
                    "rows": [
                        {"field": review.form[name], "doubts": doubts.get(name, [])}
                        for name in names
                    ],
                }
                for title, names in PARTS
            ],
            "doubts": doubts,
            "places": len(notes["doubts"]),
            "notes": notes,
            "packed": signing.dumps(notes, salt=SALT, compress=True),
            "dropped": [
                {**row, "number": n, "chosen": str(n) in chosen}
                for n, row in enumerate(notes["dropped"])
            ],
            "earlier": self._earlier(request, notes["sha256"]),
            "media": self.media + review.form.media,
            # What keep.js goes by: a text kept for another transcript is not taken for this one.
            "original": {"version": notes["sha256"][:12]},
        }
        response = self._import_page(request, "admin/releases/import_review.html", context, status)
        response._csp_update = settings.CSP_EDITOR  # type: ignore[attr-defined]
        return response

    def _import_page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int
    ) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            "subtitle": None,
            "opts": self.opts,
            "import_url": reverse("admin:releases_release_import"),
            "review_url": reverse("admin:releases_release_import_review"),
            "back_url": reverse("admin:releases_release_changelist"),
            **context,
        }
        return TemplateResponse(request, template, whole, status=status)

    def _earlier(self, request: HttpRequest, sha256: str) -> dict[str, Any] | None:
        """When the same text was imported before; the draft, if it is in scope."""
        event = drafts.earlier_import(sha256)
        if event is None:
            return None
        rows = Release.objects.visible_to(request.user)
        found = (
            rows.filter(pk=int(event.target_id)).first() if event.target_id.isdecimal() else None
        )
        return {"at": event.at, "release": found}


def _notes_of(made: Transcript) -> dict[str, Any]:
    """What the page must know again when the form comes back: doubts, dropped lines, sums."""
    return {
        "doubts": [vars(doubt) for doubt in made.doubts],
        "dropped": [{"text": row.text, "reason": row.reason} for row in made.dropped],
        "head": made.head,
        "counts": made.counts(),
        "sha256": made.sha256,
    }


def _unpacked(packed: str) -> dict[str, Any]:
    """The notes we signed; empty ones for anything else: nothing hangs on them but comfort."""
    try:
        notes: dict[str, Any] = signing.loads(packed, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return _notes_of(Transcript())
    return notes


def _by_place(doubts: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for doubt in doubts:
        found[PLACES.get(doubt["field"], doubt["field"])].append(doubt)
    return found

"""Releases in the back office: list, form in the order of the work, steps, corrections."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civic import citations, pictures
from civic.admin.editor import EditorMixin
from civic.admin.exports import ExportMixin
from civic.admin.filters import FiguresFilter, MineFilter, StateFilter
from civic.admin.publishing import PublishableAdmin
from civic.citations import CitationsDiffer
from civic.publishing import Status, TransitionRefused
from releases.admin.inlines import (
    AttachmentInline,
    FigureInline,
    PictureInline,
    QuestionInline,
    RelatedInline,
    SpeakerInline,
)
from releases.admin.proofreading import ProofMixin
from releases.admin.steps import CORRECT, RELEASE_STEPS
from releases.admin.transcripts import TranscriptImportMixin
from releases.exports import COLUMNS
from releases.forms import CONFERENCE_FIELDS, ReleaseForm
from releases.models import Release


@admin.register(Release)
class ReleaseAdmin(ProofMixin, TranscriptImportMixin, ExportMixin, EditorMixin, PublishableAdmin):
    feeds_figures = True
    form = ReleaseForm
    change_form_template = "admin/releases/release_form.html"
    steps = RELEASE_STEPS
    list_display = ["titled", "status_label", "channel", "kind", "unit", "publish_at", "created_by"]
    list_display_links = ["titled"]
    list_filter = [MineFilter, StateFilter, FiguresFilter, "kind", "channel", "unit"]
    list_select_related = ["channel", "unit", "created_by"]
    search_fields = ["title"]
    search_help_text = gettext_lazy("Part of a title")
    ordering = ["-pk"]
    actions = ["submit_selected", "publish_selected"]
    autocomplete_fields = ["cover", "topics"]
    inlines = [
        SpeakerInline,
        QuestionInline,
        FigureInline,
        PictureInline,
        AttachmentInline,
        RelatedInline,
    ]

    export_columns = COLUMNS

    class Media:
        js = ["js/admin/kinds.js", "js/admin/answers.js", "js/admin/count.js"]

    # List --------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        match = request.resolver_match
        if match and match.url_name and match.url_name.endswith("_changelist"):
            return rows.defer("body", "imprint", "change_notes").with_differing()
        return rows

    def export_rows(self, rows: Any) -> Any:
        return rows.defer("body", "change_notes")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Read also, and superseded by: only what citizens can read now is offered."""
        match = request.resolver_match
        if match and match.url_name == "autocomplete":
            queryset = queryset.live().originals()
            itself = request.GET.get("itself", "")
            if itself.isdecimal() and len(itself) < 19:
                queryset = queryset.exclude(pk=int(itself))
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def titled(self, release: Release) -> str:
        chips = [("chip-correction", _("Correction"))] if release.corrects_id else []
        if getattr(release, "differing", False):
            chips.append(("chip-broken", _("Figure differs")))
        if not chips:
            return release.title
        said = format_html_join("", ' <span class="chip {}">{}</span>', chips)
        return format_html("{}{}", release.title, said)

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("releases.submit_release")

    @admin.action(
        permissions=["submit"], description=gettext_lazy("Submit selected releases for review")
    )
    def submit_selected(self, request: HttpRequest, queryset: Any) -> None:
        """Reviews are never done by the dozen; sending drafts off may be."""
        done = self._by_the_dozen(request, queryset, Release.submit)
        if done:
            text = ngettext(
                "%(n)d release was submitted.", "%(n)d releases were submitted.", done
            ) % {"n": done}
            self.message_user(request, text, messages.SUCCESS)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("releases.publish_release")

    @admin.action(
        permissions=["publish"], description=gettext_lazy("Publish selected approved releases")
    )
    def publish_selected(self, request: HttpRequest, queryset: Any) -> None:
        """All their reviews are passed; each is refused or published by itself."""
        done = self._by_the_dozen(request, queryset, Release.publish)
        if done:
            text = ngettext(
                "%(n)d release was published.", "%(n)d releases were published.", done
            ) % {"n": done}
            self.message_user(request, text, messages.SUCCESS)

    def _by_the_dozen(self, request: HttpRequest, queryset: Any, step: Any) -> int:
        """How many took the step; who did not is told why."""
        done, most = 0, 50
        if queryset.count() > most:
            text = _("Take %(n)d releases at most at a time; choose fewer.") % {"n": most}
            self.message_user(request, text, messages.ERROR)
            return 0
        for release in queryset.select_related("channel"):
            try:
                step(release, by=request.user, version=release.version)
                done += 1
            except TransitionRefused as refusal:
                if isinstance(refusal, CitationsDiffer):
                    citations.check(release)  # what was found was rolled back with the step
                said = {"title": release.title, "why": refusal}
                self.message_user(request, _("«%(title)s»: %(why)s") % said, messages.WARNING)
        return done

    # Form --------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """In the order of the work."""
        where = ["topics", "keywords", "expire_at"]
        if obj is None or not obj.corrects_id:  # a correction has the place of its original
            where.insert(2, "slug")
            if request.user.has_perm("releases.pin_release"):
                where.append("pinned_until")
        conference = {"fields": list(CONFERENCE_FIELDS), "classes": ["conference-only"]}
        text = ["summary", self.rich_field(request, obj, "body"), ("cover", "cover_alt")]
        source = ["source_name", "source_url", "original_at", "writer"]
        parts: list[Any] = [
            (None, {"fields": ["kind", "channel", "unit", "title", "original_title"]}),
            (_("Text"), {"fields": text}),
            (_("Source"), {"fields": source}),
            (_("Press conference"), conference),
            (_("Where it stands"), {"fields": where}),
        ]
        if obj is not None and obj.corrects_id:
            note = {"fields": ["correction_note", "correction_is_major"]}
            parts.insert(0, (_("Correction"), note))
        if self.has_change_permission(request, obj) and obj is not None:
            parts[0][1]["fields"].append("based_on_version")
        return parts

    def about(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        under_way = obj.corrections.exclude(status=Status.ARCHIVED).first()
        original = obj.corrects
        found = {
            "corrects": original,
            "orphaned": original is not None and original.status != Status.PUBLISHED,
            "open_correction": under_way,
        }
        return {**super().about(request, obj), **found}

    def told(self, obj: Any, step: Any, shown: Any) -> str:
        if step is CORRECT:
            text = _(
                "The correction of «%(title)s» was begun: this is its working copy. Citizens read"
                " the present text until the copy is published."
            )
            return text % {"title": obj.title}
        if obj.corrects_id and shown.pk == obj.corrects_id:
            text = _("The correction was published: citizens now read the corrected «%(title)s».")
            return text % {"title": shown.title}
        return super().told(obj, step, shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An address that readers may have kept stays."""
        fixed = obj is not None and obj.first_published_at is not None
        return ["slug"] if fixed else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "unit": getattr(request.user, "unit_id", None),
            **super().get_changeform_initial_data(request),
        }

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.user.has_perm("civic.add_picture"):
            uploads = (file for name, file in request.FILES.items() if name.endswith("-upload"))
            pictures.draw_ahead(uploads)
        return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        release: Release = form.instance
        release.note_pictures()
        release.note_history()
        citations.check(release)

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The public page, before it is public: by the same view code and template."""
        from releases.views import release_context

        release = self._found(request, pk)
        context = {**release_context(release), "preview_of": release}
        response = render(request, "releases/detail.html", context)
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "private, no-store"
        return response

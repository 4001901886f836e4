"""Releases in the back office: list, form in the order of the work, steps, corrections."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from civic.admin.editor import EditorMixin
from civic.admin.publishing import READ_ONLY, AwaitsMe, PublishableAdmin
from civic.admin.scoping import ScopedFields
from civic.publishing import WithdrawReason
from civic.steps import STEPS, Step, WithdrawForm
from releases import actions
from releases.forms import QuestionForm, QuestionFormSet, ReleaseForm
from releases.models import (
    Attachment,
    Question,
    RelatedReading,
    Release,
    ReleasePicture,
    Speaker,
)


class PartInline(ScopedFields, admin.TabularInline[Any, Any]):
    """A part of a release: who may change the release may change it."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("releases.view_release")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("releases.change_release") and (
            obj is None or obj.status not in READ_ONLY
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (
            request.user.has_perm("releases.add_release") and obj is None
        ) or self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


class SpeakerInline(PartInline):
    model = Speaker
    fields = ["order", "role", "name", "post"]


class QuestionInline(PartInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    template = "admin/releases/question_inline.html"


class PictureInline(PartInline):
    model = ReleasePicture
    fields = ["order", "picture", "caption"]
    autocomplete_fields = ["picture"]


class AttachmentInline(PartInline):
    model = Attachment
    fields = ["order", "file", "title"]


class RelatedInline(PartInline):
    model = RelatedReading
    fk_name = "release"
    fields = ["order", "to"]
    autocomplete_fields = ["to"]


class ReleaseWithdrawForm(WithdrawForm):
    """Superseded asks by what."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from django import forms

        self.fields["superseded_by"] = forms.ModelChoiceField(
            label=_("Superseded by"),
            queryset=Release.objects.live().newest_first()[:200],
            required=False,
            help_text=_("Only for «superseded»: the release readers are led to."),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == WithdrawReason.SUPERSEDED and not data.get("superseded_by"):
            self.add_error("superseded_by", _("Choose the release that takes its place."))
        return data


def _withdraw_step(release: Release, by: Any, data: dict[str, Any]) -> None:
    release.withdraw(
        by=by,
        reason=data["reason"],
        opinion=data.get("opinion", ""),
        version=data["version"],
        superseded_by=data.get("superseded_by"),
    )


RELEASE_STEPS: tuple[Step, ...] = (
    *(
        replace(step, do=_withdraw_step, form=ReleaseWithdrawForm)
        if step.name == "withdraw"
        else step
        for step in STEPS
    ),
    Step(
        "correct",
        _("Correct"),
        _("A working copy is made; readers keep seeing this text until the copy is reviewed."),
        ("submit",),
        "",
        lambda t, u: t.is_live and t.corrects_id is None and t.may(u, "submit"),
        lambda t, u, d: actions.start_correction(release=t, by=u, version=d["version"]),
    ),
)


@admin.register(Release)
class ReleaseAdmin(EditorMixin, PublishableAdmin, SimpleHistoryAdmin):
    form = ReleaseForm
    steps = RELEASE_STEPS
    list_display = [
        "title",
        "status_label",
        "channel",
        "kind",
        "unit",
        "publish_at",
        "created_by",
    ]
    list_filter = [AwaitsMe, "status", "kind", "channel", "unit"]
    list_select_related = ["channel", "unit", "created_by"]
    search_fields = ["title"]
    ordering = ["-pk"]
    autocomplete_fields = ["cover", "topics"]
    inlines = [SpeakerInline, QuestionInline, PictureInline, AttachmentInline, RelatedInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.defer("body") if request.resolver_match.url_name.endswith("list") else rows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """In the order of the work."""
        parts: list[Any] = [
            (None, {"fields": ["kind", "channel", "unit", "title", "original_title"]}),
            (_("Text"), {"fields": ["summary", "body", "cover"]}),
            (_("Source"), {"fields": ["source_name", "source_url", "original_at", "writer"]}),
            (
                _("Press conference"),
                {
                    "fields": ["held_at", "venue", "organizer"],
                    "description": _("Only for a press conference; else leave it empty."),
                },
            ),
            (_("Where it stands"), {"fields": ["topics", "keywords", "slug", "expire_at"]}),
        ]
        if request.user.has_perm("releases.pin_release"):
            parts[-1][1]["fields"].append("pinned_until")
        if obj is not None and obj.corrects_id:
            note = {"fields": ["correction_note", "correction_is_major"]}
            parts.insert(0, (_("Correction"), note))
        if obj is not None and self.has_change_permission(request, obj):
            parts[0][1]["fields"].append("based_on_version")
        return parts

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is not in the fieldsets for this person is not in the form either."""
        shown = {
            name for _title, part in self.get_fieldsets(request, obj) for name in part["fields"]
        }
        names = {field.name for field in Release._meta.get_fields() if hasattr(field, "formfield")}
        return sorted((names - shown) | set(super().get_exclude(request, obj)))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"unit": request.user.unit_id, **super().get_changeform_initial_data(request)}

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The public page, before it is public: by the same view code and template."""
        from releases.views import release_context

        release = self._found(request, pk)
        context = {**release_context(release), "preview_of": release}
        response = render(request, "releases/detail.html", context)
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "private, no-store"
        return response

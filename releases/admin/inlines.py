"""The parts of a release in its form: speakers, questions, pictures, files, related reading."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from civic.admin.labels import LabelledRows
from civic.admin.publishing import READ_ONLY
from civic.admin.scoping import ScopedFields
from releases.figureblocks import FigureBlock
from releases.figureforms import FigureBlockForm, FigureBlockFormSet
from releases.forms import (
    AttachmentForm,
    ConferencePartFormSet,
    PictureRowForm,
    PictureRowFormSet,
    SpeakerForm,
)
from releases.models import Attachment, Question, RelatedReading, ReleasePicture, Speaker
from releases.questionforms import QuestionForm, QuestionFormSet


class PartInline(LabelledRows, ScopedFields, admin.TabularInline[Any, Any]):
    """A part of a release: who may change the release may change it."""

    extra = 1

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
    form = SpeakerForm
    formset = ConferencePartFormSet
    fields = ["order", "role", "name", "post"]
    classes = ["conference-only"]


class QuestionInline(PartInline):
    model = Question
    form = QuestionForm
    fieldsets = [(None, {"fields": [("order", "outlet", "reporter", "topic_words"), "text"]})]
    formset = QuestionFormSet
    template = "admin/releases/question_inline.html"
    classes = ["conference-only"]


class FigureInline(PartInline):
    """The large numbers under the text."""

    model = FigureBlock
    form = FigureBlockForm
    formset = FigureBlockFormSet
    extra = 0
    fields = [
        "order",
        "figure",
        "group",
        "period",
        "region",
        "qualifier",
        "scale",
        "shown",
        "label",
        "as_of",
        "is_historical",
    ]


class PictureInline(PartInline):
    model = ReleasePicture
    form = PictureRowForm
    formset = PictureRowFormSet
    autocomplete_fields = ["picture"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Words are this use's own; uploading needs its own right."""
        shut = not self.has_change_permission(request, obj) and obj is not None
        if shut or not request.user.has_perm("civic.add_picture"):
            return ["order", "picture", "alt", "credit", "caption"]
        return ["order", "picture", "upload", "alt", "credit", "caption"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.user = request.user
        return formset

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("picture")


class AttachmentInline(PartInline):
    model = Attachment
    form = AttachmentForm
    fields = ["order", "file", "title"]


class RelatedInline(PartInline):
    model = RelatedReading
    fk_name = "release"
    fields = ["order", "to"]
    autocomplete_fields = ["to"]

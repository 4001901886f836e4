"""Forms of the release desk: the release itself, and questions with their answers beneath."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from releases.models import Answer, Question, Release

AnswerFormSet: Any = forms.inlineformset_factory(
    Question,
    Answer,
    fields=["order", "speaker", "name", "post", "body"],
    extra=0,
    can_delete=True,
    widgets={"order": forms.NumberInput(attrs={"class": "order-field"})},
)


class AnswersBeneath(AnswerFormSet):  # type: ignore[misc]
    """The answers to one question, edited under it; one empty place when it has none yet."""

    def __init__(self, *args: Any, speakers: Any = None, **kwargs: Any) -> None:
        self.speakers = speakers
        super().__init__(*args, **kwargs)
        self.extra = 0 if self.initial_form_count() else 1

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["speaker"].queryset = self.speakers
        form.fields["body"].required = False

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if not data or data.get("DELETE") or not form.has_changed():
                continue
            if not (data.get("body") or "").strip():
                form.add_error("body", _("Write the answer, or tick the box to delete it."))
            if not data.get("speaker") and not (data.get("name") or "").strip():
                form.add_error("name", _("Say who answered: choose a speaker or write the name."))


class QuestionFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """Questions of a conference, each with its answers: saved together."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        release = self.instance
        form.answers = AnswersBeneath(
            instance=form.instance,
            data=form.data if form.is_bound else None,
            files=form.files if form.is_bound else None,
            prefix=f"{form.prefix}-answers",
            speakers=release.speakers.all() if release.pk else Answer.objects.none(),
        )

    def is_valid(self) -> bool:
        valid = super().is_valid()
        for form in self.forms:
            if not (self.can_delete and self._should_delete_form(form)):
                valid = form.answers.is_valid() and valid
        return valid

    def has_changed(self) -> bool:
        return super().has_changed() or any(form.answers.has_changed() for form in self.forms)

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit=commit)
        for form in self.forms:
            if self.can_delete and self._should_delete_form(form):
                continue
            if form.instance.pk and form.answers.has_changed():
                form.answers.instance = form.instance
                form.answers.save()
                self._name_answerers(form.instance)
        return saved

    @staticmethod
    def _name_answerers(question: Question) -> None:
        """An answer names its answerer in words too, as they were that day."""
        for answer in question.answers.select_related("speaker"):
            if answer.speaker and (answer.name, answer.post) != (
                answer.speaker.name,
                answer.speaker.post,
            ):
                answer.name, answer.post = answer.speaker.name, answer.speaker.post
                answer.save()


class QuestionForm(forms.ModelForm[Any]):
    """A question counts as changed when one of its answers is."""

    class Meta:
        model = Question
        fields = ["order", "outlet", "reporter", "text", "topic_words"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def has_changed(self) -> bool:
        answers = getattr(self, "answers", None)
        return super().has_changed() or bool(answers is not None and answers.has_changed())


class ReleaseForm(forms.ModelForm[Any]):
    """The release; conference fields are asked only of a conference."""

    class Meta:
        model = Release
        fields = "__all__"
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.instance.corrects_id and "correction_note" in self.fields:
            if not (data.get("correction_note") or "").strip():
                self.add_error("correction_note", _("Tell readers in a sentence what was changed."))
        return data

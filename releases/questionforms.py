"""Forms of the questions of a press conference, each with its ordered answers beneath."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releases.forms import ConferencePartFormSet
from releases.models import Answer, Question, Release

AnswerFormSet: Any = forms.inlineformset_factory(
    Question,
    Answer,
    fields=["order", "speaker", "name", "post", "body"],
    extra=1,
    can_delete=True,
    widgets={"order": forms.NumberInput(attrs={"class": "order-field"})},
)


class AnswersBeneath(AnswerFormSet):
    """The answers to one question, edited under it; one empty place for the next."""

    def __init__(self, *args: Any, speakers: Any = None, **kwargs: Any) -> None:
        self.speakers = speakers
        super().__init__(*args, **kwargs)

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


class QuestionForm(forms.ModelForm[Any]):
    """A question counts as changed when one of its answers is."""

    class Meta:
        model = Question
        fields = ["order", "outlet", "reporter", "text", "topic_words"]
        labels = {"topic_words": gettext_lazy("subject")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    answers: Any = None

    @property
    def beneath(self) -> list[Any]:
        """Formsets that stand under this form."""
        return [self.answers] if self.answers is not None else []

    def _is_leaving(self, form: Any) -> bool:
        return bool(self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        return super().has_changed() or any(one.has_changed() for one in self.beneath)


class QuestionFormSet(ConferencePartFormSet):
    """Questions of a conference, each with its answers: checked and saved together."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.answers = AnswersBeneath(
            instance=form.instance,
            data=form.data if form.is_bound else None,
            files=form.files if form.is_bound else None,
            prefix=f"{form.prefix}-answers",
            speakers=self._speakers(),
            queryset=None if form.instance.pk else Answer.objects.none(),
        )

    def _speakers(self) -> Any:
        """Read once, however many answers offer them."""
        if not hasattr(self, "_speaker_rows"):
            release: Release = self.instance
            rows = release.speakers.all() if release.pk else Answer.objects.none()
            self._speaker_rows = rows
        return self._speaker_rows

    def _goes(self, form: Any) -> bool:
        """Whether the question is ticked to be deleted: then its answers are not asked."""
        return bool(self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]

    def is_valid(self) -> bool:
        valid = super().is_valid()
        for form in self.forms:
            if not self._is_leaving(form):
                valid = form.answers.is_valid() and valid
        return valid

    def _is_leaving(self, form: Any) -> bool:
        return bool(self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        return super().has_changed() or any(form.answers.has_changed() for form in self.forms)

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit=commit)
        for form in self.forms:
            if self._is_leaving(form):
                continue
            if form.instance.pk and form.answers.has_changed():
                form.answers.instance = form.instance
                form.answers.save()
        self._name_answerers()
        return saved

    def _name_answerers(self) -> None:
        """An answer names its answerer in words, as that day; a name of the platform is linked."""
        if not self.instance.pk:
            return
        speakers = {speaker.name: speaker for speaker in self.instance.speakers.all()}
        for answer in Answer.objects.filter(question__release=self.instance).select_related(
            "speaker"
        ):
            speaker = answer.speaker or speakers.get(answer.name.strip())
            if speaker is None:
                continue
            named = (speaker.pk, speaker.name, speaker.post or answer.post)
            if (answer.speaker_id, answer.name, answer.post) != named:
                answer.speaker, answer.name, answer.post = speaker, named[1], named[2]
                answer.save()

"""Forms of the import: the text comes in; everything recognised is looked at before it is saved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.accounts import User
from civic.richtext import RichTextFormField
from civic.units import Unit
from releases import transcripts
from releases.models import Channel, Question, Release, Speaker
from releases.transcripts.text import MAX_BYTES
from releases.transcripts.transcript import HOST, PRESENTER, Transcript

MINUTES = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
WIDE = {"class": "vTextField wide"}


class Where(forms.Form):
    """Channel and unit of the draft; only units in the person's scope are offered."""

    channel = forms.ModelChoiceField(
        label=gettext_lazy("Channel"), queryset=Channel.objects.none(), empty_label=None
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit"), queryset=Unit.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, user)


def offer(form: Any, user: User) -> None:
    """Fill the choices of `channel` and `unit`."""
    form.fields["channel"].queryset = Channel.objects.in_order()
    form.fields["unit"].queryset = Unit.objects.active().visible_to(user)
    form.fields["unit"].initial = user.unit_id
    first = Channel.objects.in_order().filter(type=Channel.Type.CONFERENCE).first()
    form.fields["channel"].initial = first.pk if first else None


class TextForm(Where):
    """A pasted text or a file; `transcript` is what was recognised, once the form is valid."""

    text = forms.CharField(
        label=gettext_lazy("Pasted text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=gettext_lazy("Everything on the page: what does not belong is taken out."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".txt,.docx,.html,.htm"}),
        help_text=gettext_lazy("Word (.docx), text (.txt) or a saved page (.html)."),
    )
    field_order = ("text", "file", "channel", "unit")
    transcript: Transcript

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text, upload = data.get("text") or "", data.get("file")
        if bool(text.strip()) == bool(upload):
            if not self.errors:
                raise ValidationError(_("Paste a text or choose a file: one of the two."))
            return data
        name = "file" if upload else "text"
        try:
            if upload:
                self.transcript = transcripts.from_file(upload.read(), upload.name)
            else:
                self.transcript = transcripts.from_text(text[: MAX_BYTES + 1])
        except ValidationError as refusal:
            self.add_error(name, refusal)
        return data


class ReviewForm(forms.ModelForm[Release]):
    """The draft as it will be saved."""

    original_at = forms.DateTimeField(
        label=gettext_lazy("Originally published"), required=False, widget=MINUTES
    )
    held_at = forms.DateTimeField(label=gettext_lazy("Held at"), required=False, widget=MINUTES)
    body = RichTextFormField(label=gettext_lazy("Text"), required=False)

    class Meta:
        model = Release
        fields = [
            "kind",
            "channel",
            "unit",
            "title",
            "original_title",
            "original_at",
            "source_name",
            "source_url",
            "writer",
            "held_at",
            "venue",
            "organizer",
            "body",
        ]
        widgets = {name: forms.TextInput(attrs=WIDE) for name in ("title", "original_title")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, user)


class SpeakerRow(forms.Form):
    role = forms.ChoiceField(
        label=gettext_lazy("Part"), choices=Speaker.Role.choices, initial=PRESENTER
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40, required=False)
    post = forms.CharField(label=gettext_lazy("Post held that day"), max_length=120, required=False)


class SpeakerRowsBase(forms.BaseFormSet[SpeakerRow]):
    def clean(self) -> None:
        """One row a person and part; more than one host is no conference."""
        seen: set[tuple[str, str]] = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            key = (data.get("role", ""), (data.get("name") or "").strip())
            if data.get("DELETE") or not key[1]:
                continue
            if key in seen:
                form.add_error("name", _("This speaker is already listed."))
            if key[0] == HOST and any(role == HOST for role, _name in seen):
                form.add_error("role", _("There is one host."))
            seen.add(key)


class AnswerRow(forms.Form):
    name = forms.CharField(label=gettext_lazy("Answerer"), max_length=40, required=False)
    post = forms.CharField(label=gettext_lazy("Post held that day"), max_length=120, required=False)
    body = RichTextFormField(label=gettext_lazy("Answer"), required=False)


class QuestionRow(forms.Form):
    outlet = forms.CharField(label=gettext_lazy("Outlet"), max_length=60, required=False)
    reporter = forms.CharField(label=gettext_lazy("Reporter"), max_length=40, required=False)
    topic = forms.CharField(label=gettext_lazy("Topic"), max_length=60, required=False)
    text = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=Question._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


SpeakerRows: Any = forms.formset_factory(
    SpeakerRow, formset=SpeakerRowsBase, extra=2, can_delete=True, max_num=40, absolute_max=60
)
AnswerRows: Any = forms.formset_factory(
    AnswerRow, extra=0, can_delete=True, max_num=100, absolute_max=100
)
QuestionFormSet: Any = forms.formset_factory(
    QuestionRow, extra=0, can_delete=True, max_num=100, absolute_max=100
)


class QuestionRows(QuestionFormSet):
    """Questions, each with its answers beneath."""

    def __init__(self, *args: Any, answers: list[list[dict[str, str]]], **kwargs: Any) -> None:
        self.given = answers
        super().__init__(*args, **kwargs)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        known = self.given[index] if index is not None and index < len(self.given) else []
        form.answers = AnswerRows(
            data=form.data if form.is_bound else None,
            initial=known,
            prefix=f"{form.prefix}-answers",
        )

    def is_valid(self) -> bool:
        valid = super().is_valid()
        kept = [form for form in self.forms if not self._should_delete_form(form)]
        return all([valid, *(form.answers.is_valid() for form in kept)])

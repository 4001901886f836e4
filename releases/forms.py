"""Forms of the release desk: the release itself and the parts that hang on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic import pictures
from releases.models import Attachment, Release, ReleasePicture, Speaker

if TYPE_CHECKING:
    from civic.accounts import User

# Asked of a press conference only.
CONFERENCE_FIELDS = ("held_at", "venue", "organizer")


class ReleaseForm(forms.ModelForm[Any]):
    """The release; conference fields are taken only of a conference."""

    class Meta:
        model = Release
        fields = [
            "kind",
            "channel",
            "unit",
            "title",
            "original_title",
            "summary",
            "body",
            "cover",
            "cover_alt",
            "source_name",
            "source_url",
            "original_at",
            "writer",
            *CONFERENCE_FIELDS,
            "topics",
            "keywords",
            "slug",
            "expire_at",
            "pinned_until",
            "correction_note",
            "correction_is_major",
        ]
        widgets = {
            "title": forms.TextInput(attrs={"class": "vTextField wide"}),
            "original_title": forms.TextInput(attrs={"class": "vTextField wide"}),
            "summary": forms.Textarea(
                attrs={
                    "rows": 3,
                    "data-count": "200",
                    "data-fill": gettext_lazy("Begin it from the text"),
                }
            ),
            "correction_note": forms.Textarea(attrs={"rows": 2}),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") and data["kind"] != Release.Kind.CONFERENCE:
            for name in CONFERENCE_FIELDS:
                if data.get(name):
                    self.add_error(name, _("Only a press conference has this. Empty it."))
        corrected = self.instance.corrects_id and "correction_note" in self.fields
        if corrected and not (data.get("correction_note") or "").strip():
            self.add_error("correction_note", _("Tell readers in a sentence what was changed."))
        self._check_times(data)
        return data

    def _check_times(self, data: dict[str, Any]) -> None:
        """A time that is over is said here, not when the text is to be published."""
        now = timezone.now()
        last, published = data.get("expire_at"), self.instance.publish_at
        if last and last <= now:
            self.add_error("expire_at", _("This time is past. Choose a later one."))
        elif last and published and last <= published:
            self.add_error("expire_at", _("It must be taken off after it was published."))
        pinned = data.get("pinned_until")
        if pinned and pinned <= now and "pinned_until" in self.changed_data:
            self.add_error("pinned_until", _("This time is past. Choose a later one."))


def _goes(form: Any) -> bool:
    """Whether the row is ticked to be deleted."""
    return bool(getattr(form, "cleaned_data", {}).get("DELETE"))


class ConferencePartFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """Speakers and questions: of a press conference only."""

    def clean(self) -> None:
        super().clean()
        if not self.data.get("kind") or self.data["kind"] == Release.Kind.CONFERENCE:
            return
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        if any(not _goes(form) for form in kept):
            raise ValidationError(
                _("Only a press conference has this. Delete these rows, or change the kind.")
            )


class SpeakerForm(forms.ModelForm[Any]):
    """A person on the platform."""

    class Meta:
        model = Speaker
        fields = ["order", "role", "name", "post"]
        labels = {"name": gettext_lazy("full name")}


class PictureRowForm(forms.ModelForm[Any]):
    """A picture of the gallery: chosen among those there are, or uploaded right here."""

    upload = forms.FileField(
        label=gettext_lazy("or upload"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    alt = forms.CharField(
        label=gettext_lazy("alternative text"),
        required=False,
        max_length=120,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    credit = forms.CharField(label=gettext_lazy("credit"), required=False, max_length=60)

    class Meta:
        model = ReleasePicture
        fields = ["order", "picture", "upload", "alt", "credit", "caption"]
        widgets = {"caption": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user: User | None = None
        self.fields["picture"].required = False
        if self.instance.pk:
            for name in ("alt", "credit"):
                own = getattr(self.instance, name)
                self.initial[name] = own or getattr(self.instance.picture, name)

    def clean_upload(self) -> Any:
        upload = self.cleaned_data.get("upload")
        return pictures.drawn(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if not data.get("picture") and not data.get("upload"):
            self.add_error("picture", _("Choose a picture, or upload one."))
        elif data.get("upload") and not (data.get("alt") or "").strip():
            self.add_error("alt", _("Say what is to be seen, for those who cannot see it."))
        return data

    def save(self, commit: bool = True) -> Any:
        """Stores the upload. Words typed here are this use's own: no other text changes."""
        upload = self.cleaned_data.get("upload")
        words = {name: self.cleaned_data.get(name, "") for name in ("alt", "credit")}
        if upload:
            self.instance.picture = pictures.keep(upload, by=self.user, **words)
        elif "picture" in self.changed_data:  # what stood there described another picture
            words = {name: text for name, text in words.items() if name in self.changed_data}
        for name in ("alt", "credit"):
            text = words.get(name, "")
            differs = text != getattr(self.instance.picture, name)
            setattr(self.instance, name, text if differs else "")
        return super().save(commit)


class PictureRowFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """The gallery; knows who uploads, and that a picture stands in it once."""

    user: User | None = None  # set a request by the admin

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.user = self.user
        return form

    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if not data or _goes(form):
                continue
            upload, picture = data.get("upload"), data.get("picture")
            digest = upload.sha256 if upload else picture.sha256 if picture else ""
            if digest and digest in seen:
                form.add_error("upload", _("This picture is already in the gallery."))
            seen.add(digest)


class AttachmentForm(forms.ModelForm[Any]):
    """A file to take away: its type and size are checked as it comes in."""

    class Meta:
        model = Attachment
        fields = ["order", "file", "title"]
        help_texts = {"file": gettext_lazy("PDF, docx, xlsx, pptx, txt, csv, JPEG, PNG, MP3, MP4.")}

"""Pictures in the back office: upload, describe, see where they are used."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from civic import pictures
from civic.admin.base import ScopedAdmin
from civic.pictures import Picture


class PictureForm(forms.ModelForm[Picture]):
    """A new picture brings its file; an old one only its words."""

    upload = forms.FileField(label=_("Picture"), help_text=_("JPEG, PNG, WebP or GIF."))

    class Meta:
        model = Picture
        fields = ["alt", "caption", "credit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("upload", None)

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        pictures.ingest(upload.read(), upload.name)
        upload.seek(0)
        return upload


@admin.register(Picture)
class PictureAdmin(ScopedAdmin):
    form = PictureForm
    list_display = ["thumbnail", "alt", "credit", "unit", "uploaded_at"]
    list_display_links = ["thumbnail", "alt"]
    list_select_related = ["unit"]
    list_filter = ["unit"]
    search_fields = ["alt", "name", "credit"]
    readonly_fields = ["preview", "name", "size", "unit", "uploaded_by", "uploaded_at", "used_in"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["upload", "alt", "caption", "credit"]})]
        facts = ["name", "size", "unit", "uploaded_by", "uploaded_at", "used_in"]
        return [
            (None, {"fields": ["preview", "alt", "caption", "credit"]}),
            (_("Facts"), {"fields": facts}),
        ]

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> str:
        return format_html(
            '<img class="thumbnail" src="{}" alt="{}" width="96" height="64" loading="lazy">',
            picture.small_url,
            picture.alt,
        )

    @admin.display(description=_("picture"))
    def preview(self, picture: Picture) -> str:
        return format_html(
            '<img class="preview" src="{}" alt="{}">', picture.small_url, picture.alt
        )

    @admin.display(description=_("size"))
    def size(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    @admin.display(description=_("used in"))
    def used_in(self, picture: Picture) -> str:
        return "；".join(str(row) for row in self._uses(picture)) or "—"

    @staticmethod
    def _uses(picture: Picture) -> list[Any]:
        """What points at it, whatever app that is in."""
        found: list[Any] = []
        for relation in Picture._meta.related_objects:
            rows = getattr(picture, relation.get_accessor_name() or "").all()[:20]
            found += list(rows)
        return found

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and self._uses(obj):
            return False
        return super().has_delete_permission(request, obj)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        upload = form.cleaned_data["upload"]
        try:
            stored = pictures.store(
                data=upload.read(),
                name=upload.name,
                by=request.user,
                alt=obj.alt,
                caption=obj.caption,
                credit=obj.credit,
            )
        except ValidationError as error:  # clean_upload has refused it before; a race only
            raise ValueError from error
        obj.pk = stored.pk
        obj.refresh_from_db()

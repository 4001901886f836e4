"""Pictures in the back office: upload, describe, see where they are used."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civic import audit, pictures
from civic.admin.base import ScopedAdmin
from civic.pictures import Picture

SETTLED = _(
    "A text that is under review or published shows this picture, so its words stay. In a release"
    " other words may be given for that release alone: in its form, or in a correction of it."
)


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
        return pictures.drawn(self.cleaned_data["upload"])

    def clean_alt(self) -> str:
        alt: str = self.cleaned_data["alt"].strip()
        if not alt:
            raise ValidationError(_("Say what is to be seen, for those who cannot see it."))
        return alt


@admin.register(Picture)
class PictureAdmin(ScopedAdmin):
    form = PictureForm
    list_display = ["thumbnail", "alt", "credit", "unit", "uploaded_at"]
    list_display_links = ["thumbnail", "alt"]
    list_select_related = ["unit"]
    list_filter = ["unit"]
    search_fields = ["alt", "name", "credit"]
    search_help_text = _("Words, file name or credit")
    readonly_fields = [
        "preview",
        "why_settled",
        "name",
        "size",
        "unit",
        "uploaded_by",
        "uploaded_at",
        "used_in",
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["upload", "alt", "caption", "credit"]})]
        facts = ["name", "size", "unit", "uploaded_by", "uploaded_at", "used_in"]
        words = ["preview", "alt", "caption", "credit"]
        if obj.is_settled:
            words.append("why_settled")
        return [(None, {"fields": words}), (_("Facts"), {"fields": facts})]

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

    @admin.display(description=_("why nothing can be changed"))
    def why_settled(self, picture: Picture) -> str:
        return str(SETTLED)

    @admin.display(description=_("used in"))
    def used_in(self, picture: Picture) -> str:
        """With links to what this person may see; the rest as a count."""
        owners = uses(picture)
        mine = [one for one in owners if _is_visible(one, getattr(picture, "reader", None))]
        if not owners:
            return gettext("Nothing shows it yet.")
        links = format_html_join("；", '<a href="{}">{}</a>', ((_page(one), one) for one in mine))
        others = len(owners) - len(mine)
        more = gettext("%(n)d of other units") % {"n": others} if others else ""
        kept = gettext("A picture that is used cannot be deleted.")
        return format_html("{}{}{}<br>{}", links, "；" if mine and others else "", more, kept)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.reader = request.user
        return found

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was reviewed with a text is not described otherwise behind its back."""
        if obj is not None and obj.is_settled:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A picture that something shows stays."""
        if obj is not None and uses(obj):
            return False
        return super().has_delete_permission(request, obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Words sent for a picture that was reviewed meanwhile: not taken, and said why."""
        if request.method == "POST" and super().has_change_permission(request):
            picture = self.get_object(request, object_id)
            if picture is not None and picture.is_settled:
                raise PermissionDenied(SETTLED)
        return super().change_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Who could delete it, were it not used, is told where it is."""
        if super().has_delete_permission(request):
            picture = self.get_object(request, object_id)
            owners = uses(picture) if picture is not None else []
            if owners:
                raise PermissionDenied(_where_used(owners, request.user))
        return super().delete_view(request, object_id, extra_context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and self.has_add_permission(request):
            pictures.draw_ahead(request.FILES.values())
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        words = {"alt": obj.alt, "caption": obj.caption, "credit": obj.credit}
        stored = pictures.keep(form.cleaned_data["upload"], by=request.user, **words)
        obj.pk = stored.pk
        obj.refresh_from_db()
        if any(getattr(obj, name) != text for name, text in words.items()):
            text = gettext("This picture was here already; its words were kept as they are.")
            self.message_user(request, text, messages.WARNING)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """The files go once the row is gone for good."""
        files = [obj.large, obj.small]
        audit.record("picture.deleted", by=request.user, target=obj, sha256=obj.sha256)  # type: ignore[arg-type]
        super().delete_model(request, obj)
        for file in files:
            transaction.on_commit(partial(file.storage.delete, file.name))


def uses(picture: Picture) -> list[Any]:
    """What shows it, whatever app that is in, each once."""
    found: dict[tuple[Any, int], Any] = {}
    for relation in Picture._meta.related_objects:
        for row in getattr(picture, relation.get_accessor_name() or "").all()[:50]:
            owner = getattr(row, "shown_by", row)
            found[type(owner), owner.pk] = owner
    return list(found.values())


def _where_used(owners: list[Any], user: Any) -> str:
    """Named where this person may see it, else counted."""
    mine = [f"«{one}»" for one in owners if _is_visible(one, user)]
    others = len(owners) - len(mine)
    if others:
        mine.append(gettext("%(n)d of other units") % {"n": others})
    return gettext(
        "This picture is used and cannot be deleted. Take it out of these first: %(where)s."
    ) % {"where": "、".join(mine)}


def _is_visible(row: Any, user: Any) -> bool:
    meta = row._meta
    if user is None or not user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        return False
    narrow = getattr(type(row)._default_manager.all(), "visible_to", None)
    return narrow is None or narrow(user).filter(pk=row.pk).exists()


def _page(row: Any) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])

"""Forms of the large numbers of a release: which figure, of what, in which words."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from civic.wording import Qualifier
from releases.figureblocks import FigureBlock
from releases.figurechoices import Choices

SCALES = [
    ("", gettext_lazy("all digits")),
    *((scale, scale) for scale in ("千", "万", "十万", "百万", "千万", "亿")),
]


class FigureBlockForm(forms.ModelForm[Any]):
    """One large number."""

    class Meta:
        model = FigureBlock
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

    def __init__(self, *args: Any, known: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = known or Choices()
        self.instance.known = known
        pick: dict[str, list[tuple[str, Any]]] = {
            "figure": [NOTHING, *((one.name, str(one.label)) for one in known.public)],
            "group": [NOTHING, *known.groups],
            "region": [NOTHING, *known.regions],
            "qualifier": [*Qualifier.choices],
            "scale": [*SCALES],
        }
        for name, choices in pick.items():
            before = self.fields[name]
            self.fields[name] = forms.ChoiceField(
                label=before.label,
                required=before.required,
                choices=_with(choices, getattr(self.instance, name)),
            )


NOTHING = ("", "---------")


def _with(choices: list[tuple[str, Any]], kept: str) -> list[tuple[str, Any]]:
    """What is gone stays in the list of its row, to be told."""
    codes = {code for code, label in choices if isinstance(label, str)}
    codes |= {code for _name, rows in choices if isinstance(rows, list) for code, _label in rows}
    return [*choices, (kept, kept)] if kept and kept not in codes else choices


class FigureBlockFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """The large numbers of a release: looked up together, noted together.

    The admin of the release reads all its citations once, when everything is saved.
    """

    @cached_property
    def known(self) -> Choices:
        return Choices()

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "known": self.known}

    def add_fields(self, form: Any, index: int | None) -> None:
        """The key of a row needs no look-up of its own: the row has been found by it."""
        super().add_fields(form, index)
        form.instance.is_noted_later = True
        form.fields["id"] = forms.IntegerField(
            initial=form.instance.pk, required=False, widget=forms.HiddenInput
        )

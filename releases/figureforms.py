"""Forms of the large numbers of a release: which figure, of what, in which words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from civic import figures
from civic.wording import Qualifier
from releases.figureblocks import FigureBlock

SCALES = [
    ("", gettext_lazy("all digits")),
    *((scale, scale) for scale in ("千", "万", "十万", "百万", "千万", "亿")),
]


class FigureBlockForm(forms.ModelForm[Any]):
    """One large number. A figure that is gone stays in the list of its row, to be told."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.name, str(one.label)) for one in _every()]
        if self.instance.figure and self.instance.figure not in dict(known):
            known.append((self.instance.figure, self.instance.figure))
        pick: dict[str, list[tuple[str, Any]]] = {
            "figure": [("", "---------"), *known],
            "qualifier": [*Qualifier.choices],
            "scale": [*SCALES],
        }
        for name, choices in pick.items():
            before = self.fields[name]
            self.fields[name] = forms.ChoiceField(
                label=before.label, required=before.required, choices=choices
            )


def _every() -> list[figures.Figure]:
    """What may be shown to the public."""
    return [figure for figure in figures.every() if figure.is_public]

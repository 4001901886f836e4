"""Conflicts: two people saved the same row; both texts side by side, and what it takes to go on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from civic import richtext

NEVER_CARRIED = ("csrfmiddlewaretoken", "based_on_version", "_keep_id")
Pairs = list[tuple[str, str]]
Lines = list[tuple[bool, str]]  # (whether the other side lacks it, the line)


@dataclass(frozen=True)
class Difference:
    """A field, or a list of parts, in which the two texts differ."""

    label: str
    mine: Lines
    theirs: Lines


@dataclass
class Carried:
    """What was sent, ready to be sent again on top of what stands now."""

    fields: Pairs
    lost_files: list[str] = field(default_factory=list)


def differences(mine: Any, theirs: Any, formsets: Iterable[tuple[Any, Any]]) -> list[Difference]:
    """Of the form and of each pair of formsets (as sent, as it stands)."""
    found: list[Difference] = []
    for name, form_field in mine.fields.items():
        if isinstance(form_field.widget, forms.HiddenInput) or name not in theirs.fields:
            continue
        _add(found, form_field.label, shown(mine[name]), shown(theirs[name]))
    for sent, standing in formsets:
        label = str(sent.model._meta.verbose_name_plural)
        _add(found, label, _rows(sent, sent.forms), _rows(standing, standing.initial_forms))
    return found


def _add(found: list[Difference], label: Any, mine: str, theirs: str) -> None:
    if mine != theirs:
        left, right = side_by_side(mine, theirs)
        found.append(Difference(str(label or ""), left, right))


def side_by_side(mine: str, theirs: str) -> tuple[Lines, Lines]:
    """Both texts by line; True where the other has no such line."""
    left, right = mine.split("\n"), theirs.split("\n")
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    kept_left: set[int] = set()
    kept_right: set[int] = set()
    for block in matcher.get_matching_blocks():
        kept_left |= set(range(block.a, block.a + block.size))
        kept_right |= set(range(block.b, block.b + block.size))
    return (
        [(n not in kept_left, line) for n, line in enumerate(left)],
        [(n not in kept_right, line) for n, line in enumerate(right)],
    )


def _rows(formset: Any, row_forms: Iterable[Any]) -> str:
    """Each part on lines of its own, those beneath it indented."""
    lines = []
    for form in row_forms:
        if form.is_bound and (_deleted(form) or (not form.has_changed() and not form.instance.pk)):
            continue
        shown_fields = [
            f"{bound.field.label}：{text}"
            for bound in form.visible_fields()
            if bound.name != "DELETE" and (text := shown(bound))
        ]
        lines.append("；".join(shown_fields))
        for beneath in getattr(form, "beneath", ()):
            inner = beneath.forms if beneath.is_bound else beneath.initial_forms
            lines += [f"　　{line}" for line in _rows(beneath, inner).split("\n") if line]
    return "\n".join(lines)


def _deleted(form: Any) -> bool:
    return form.data.get(form.add_prefix("DELETE")) in ("on", "true", "1")


def shown(bound: Any) -> str:
    """The value of a field as a person reads it."""
    value, kind = bound.value(), bound.field
    if value in (None, ""):
        return ""
    if isinstance(kind, forms.ModelChoiceField):
        keys = value if isinstance(value, list | tuple) else [value]
        keys = [key for key in (getattr(key, "pk", key) for key in keys) if str(key).isdecimal()]
        rows: Any = kind.queryset
        return "、".join(str(row) for row in rows.filter(pk__in=keys))
    if isinstance(kind, richtext.RichTextFormField):
        return richtext.plain(str(value)) or str(value)
    if isinstance(kind, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(kind, forms.ChoiceField):
        return str(dict(kind.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, list | tuple):
        return " ".join(str(item) for item in value if item)
    if hasattr(value, "strftime"):
        return str(bound.field.prepare_value(value))[:16]
    return str(value).replace("\r\n", "\n")


def carried(request: HttpRequest, formsets: Iterable[Any]) -> Carried:
    """The sent fields, with rows that are gone made new, and without what hung on a lost file."""
    pairs = [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in NEVER_CARRIED
        for value in values
    ]
    lost = [file.name or "" for name in request.FILES for file in request.FILES.getlist(name)]
    for formset in _inside_out(formsets):
        alive = {str(pk) for pk in formset.get_queryset().values_list("pk", flat=True)}
        fixed = {"id", formset.fk.name}
        pairs = _renumbered(pairs, formset.prefix, alive, set(request.FILES), fixed)
    return Carried(pairs, lost)


def _inside_out(formsets: Iterable[Any]) -> Iterator[Any]:
    for formset in formsets:
        for form in formset.forms:
            yield from getattr(form, "beneath", ())
        yield formset


def _renumbered(
    pairs: Pairs, prefix: str, alive: set[str], files: set[str], fixed: set[str]
) -> Pairs:
    """Rows that still stand first, then the others as new ones: a formset counts on that order."""
    row_name = re.compile(rf"^{re.escape(prefix)}-(\d+)-(.+)$")
    rows: dict[int, Pairs] = {}
    rest: Pairs = []
    for name, value in pairs:
        found = row_name.match(name)
        if found:
            rows.setdefault(int(found[1]), []).append((found[2], value))
        elif name not in (f"{prefix}-TOTAL_FORMS", f"{prefix}-INITIAL_FORMS"):
            rest.append((name, value))
    standing, new = [], []
    for number in sorted(rows):
        row = rows[number]
        if dict(row).get("id", "") in alive:
            standing.append(row)
        elif not any(name.startswith(f"{prefix}-{number}-") for name in files):
            new.append([(name, "" if name in fixed else value) for name, value in row])
    for number, row in enumerate([*standing, *new]):
        rest += [(f"{prefix}-{number}-{name}", value) for name, value in row]
    rest.append((f"{prefix}-TOTAL_FORMS", str(len(standing) + len(new))))
    rest.append((f"{prefix}-INITIAL_FORMS", str(len(standing))))
    return rest

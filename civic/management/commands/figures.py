"""figures: print every figure of a period, whole and by group, as the office writes it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from civic import figures, inquiries
from civic.figures import GROUP, Figure, Params
from civic.inquiries import Answer
from civic.periods import Period, day


class Command(BaseCommand):
    help = "Print every figure with its wording: figures --from 2020-01-01 --to 2020-11-20"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", default="", help="first day, like 2020-01-01")
        parser.add_argument("--to", dest="last", default="", help="last day, like 2020-11-20")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = Period(day(options["first"]), day(options["last"]))
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        found = [answer for figure in figures.every() for answer in _answers(figure, period)]
        if options["format"] == "json":
            rows = [_row(answer) for answer in found]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            self._print(found)
        failed = [answer.figure.name for answer in found if answer.failure]
        if failed:
            raise CommandError(f"not computed: {', '.join(failed)}")

    def _print(self, found: Iterable[Answer]) -> None:
        for answer in found:
            if answer.failure:
                self.stdout.write(f"{answer.figure.name}: {answer.failure}")
                continue
            group = answer.params.group
            what = f"  {answer.figure.group_label(group)}" if group else f"{answer.figure.label}"
            exact = f" ({answer.exact})" if answer.exact else ""
            name = f"{answer.figure.name}{f' {group}' if group else ''}"
            self.stdout.write(f"{what}: {answer.said}{exact}  [{name}]")


def _answers(figure: Figure, period: Period) -> list[Answer]:
    """The figure as a whole, then of each group that has something."""
    whole = inquiries.answers([figure], Params(period))
    if whole[0].failure or GROUP not in figure.accepts:
        return whole
    asked = [inquiries.fitting(figure, Params(period, group=code)) for code, _ in figure.groups()]
    by_group = [inquiries.answers([figure], params)[0] for params in asked]
    return [
        *whole,
        *(one for one in by_group if one.failure or (one.value and one.value.number)),
    ]


def _row(answer: Answer) -> dict[str, Any]:
    value = answer.value
    return {
        "name": answer.figure.name,
        "label": str(answer.figure.label),
        "kind": answer.figure.kind.value,
        "unit": answer.unit,
        "period": answer.params.period.code,
        "group": answer.params.group,
        "number": None if value is None or value.number is None else f"{value.number:f}",
        "rows": value.n if value else None,
        "said": answer.said,
        "as_of": value.as_of.isoformat(timespec="seconds") if value else None,
        "failure": answer.failure,
    }

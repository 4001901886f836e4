"""`manage.py rederive`: every cited figure anew; exit 1 and a list when one no longer holds."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from civic import recheck
from civic.citations import Citation, Difference


class Command(BaseCommand):
    help = "Recheck every citation of drafts and live texts; exit 1 when one no longer holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        found = recheck.rederive()
        if options["format"] == "json":
            rows = [_as_json(one) for one in found]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            for one in found:
                what = f"{one.document._meta.label_lower} {one.document.pk}"
                self.stdout.write(f"{what}《{one.document}》\n  {one}")
            if not found:
                checked = Citation.objects.rechecked().count()
                text = _("Cited numbers checked: %(n)d. All of them hold.")
                self.stdout.write(text % {"n": checked})
        if found:
            sys.exit(1)


def _as_json(one: Difference) -> dict[str, Any]:
    row = one.citation
    return {
        "document": f"{one.document._meta.label_lower} {one.document.pk}",
        "title": str(one.document),
        "where": row.field,
        "sentence": row.sentence,
        "figure": row.figure,
        "params": row.params,
        "shown": row.wording,
        "now": row.now,
        "state": row.state,
        "why": row.why,
    }

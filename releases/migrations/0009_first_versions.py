"""The shipped rules get their first version: the first change shows what it changed."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone


def keep_first_versions(apps: Any, schema_editor: Any) -> None:
    rule, version = (apps.get_model("releases", f"{name}TermRule") for name in ("", "Historical"))
    known = set(version.objects.values_list("id", flat=True))
    names = [field.attname for field in rule._meta.concrete_fields]
    now = timezone.now()
    version.objects.bulk_create(
        version(
            **{name: getattr(row, name) for name in names},
            history_date=now,
            history_type="+",
        )
        for row in rule.objects.order_by("pk")
        if row.pk not in known
    )


class Migration(migrations.Migration):
    dependencies = [("releases", "0008_words_of_use")]

    operations = [migrations.RunPython(keep_first_versions, migrations.RunPython.noop)]

"""The day a cited number last held; filled for those that hold now by their rows."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone


def fill(apps, schema_editor):
    rows = apps.get_model("civic", "Citation").objects.filter(state="ok", kept_at=None)
    today = models.Value(timezone.localdate(), output_field=models.DateField())
    rows.exclude(found=None).update(held_on=Coalesce(TruncDate("checked_at"), today))


class Migration(migrations.Migration):
    dependencies = [("civic", "0007_citations")]

    operations = [
        migrations.AddField(
            model_name="citation",
            name="held_on",
            field=models.DateField(blank=True, null=True, verbose_name="last held"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]

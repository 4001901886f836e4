"""The rules of proofreading that come with the program; the office edits them from here on."""

from django.db import migrations

from releases.proofreading.terms import WORD_FIELDS, shipped_rows


def fill(apps, schema_editor):
    rules = apps.get_model("releases", "TermRule")
    if rules.objects.exists():
        return
    rules.objects.bulk_create(
        [
            rules(
                **{name: row[name] for name in WORD_FIELDS} | {"is_regex": row["is_regex"] == "1"}
            )
            for row in shipped_rows()
        ],
        batch_size=200,
    )


class Migration(migrations.Migration):
    dependencies = [("releases", "0006_proofreading")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

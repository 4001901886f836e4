"""A picture may be described for one release alone: words typed there are that use's own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0007_shipped_terms"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalrelease",
            name="cover_alt",
            field=models.CharField(
                blank=True,
                help_text="Only for this text; left empty, the picture's own stands.",
                max_length=120,
                verbose_name="alternative text of the lead picture",
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="cover_alt",
            field=models.CharField(
                blank=True,
                help_text="Only for this text; left empty, the picture's own stands.",
                max_length=120,
                verbose_name="alternative text of the lead picture",
            ),
        ),
        migrations.AddField(
            model_name="releasepicture",
            name="alt",
            field=models.CharField(blank=True, max_length=120, verbose_name="alternative text"),
        ),
        migrations.AddField(
            model_name="releasepicture",
            name="credit",
            field=models.CharField(blank=True, max_length=60, verbose_name="credit"),
        ),
    ]

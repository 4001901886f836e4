"""The official holidays of the years known today; later years come by import or seed_holidays."""

from django.db import migrations

from civic.workdays import official_days


def seed(apps, schema_editor):
    holiday = apps.get_model("civic", "Holiday")
    known = {day.year for day in holiday.objects.values_list("day", flat=True)}
    holiday.objects.bulk_create(
        holiday(day=day, name=name, is_workday=worked)
        for day, name, worked in official_days()
        if day.year not in known
    )


class Migration(migrations.Migration):
    dependencies = [("civic", "0003_search_index")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]

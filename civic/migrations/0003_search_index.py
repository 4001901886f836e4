"""The full-text index over search entries."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("civic", "0002_audit_append_only")]
    operations = []

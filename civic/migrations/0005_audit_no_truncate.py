"""PostgreSQL also refuses to empty the audit table; row triggers do not see TRUNCATE."""

from django.db import migrations

NO_TRUNCATE = """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON civic_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION civic_audit_append_only()"""


def guard(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(NO_TRUNCATE)


def unguard(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER audit_no_truncate ON civic_auditevent")


class Migration(migrations.Migration):
    dependencies = [("civic", "0004_official_holidays")]
    operations = [migrations.RunPython(guard, unguard)]

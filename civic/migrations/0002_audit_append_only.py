"""The database itself refuses to change or delete audit rows."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER audit_no_update BEFORE UPDATE ON civic_auditevent
       BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END""",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON civic_auditevent
       BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION civic_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'audit rows are append-only'; END $$""",
    """CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON civic_auditevent
       FOR EACH ROW EXECUTE FUNCTION civic_audit_append_only()""",
]


def guard(apps, editor):
    for sql in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(sql)


def unguard(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER audit_no_update")
        editor.execute("DROP TRIGGER audit_no_delete")
    else:
        editor.execute("DROP TRIGGER audit_append_only ON civic_auditevent")
        editor.execute("DROP FUNCTION civic_audit_append_only()")


class Migration(migrations.Migration):
    dependencies = [("civic", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]

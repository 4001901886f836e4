"""The full-text index over search entries: FTS5 kept in step by triggers, or GIN.

A later migration that makes Django rebuild `civic_searchentry` on SQLite (any change of its
columns) drops the triggers with the old table and must make them again.
"""

from django.db import migrations

SQLITE = [
    # Tokens come ready from civic/search.py: the ascii tokeniser splits at blanks and leaves every
    # other character alone, however new it is to Unicode.
    """CREATE VIRTUAL TABLE civic_search USING fts5(
        tokens, content='civic_searchentry', content_rowid='id', tokenize='ascii')""",
    "INSERT INTO civic_search(civic_search) VALUES ('rebuild')",
    """CREATE TRIGGER civic_search_added AFTER INSERT ON civic_searchentry BEGIN
        INSERT INTO civic_search(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
    """CREATE TRIGGER civic_search_removed AFTER DELETE ON civic_searchentry BEGIN
        INSERT INTO civic_search(civic_search, rowid, tokens)
        VALUES ('delete', old.id, old.tokens);
    END""",
    """CREATE TRIGGER civic_search_changed AFTER UPDATE ON civic_searchentry
    WHEN old.tokens <> new.tokens OR old.id <> new.id BEGIN
        INSERT INTO civic_search(civic_search, rowid, tokens)
        VALUES ('delete', old.id, old.tokens);
        INSERT INTO civic_search(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
]
SQLITE_BACK = [
    "DROP TRIGGER civic_search_changed",
    "DROP TRIGGER civic_search_removed",
    "DROP TRIGGER civic_search_added",
    "DROP TABLE civic_search",
]
POSTGRESQL = [
    # Tokens become lexemes as they are; to_tsvector would parse them by the locale. The cost tells
    # the planner the truth: without the index every text would have to be read and cut.
    """CREATE FUNCTION civic_lexemes(tokens text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000
    AS $$ BEGIN RETURN array_to_tsvector(string_to_array(tokens, ' ')); END $$""",
    # Long columns live apart, so that the rows a search filters and orders stay small.
    "ALTER TABLE civic_searchentry SET (toast_tuple_target = 128)",
    """ALTER TABLE civic_searchentry
        ALTER COLUMN text SET STORAGE EXTERNAL, ALTER COLUMN tokens SET STORAGE EXTERNAL""",
    "CREATE INDEX civic_search ON civic_searchentry USING gin (civic_lexemes(tokens))",
]
POSTGRESQL_BACK = [
    "DROP INDEX civic_search",
    """ALTER TABLE civic_searchentry
        ALTER COLUMN text SET STORAGE EXTENDED, ALTER COLUMN tokens SET STORAGE EXTENDED""",
    "ALTER TABLE civic_searchentry RESET (toast_tuple_target)",
    "DROP FUNCTION civic_lexemes(text)",
]


def _run(editor, sqlite, postgresql):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[editor.connection.vendor]:
        editor.execute(statement)


def forwards(apps, editor):
    _run(editor, SQLITE, POSTGRESQL)


def backwards(apps, editor):
    _run(editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("civic", "0002_audit_append_only")]
    operations = [migrations.RunPython(forwards, backwards)]

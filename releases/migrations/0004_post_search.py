"""The full-text index over titles of media posts: FTS5 kept in step by triggers, or GIN.

A later migration that makes Django rebuild `releases_mediapost` on SQLite (any change of its
columns) drops the triggers with the old table and must make them again.
"""

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE releases_post_search USING fts5(
        tokens, content='releases_mediapost', content_rowid='id', tokenize='ascii')""",
    "INSERT INTO releases_post_search(releases_post_search) VALUES ('rebuild')",
    """CREATE TRIGGER releases_post_search_added AFTER INSERT ON releases_mediapost BEGIN
        INSERT INTO releases_post_search(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
    """CREATE TRIGGER releases_post_search_removed AFTER DELETE ON releases_mediapost BEGIN
        INSERT INTO releases_post_search(releases_post_search, rowid, tokens)
        VALUES ('delete', old.id, old.tokens);
    END""",
    """CREATE TRIGGER releases_post_search_changed AFTER UPDATE ON releases_mediapost
    WHEN old.tokens <> new.tokens OR old.id <> new.id BEGIN
        INSERT INTO releases_post_search(releases_post_search, rowid, tokens)
        VALUES ('delete', old.id, old.tokens);
        INSERT INTO releases_post_search(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
]
SQLITE_BACK = [
    "DROP TRIGGER releases_post_search_changed",
    "DROP TRIGGER releases_post_search_removed",
    "DROP TRIGGER releases_post_search_added",
    "DROP TABLE releases_post_search",
]
# civic_lexemes: made by civic 0003.
POSTGRESQL = [
    """CREATE INDEX releases_post_search ON releases_mediapost
        USING gin (civic_lexemes(tokens))"""
]
POSTGRESQL_BACK = ["DROP INDEX releases_post_search"]


def _run(editor, sqlite, postgresql):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[editor.connection.vendor]:
        editor.execute(statement)


def forwards(apps, editor):
    _run(editor, SQLITE, POSTGRESQL)


def backwards(apps, editor):
    _run(editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0003_media_and_honors"),
        ("civic", "0003_search_index"),
    ]
    operations = [migrations.RunPython(forwards, backwards)]

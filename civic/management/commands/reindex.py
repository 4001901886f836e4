"""reindex: make the search index anew from everything that can be found."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext

from civic import audit, search


class Command(BaseCommand):
    help = "Makes the search index anew. Readers find by the old one until it is done."

    def handle(self, *args: Any, **options: Any) -> None:
        count = search.rebuild()
        audit.record("search.rebuilt", by=None, actor="reindex", entries=count)
        self.stdout.write(gettext("%(count)s entries indexed.") % {"count": count})

"""`manage.py load_demo`: the demo town, once, into an empty database."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.demo import loading, people, pictures


class Command(BaseCommand):
    help = "Make the demo town in an empty database; says so when it is there already."
    stealth_options = ("draw",)  # how pictures are drawn: a test draws smaller ones

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=["town", "city"], default="town")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["scale"] == "city":
            raise CommandError(_("The demo city comes with a later version; «town» is here."))
        accounts = settings.DATA_DIR / "demo-accounts.txt"
        if loading.is_loaded():
            self.stdout.write(_("The demo town is here already. Its accounts: %s") % accounts)
            return
        if not loading.is_empty():
            raise CommandError(
                _("This database is in use: the demo town is made in an empty one only.")
            )
        password = people.new_password()
        count = loading.load(password=password, draw=options.get("draw") or pictures.draw)
        people.write_table(password, accounts)
        if options["verbosity"]:
            self.stdout.write(people.table(password))
            self.stdout.write(_("The demo town is made: %(count)d releases.") % {"count": count})

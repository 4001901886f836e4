"""Versions: a number on a row, so that two editors never overwrite each other unnoticed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Changed(Exception):
    """Somebody else saved the row in between. `current` is what now stands in the database."""

    def __init__(self, current: models.Model | None) -> None:
        super().__init__(str(_("This was changed by someone else in the meantime.")))
        self.current = current


class Versioned(models.Model):
    """A row with a version that goes up by one at every claimed change."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True

    def claim(self, expected: int, **changes: Any) -> None:
        """Raise the version from `expected` and write `changes`, all in one UPDATE.

        Raises Changed when the row is no longer at `expected`. Call it inside the transaction
        that writes the rest: the row then stays ours until commit.
        """
        manager = type(self)._default_manager
        claimed = manager.filter(pk=self.pk, version=expected).update(
            version=F("version") + 1, **changes
        )
        if not claimed:
            raise Changed(manager.filter(pk=self.pk).first())
        self.version = expected + 1
        for name, value in changes.items():
            setattr(self, name, value)

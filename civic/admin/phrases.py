"""Sentences of Django's own back office that the office says in other words.

Our catalogue stands before Django's. Nothing imports this: `make messages` collects it.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

PHRASES = (
    _("Add %(name)s"),
    _("Add %s"),
    _("Add another %(model)s"),
    _("Add another %(verbose_name)s"),
    _("Change %s"),
    _("Change history: %s"),
    _("Clear all filters"),
    _("Delete multiple objects"),
    _("Delete selected %(model)s"),
    _("Filter"),
    _("Log out"),
    _("No, take me back"),
    _("Run the selected action"),
    _("Save and add another"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("View %s"),
    _("View site"),
    _("Yes, I’m sure"),
)

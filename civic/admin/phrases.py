"""Sentences of Django that the office says in other words, or that it lacks in Chinese.

Our catalogue stands before Django's. Nothing imports this: `make messages` collects it.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

PHRASES = (
    _("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    _("Add"),
    _("Add %(name)s"),
    _("Add %s"),
    _("Add another %(model)s"),
    _("Add another %(verbose_name)s"),
    _("Add link"),
    _("Change %s"),
    _("Change history: %s"),
    _("Change or view list link"),
    _("Clear all filters"),
    _("Delete multiple objects"),
    _("Delete selected %(model)s"),
    _("Filter"),
    _("In case you’ve forgotten, you are:"),
    _("Log out"),
    _("Model name"),
    _("No, take me back"),
    _("Run the selected action"),
    _("Save and add another"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("View %s"),
    _("View site"),
    _("Yes, I’m sure"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "min_length",
    ),
)

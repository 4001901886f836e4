"""Drives, programmes, events and meetings: the place in the house; models come later."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Drives, programmes, events and meetings")

"""Volunteers and their organizations: the place in the house; models come later."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    name = "volunteers"
    verbose_name = _("Volunteer organizations, activities and service records")

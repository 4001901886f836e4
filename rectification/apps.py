"""Issues, letters and what follows from them: the place in the house; models come later."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RectificationConfig(AppConfig):
    name = "rectification"
    verbose_name = _("Issues, letters and what follows from them")

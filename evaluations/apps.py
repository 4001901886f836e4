"""Standards, points, rounds and stars: the place in the house; models come later."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = _("Standards, points, rounds and stars")

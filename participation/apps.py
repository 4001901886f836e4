"""Messages, snap reports and questionnaires: the place in the house; models come later."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "participation"
    verbose_name = _("Messages, snap reports and questionnaires")

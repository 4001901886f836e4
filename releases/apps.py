"""Press releases: the app's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReleasesConfig(AppConfig):
    name = "releases"
    verbose_name = _("Press releases")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from civic import desk, pictures, search
        from releases import desk as release_desk
        from releases import pictures as release_pictures
        from releases import search as release_search

        pictures.PUBLIC_RULES.append(release_pictures.shown_by_live_releases)
        search.SOURCES.append(release_search.entries)
        desk.SOURCES.append(release_desk.panels)
        desk.DOORS.append(release_desk.doors)

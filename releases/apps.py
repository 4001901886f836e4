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
        from releases import figures as release_figures
        from releases import honors, timeline
        from releases import ledgers as ledgers  # importers declare themselves
        from releases import pictures as release_pictures
        from releases import search as release_search
        from releases.proofreading import ledger as ledger  # an importer as well

        pictures.PUBLIC_RULES.append(release_pictures.shown_by_live_releases)
        pictures.PUBLIC_RULES.append(release_pictures.shown_by_honors)
        pictures.SETTLED_RULES.append(release_pictures.settled_by_releases)
        search.SOURCES += [release_search.entries, timeline.entries, honors.entries]
        release_figures.register()
        desk.SOURCES.append(release_desk.panels)
        desk.DOORS.append(release_desk.doors)

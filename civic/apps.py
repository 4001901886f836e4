"""The ground floor: the app's place in the house, and the admin site it brings."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CivicConfig(AppConfig):
    name = "civic"
    verbose_name = _("Office")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from civic import clock, declared, desk, figures, jobs, roles

        # The only signal of the house: groups and their rights follow civic/roles.py.
        post_migrate.connect(roles.apply_after_migrate, dispatch_uid="civic.roles")
        desk.SOURCES.append(desk.of_the_office)
        jobs.runner(clock.KIND)(clock.run)
        figures.SOURCES[declared.PREFIX] = declared.figures_of


class CivicAdminConfig(AdminConfig):
    default_site = "civic.adminsite.CivicAdminSite"

"""The admin site: Django's own, with the office's name and a desk as its index."""

from django.contrib.admin import AdminSite


class CivicAdminSite(AdminSite):
    """Placeholder until its slice lands."""

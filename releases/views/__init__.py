"""Public views of releases. `release_context` is what the admin's preview shares with them."""

from releases.views.releases import release_context

__all__ = ["release_context"]

"""The release desk in the back office."""

from releases.admin import channels, honors, media, proofreading, releases

__all__ = ["channels", "honors", "media", "proofreading", "releases"]

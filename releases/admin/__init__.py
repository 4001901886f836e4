"""The release desk in the back office."""

from releases.admin import channels, releases

__all__ = ["channels", "releases"]

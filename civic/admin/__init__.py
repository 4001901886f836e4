"""The back office of the ground floor."""

from civic.admin import accounts, audit, pictures

__all__ = ["accounts", "audit", "pictures"]

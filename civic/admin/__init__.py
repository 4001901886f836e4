"""The back office of the ground floor."""

from civic.admin import pictures

__all__ = ["pictures"]

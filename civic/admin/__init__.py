"""The back office of the ground floor."""

from civic.admin import accounts, audit, holidays, imports, jobs, pictures, settings, units

__all__ = [
    "accounts",
    "audit",
    "holidays",
    "imports",
    "jobs",
    "pictures",
    "settings",
    "units",
]

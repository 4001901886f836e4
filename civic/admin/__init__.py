"""The back office of the ground floor."""

from civic.admin import (
    accounts,
    audit,
    declared,
    holidays,
    imports,
    jobs,
    pictures,
    settings,
    units,
)

__all__ = [
    "accounts",
    "audit",
    "declared",
    "holidays",
    "imports",
    "jobs",
    "pictures",
    "settings",
    "units",
]

"""The models of the ground floor, each at home in the module of its noun."""

from civic.accounts import PasswordRecord, User
from civic.audit import AuditEvent
from civic.citations import Citation
from civic.declared import DeclaredFigure
from civic.imports import ImportBatch
from civic.jobs import Job
from civic.pictures import Picture
from civic.reviews import Review
from civic.search import SearchEntry
from civic.sitesettings import SiteSettings
from civic.units import Contact, Region, Unit
from civic.workdays import Holiday

__all__ = [
    "AuditEvent",
    "Citation",
    "Contact",
    "DeclaredFigure",
    "Holiday",
    "ImportBatch",
    "Job",
    "PasswordRecord",
    "Picture",
    "Region",
    "Review",
    "SearchEntry",
    "SiteSettings",
    "Unit",
    "User",
]

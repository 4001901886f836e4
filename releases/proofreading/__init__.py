"""Proofreading: rules that are data, the checks of a text, what people decide about the hits."""

from releases.proofreading.engine import Context, Report, examine
from releases.proofreading.hits import Grade, Hit, Kind

__all__ = ["Context", "Grade", "Hit", "Kind", "Report", "examine"]

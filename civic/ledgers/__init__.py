"""Ledgers: the columns in which regions, units and holidays go out to sheets and come in again."""

from civic.ledgers import holidays, regions, units

__all__ = ["holidays", "regions", "units"]

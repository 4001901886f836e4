"""Ledgers of the release desk: the columns in which they go out to sheets and come in again."""

from releases.ledgers import accounts, adoptions, honors, posts

__all__ = ["accounts", "adoptions", "honors", "posts"]

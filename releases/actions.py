"""What changes several rows of releases at once: corrections, publication, withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from civic.accounts import User
    from releases.models import Release


def settle_publication(*, release: Release, by: User) -> None:
    """After `publish`, in its transaction."""


def settle_withdrawal(*, release: Release, by: User) -> None:
    """After `withdraw`, in its transaction."""

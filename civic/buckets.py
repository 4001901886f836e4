"""Buckets: files in S3-compatible storage, by STORAGE_URL. Needs requirements-scale.txt."""

from __future__ import annotations

from storages.backends.s3 import S3Storage

from civic.storage import OwnNames


class BucketStorage(OwnNames, S3Storage):
    """A private bucket under our own names; what is read passes through our views."""

"""Storage: our own file names, written whole or not at all; static files with hashed names."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils import timezone
from whitenoise.storage import CompressedManifestStaticFilesStorage


class OwnNames:
    """Random names under yyyy/mm: nothing a person typed names a file."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        given = PurePosixPath(name.replace("\\", "/"))
        suffix = given.suffix.lower()[:6]
        folder = given.parts[0] if len(given.parts) > 1 else "files"
        return f"{folder}/{timezone.localdate():%Y/%m}/{secrets.token_urlsafe(16)}{suffix}"


class DiskStorage(OwnNames, FileSystemStorage):
    """The local disk: a file appears only when all of it is written."""

    def _save(self, name: str, content: Any) -> str:
        path = self.path(name)
        os.makedirs(os.path.dirname(path), mode=0o750, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(temporary, 0o640)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        return str(name)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names, compressed once at collectstatic."""

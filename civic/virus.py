"""Viruses: what comes in is shown to a ClamAV daemon, where one is configured.

The protocol is clamd's INSTREAM (man 8 clamd): pieces with their length in four bytes, then a
length of none; the answer is one line that ends in OK, FOUND or ERROR.
"""

from __future__ import annotations

import logging
import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

PIECE = 1 << 16  # bytes
PATIENCE = 30  # seconds for an answer
LONGEST_ANSWER = 4096


def check(data: bytes) -> None:
    """Raise ValidationError for what the scanner finds.

    When it gives no verdict the file is refused too, unless VIRUS_SCANNER_REQUIRED is off.
    """
    if not settings.VIRUS_SCANNER:
        return
    try:
        found = _found_in(data)
    except OSError as error:
        log.error("virus scanner gave no verdict", exc_info=error)
        if settings.VIRUS_SCANNER_REQUIRED:
            raise ValidationError(
                _(
                    "The file could not be checked for viruses just now. Try again in a few"
                    " minutes; if it goes on, tell the system administrator."
                )
            ) from error
        return
    if found:
        log.warning("virus refused", extra={"virus": found})
        raise ValidationError(
            _("The virus scanner refuses this file (%(virus)s). Do not open it.") % {"virus": found}
        )


def _found_in(data: bytes) -> str:
    """What the scanner calls the virus, "" for a clean file. Raises OSError without a verdict."""
    with _connected() as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            scanner.sendall(struct.pack("!L", len(piece)) + piece)
        scanner.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            received = scanner.recv(LONGEST_ANSWER)
            if not received:
                break
            answer += received
    said = answer.decode("utf-8", "replace").rstrip("\0").strip()
    verdict = said.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise OSError(f"the scanner said {said[:200]!r}")


def _connected() -> socket.socket:
    where = urlsplit(settings.VIRUS_SCANNER)
    if where.scheme == "tcp":
        return socket.create_connection((where.hostname or "", where.port or 3310), PATIENCE)
    scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        scanner.settimeout(PATIENCE)
        scanner.connect(where.path)
    except OSError:
        scanner.close()
        raise
    return scanner

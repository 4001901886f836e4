"""Files: what may come in, decided by name and content together, and how it is called."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from civic import virus

MAX_NAME = 100
# Format (zero width, bidi), control, surrogate, private use, unassigned.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")

OOXML = {
    "docx": (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": (
        "xl/workbook.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}
ALLOWED = ("pdf", *OOXML, "txt", "csv", "jpg", "jpeg", "png", "mp3", "mp4")


@dataclass(frozen=True)
class CheckedFile:
    """A file that was let in: cleaned name, type by content, size in bytes, SHA-256."""

    name: str
    media_type: str
    size: int
    sha256: str


def clean_name(name: str) -> str:
    """The name as it may be shown: no path, nothing unseen, at most 100 characters, never empty."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode("utf-8"))
    text = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN)
    text = text.replace("\\", "/").rsplit("/", 1)[-1]
    text = re.sub(r'[<>:"|?*;%]', "_", text).strip(" .")
    if _DEVICES.match(text):
        text = f"_{text}"
    if not text:
        return "file"
    stem, dot, suffix = text.rpartition(".")
    if not dot or len(suffix) > 10:
        return text[:MAX_NAME]
    return f"{(stem or 'file')[: MAX_NAME - len(suffix) - 1]}.{suffix}"


def extension(name: str) -> str:
    return PurePosixPath(clean_name(name)).suffix.lower().removeprefix(".")


def check_upload(data: bytes, limit: int | None = None) -> None:
    """The first door of whatever comes in: not empty, not too large, no virus that is known."""
    most = limit or settings.MAX_UPLOAD_BYTES
    if not data:
        raise ValidationError(_("The file is empty."))
    if len(data) > most:
        raise ValidationError(
            _("The file is larger than %(mb)d MB.") % {"mb": most // (1024 * 1024)}
        )
    virus.check(data)


def guard_zip(data: bytes, *, max_entries: int = 500, max_bytes: int = 60_000_000) -> None:
    """Refuse an archive that is dangerous to open: bombs, traversal, entities, encryption."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except Exception as error:  # zipfile raises many kinds on damaged archives
        raise ValidationError(_("The file is damaged and cannot be opened.")) from error
    if len(entries) > max_entries:
        raise ValidationError(_("The file holds too many parts."))
    if sum(entry.file_size for entry in entries) > max_bytes:
        raise ValidationError(_("The file would grow too large when unpacked."))
    left = max_bytes
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or "\x00" in entry.orig_filename:
            raise ValidationError(_("The file holds parts with forbidden names."))
        if entry.flag_bits & 0x1:
            raise ValidationError(_("The file is protected by a password. Remove it first."))
        left -= _guard_part(archive, entry, left)


def _guard_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """Unpack one part without keeping it: its true size, its checksum, its XML prologue."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    size, tail = 0, b""
    try:
        with archive.open(entry) as part:
            while chunk := part.read(1 << 16):
                size += len(chunk)
                if size > left:
                    raise ValidationError(_("The file would grow too large when unpacked."))
                # NULs away: UTF-16 would hide the declaration.
                if is_xml and _DOCTYPE.search((tail + chunk).replace(b"\x00", b"")):
                    raise ValidationError(_("The file holds forbidden declarations."))
                tail = chunk[-64:]
    except ValidationError:
        raise
    except Exception as error:
        raise ValidationError(_("The file is damaged and cannot be opened.")) from error
    return size


def check_attachment(data: bytes, name: str) -> CheckedFile:
    """Let in documents, sheets, slides, text, pictures, sound, film; refuse all else in words."""
    check_upload(data)
    shown, kind = clean_name(name), extension(name)
    if kind in ("doc", "xls", "ppt", "wps", "et", "dps"):
        raise ValidationError(_("Save the file in the newer format (docx, xlsx, pptx) or as PDF."))
    if kind not in ALLOWED:
        raise ValidationError(
            _("Files of the type «%(kind)s» are not accepted. Accepted: %(allowed)s.")
            % {"kind": kind or "?", "allowed": "、".join(ALLOWED)}
        )
    media_type = _content_type(data, kind)
    if media_type is None:
        raise ValidationError(_("The content of the file does not fit its name."))
    stem = shown.rsplit(".", 1)[0].replace(".", "_")  # a.php.pdf → a_php.pdf
    return CheckedFile(f"{stem}.{kind}", media_type, len(data), hashlib.sha256(data).hexdigest())


def _content_type(data: bytes, kind: str) -> str | None:
    """The media type, when the content is what the extension says."""
    if kind in OOXML:
        return _ooxml_type(data, kind)
    if kind == "pdf":
        if not data.startswith(b"%PDF-"):
            return None
        if _PDF_ACTIVE.search(data):
            raise ValidationError(_("The PDF holds scripts or embedded files. Print it anew."))
        return "application/pdf"
    if kind in ("txt", "csv"):
        return _text_type(data, kind)
    if kind in ("jpg", "jpeg"):
        return "image/jpeg" if data.startswith(b"\xff\xd8\xff") else None
    if kind == "png":
        return "image/png" if data.startswith(b"\x89PNG\r\n\x1a\n") else None
    if kind == "mp3":
        is_mp3 = data.startswith(b"ID3") or data[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
        return "audio/mpeg" if is_mp3 else None
    return "video/mp4" if data[4:8] == b"ftyp" else None


def _ooxml_type(data: bytes, kind: str) -> str | None:
    part, media_type = OOXML[kind]
    if not data.startswith(b"PK"):
        return None
    guard_zip(data, max_entries=2000, max_bytes=200_000_000)
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ValidationError(_("The file holds macros. Save it without them first."))
    return media_type if part in names else None


def _text_type(data: bytes, kind: str) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return f"text/{'csv' if kind == 'csv' else 'plain'}" if "\x00" not in text else None
    return None

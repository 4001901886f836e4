"""Plain text: bytes of any usual Chinese encoding into lines, lines into blocks."""

from __future__ import annotations

import codecs
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from civic import richtext
from releases.transcripts.blocks import Source, words

MAX_BYTES = 2_000_000
MAX_LINES = 20_000
# Vertical tab, form feed, next line, line and paragraph separator: Word and browsers paste them.
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDTHLESS = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")


def check_length(size: int) -> None:
    """Raises ValidationError for more than a conference can hold."""
    if size > MAX_BYTES:
        raise ValidationError(
            _("The text is larger than %(mb)d MB. Import it in parts.") % {"mb": 2}
        )


def decode(data: bytes) -> str:
    """The text of the bytes: byte-order mark, UTF-8, UTF-16, GB18030. Raises ValidationError."""
    check_length(len(data))
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    for encoding in ("utf-8", _utf16_without_mark(data), "gb18030"):
        if not encoding:
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _readable(text)
    raise ValidationError(_unknown())


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return _readable(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise ValidationError(_unknown()) from error


def _unknown() -> str:
    return _("This is not a text that can be read. Save it as UTF-8 text, or paste it.")


def _utf16_without_mark(data: bytes) -> str:
    """Chinese UTF-16 has line feeds and spaces with a NUL on one side only."""
    sample = data[:4000]
    if len(data) % 2 or b"\x00" not in sample:
        return ""
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if high > 4 * low:
        return "utf-16-le"
    return "utf-16-be" if low > 4 * high else ""


def _readable(text: str) -> str:
    """Refuses programs and pictures that happen to decode."""
    sample = text[:20_000]
    controls = sum(1 for c in sample if c < " " and c not in "\t\n\r\x0b\x0c")
    if controls > len(sample) / 50 + 2:
        raise ValidationError(_unknown())
    return text


def tidy(text: str) -> str:
    """One kind of line end; no character a page may not hold; nothing without width."""
    return _WIDTHLESS.sub("", richtext.tidy(_BREAKS.sub("\n", text)))


def read(text: str) -> Source:
    """One block for every line that is not empty, numbered from 1. Raises ValidationError."""
    check_length(len(text.encode("utf-8", "surrogatepass")))
    lines = tidy(text).split("\n")
    source = Source()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            source.blocks.append(words(line, number))
    if len(source.blocks) > MAX_LINES:
        raise ValidationError(_("The text has too many lines. Import it in parts."))
    return source

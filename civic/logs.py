"""Logs: one JSON object a line, whatever the request held, and no personal data in it."""

from __future__ import annotations

import copy
import logging
import re
from typing import Any

from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter

# Long numbers are phones, identity cards or bank cards: the ends suffice to find them again.
_LONG_NUMBER = re.compile(r"(?<![\w.])(\+?\d{3})\d{4,11}(\d{2}[\dXx]{2})(?!\w)")
_MAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+\.[\w.-]+)")
# What a terminal or a log viewer may obey: JSON escapes C0, these it leaves as they are.
_OBEYED = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_QUERY = re.compile(r"\?[^\s'\"<>]*")


def mask(text: str) -> str:
    """Phones, numbers of identity cards and mail addresses made unreadable."""
    return _MAIL.sub(r"\1***@\2", _LONG_NUMBER.sub(r"\1****\2", text))


def _plain(value: Any) -> Any:
    """A field of a log record as it may be written."""
    if isinstance(value, HttpRequest):
        return f"{value.method} {mask(value.path)}"
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return mask(str(value))


class OneLine(JsonFormatter):
    """The formatter of every handler: masked, without query strings, one line a record."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        written = {name: _plain(value) for name, value in log_data.items()}
        if isinstance(written.get("message"), str):
            written["message"] = _QUERY.sub("", written["message"])
        return super().process_log_record(written)

    def format(self, record: logging.LogRecord) -> str:
        if getattr(record, "status_code", 500) < 500:  # a refusal is no fault: no trace
            record = copy.copy(record)
            record.exc_info = record.exc_text = None
        line = super().format(record)
        return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", line)

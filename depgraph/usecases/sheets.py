"""A value as a cell that a spreadsheet may open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from depgraph.usecases.answer import Plain

_DANGEROUS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""What a spreadsheet may take for the beginning of a formula, in the usual and in the full width."""


def cell(value: Plain, *, ascii_only: bool = False) -> str | int | float:
    """Return a value as a CSV cell, safe to open in a spreadsheet; JSON in it may have to be in ASCII."""
    match value:
        case None:
            return ""
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=ascii_only)
        case str():
            return f"'{value}" if value.startswith(_DANGEROUS) else value
    return value

"""What a person or a script reads: a table, JSON or CSV, on standard output."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Any

from depgraph.usecases.answer import Plain, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.usecases.answer import Answer

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def write_json(answer: Answer[Any]) -> None:
    """Write one object with `meta` and `rows`."""
    sys.stdout.write(json.dumps(answer.plain(), ensure_ascii=False, indent=1) + "\n")


def write_csv(answer: Answer[Any], columns: Sequence[str]) -> None:
    """Write the rows as CSV (RFC 4180); lists, objects, true and false as JSON.

    A text that a spreadsheet would run as a formula gets a leading apostrophe
    (OWASP, "CSV Injection").
    """
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(columns)
    for row in answer.rows:
        flat = plain(row)
        assert isinstance(flat, dict)  # noqa: S101 - rows are dataclasses
        writer.writerow([cell(flat[column]) for column in columns])


def cell(value: Plain) -> str | int | float:
    """Return a value as a CSV cell, safe to open in a spreadsheet."""
    match value:
        case None:
            return ""
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case str():
            return f"'{value}" if value.startswith(_DANGEROUS) else value
    return value

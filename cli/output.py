"""What a person or a script reads: a table, JSON or CSV, on standard output."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cli.reproducing import command_line
from depgraph.usecases.answer import plain
from depgraph.usecases.legible import legible, legible_json
from depgraph.usecases.sheets import cell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from depgraph.usecases.answer import Answer


def write_json(answer: Answer[Any, object]) -> None:
    """Write one object with `meta` and `rows`."""
    meta = replace(answer.meta, reproduce=command_line(answer.meta))
    write_object(replace(answer, meta=meta).plain())


def write_object(told: object) -> None:
    """Write one JSON object, in characters that standard output has and that leave a terminal alone."""
    text = json.dumps(told, ensure_ascii=not _is_unicode(sys.stdout), indent=1)
    sys.stdout.write(legible_json(text) + "\n")


def _is_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "").startswith("utf")


def write_csv(answer: Answer[Any, object], columns: Sequence[str]) -> None:
    """Write the rows as CSV (RFC 4180); lists, objects, true and false as JSON.

    Rows that not everybody may see say so in a last column, `marking`: each of them, so that
    it stays with those that are cut out or pasted elsewhere. A text that a spreadsheet would
    run as a formula gets a leading apostrophe
    (OWASP, "CSV Injection").
    """
    # A file keeps every character as it is; a terminal is handed none that moves or turns others.
    shown = legible if sys.stdout.isatty() else str
    ascii_only = not _is_unicode(sys.stdout)
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    told = answer.meta.marking.text
    marking = [told] * (bool(told) and "marking" not in columns)
    writer.writerow([*columns, *(["marking"] * len(marking))])
    for row in answer.rows:
        flat = plain(row)
        assert isinstance(flat, dict)  # noqa: S101 - rows are dataclasses
        values = [*(flat[column] for column in columns), *marking]
        writer.writerow([_shown(cell(value, ascii_only=ascii_only), shown) for value in values])


def _shown(value: str | float, shown: Callable[[str], str]) -> str | float:
    return shown(value) if isinstance(value, str) else value

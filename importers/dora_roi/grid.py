"""One table of a package: its columns by their codes, its rows in the order of the template."""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from importers.dora_roi.declared import unread
from importers.dora_roi.filing import Breach, Line, Table
from importers.dora_roi.points import LAYOUT, read_points
from importers.dora_roi.taxonomy import KEYLESS
from importers.readers.encoding import lines
from importers.readers.tables import MAX_CELL
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importers.dora_roi.taxonomy import Template
    from importers.readers.files import File

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ROW_IDENTIFIERS: Final = ("row", "rowid", "row_id", "c0000")
_TOGETHER: Final = 1024


class _Header(NamedTuple):
    """Which cell of a row belongs to which column of the template; None: it is not read."""

    columns: tuple[int | None, ...]
    present: frozenset[str]


def read_table(file: File, template: Template, breaches: list[Breach]) -> Table:
    """Return the table in a file: what can be read of it, and whether that is all."""
    csv.field_size_limit(MAX_CELL)
    before = len(breaches)
    try:
        with file.open() as stream:
            given = lines(stream, file.label)
            head = next(given, "")
            separator = _separator(head, file.label, breaches)
            rows = _numbered(given, head, separator, file.label, breaches)
            first = next(rows, None)
            if first is None:
                message = "is empty: write the header row, also where there are no rows"
                breaches.append(Breach("809", file.label, "", message))
                return Table(template, file.label, parsed=False)
            if [name.strip() for name in first[1][:1]] == [LAYOUT]:
                return read_points(first[1], rows, template, file.label, breaches)
            header = _header(first[1], template, f"{file.label}:{first[0]}", breaches)
            found = tuple(_lines(rows, header, template, file.label, breaches))
    except InputError as error:
        breaches.append(unread(error, file.label))
        return Table(template, file.label, parsed=False)
    broken = any(breach.rule in ("809", "306") for breach in breaches[before:])
    return Table(template, file.label, header.present, found, parsed=not broken)


def _separator(head: str, label: str, breaches: list[Breach]) -> str:
    if ";" in head and "," not in head:
        breaches.append(Breach("809", f"{label}:1", "", "cells are separated by semicolons: separate them by commas"))
        return ";"
    return ","


def _numbered(
    given: Iterator[str], head: str, separator: str, label: str, breaches: list[Breach]
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line where it begins; after a row that is no CSV there are none."""

    def all_lines() -> Iterator[str]:
        yield head
        yield from given

    reader = csv.reader(all_lines(), strict=True, delimiter=separator)
    while True:
        begin = reader.line_num + 1
        rows: list[list[str]] = []
        error = ""
        try:
            for row in islice(reader, _TOGETHER):
                rows.append(row)  # noqa: PERF402 - those before an error are kept
        except csv.Error as failed:
            error = str(failed)
        plain = reader.line_num - begin + 1 == len(rows)
        for row in rows:
            if "".join(row).strip():
                yield begin, row
            begin += 1 if plain else _height(row)
        if error:
            cure = "quote cells that hold a comma or a line break, and double the quotes within"
            breaches.append(Breach("809", f"{label}:{begin}", "", f"cannot be parsed from here on ({error}): {cure}"))
            return
        if not rows:
            return


def _height(row: Sequence[str]) -> int:
    """Return the lines that a row takes, by the line ends within its cells."""
    return 1 + len(_LINE_END.findall("\0".join(row)))


def _header(names: Sequence[str], template: Template, record: str, breaches: list[Breach]) -> _Header:
    columns: list[int | None] = []
    taken: set[int] = set()
    for written in names:
        column = template.at.get(written)
        if column is None:
            column = template.at.get(written.strip().lower())
            rule, message = "801", f"{shown(written)} is no column of {template.code}: take it out"
            if column is not None:
                message = f"{shown(written)} is read as {template.columns[column].code}: write that"
            elif template.code == KEYLESS and written.strip().lower() in _ROW_IDENTIFIERS:
                rule, message = "803", f"{shown(written)} numbers rows, and {KEYLESS} has none: take it out"
            breaches.append(Breach(rule, record, written.strip()[:40], message))
        if column is not None and column in taken:
            breaches.append(Breach("802", record, written.strip(), "is there twice: the first one is read"))
            column = None
        if column is not None:
            taken.add(column)
        columns.append(column)
    return _Header(tuple(columns), frozenset(template.columns[column].code for column in taken))


def _lines(
    rows: Iterator[tuple[int, list[str]]], header: _Header, template: Template, label: str, breaches: list[Breach]
) -> Iterator[Line]:
    width = len(header.columns)
    straight = header.columns == tuple(range(len(template.columns)))
    sources = {column: cell for cell, column in enumerate(header.columns) if column is not None}
    order = [sources.get(column) for column in range(len(template.columns))]
    for number, row in rows:
        if len(row) != width:
            cure = "quote cells that hold a comma" if len(row) > width else "write a comma for each empty cell"
            message = f"has {len(row)} cells where the header has {width}: {cure}; the row is not read"
            breaches.append(Breach("809", f"{label}:{number}", "", message))
            continue
        cells = tuple(row) if straight else tuple("" if cell is None else row[cell] for cell in order)
        together = "".join(cells)
        if not together.isprintable() and _CONTROLS.search(together):
            breaches.append(Breach("809", f"{label}:{number}", "", "has control characters: take them out"))
            cells = tuple(_CONTROLS.sub("\ufffd", cell) for cell in cells)
        yield Line(number, cells)

"""The filled Excel template: codes in row 4 from column B, labels and types below them, data from row 7.

A workbook is no package: what is said of packages is not asked of it. Whose it is and of which date says B_01.01; its
scope says its name, else the number of entities in B_01.02, since a register of one entity alone is individual.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.spelling import text
from importers.dora_roi.filing import Breach, Filing, Line, Table
from importers.dora_roi.labels import coded
from importers.dora_roi.names import read_name
from importers.dora_roi.numberings import numbering_of
from importers.dora_roi.taxonomy import templates
from importers.readers.faults import fault
from importers.readers.workbooks.cells import Reader, letters_of
from importers.readers.workbooks.formats import read_formats
from importers.readers.workbooks.package import open_package
from importers.readers.workbooks.sheets import SheetReader
from importers.readers.workbooks.strings import read_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.packages import Package
    from importers.dora_roi.taxonomy import Template
    from importers.readers.workbooks.cells import Cell
    from importers.readers.workbooks.sheets import StoredRow

_SHEET: Final = re.compile(r"(?:b|rt)[_. ]([0-9]{2}\.[0-9]{2})", re.IGNORECASE)
_CODE: Final = re.compile(r"(?:(?:b|rt)[_. ][0-9]{2}\.[0-9]{2}\.)?c?([0-9]{4})", re.IGNORECASE)
_BELOW: Final = 2
"""Rows between the codes and the data: labels and types."""

_TAXONOMY: Final = "4.0"


class _Sheet(NamedTuple):
    """One sheet: which column of the template stands in which of its own, where the data begin, and how days count."""

    template: Template
    places: dict[int, int]
    begin: int
    from_1904: bool


def read_workbook(package: Package, *, only: frozenset[str] = frozenset()) -> Filing:
    """Return what a workbook says; of `only` some templates if these are named.

    Raises
    ------
    InputError
        If it is no workbook, or a sheet has codes that no numbering has.

    """
    breaches: list[Breach] = []
    tables = dict(_tables(package, only, breaches))
    filing = Filing(
        label=package.label,
        stem=package.stem,
        name=read_name(package.stem),
        archive=package.archive,
        folder=package.stem,
        tables=tables,
        workbook=True,
        breaches=tuple(breaches),
    )
    if "B_01.01" not in tables:
        raise fault(
            package.label or package.archive, "", "has no sheet B_01.01: it is no register of information", "101"
        )
    return replace(filing, parameters=_parameters(filing))


def _parameters(filing: Filing) -> dict[str, str]:
    keeper = next(iter(filing.table("B_01.01").lines), None)
    if keeper is None:
        return {}
    at = filing.table("B_01.01").template.at
    scope = filing.name.scope or ("CON" if len(filing.table("B_01.02").lines) > 1 else "IND")
    entity, date = (text(keeper.cells[at[code]]) for code in ("c0010", "c0060"))
    return {"entityID": f"rs:{entity}.{scope}", "refPeriod": date}


def _tables(package: Package, only: frozenset[str], breaches: list[Breach]) -> Iterator[tuple[str, Table]]:
    book = open_package(package.path)
    reader = Reader(read_strings(book), read_formats(book), from_1904=book.from_1904)
    for sheet in book.sheets:
        named = _SHEET.fullmatch(text(sheet.title))
        template = templates().get(f"B_{named[1]}") if named else None
        if template is None or not sheet.part or (only and template.code not in only):
            continue
        label = f"{package.label}/{sheet.title}" if package.label else sheet.title
        rows = SheetReader(package.path, sheet.part, label).rows()
        found = _codes(rows, reader, template, label, from_1904=book.from_1904)
        lines = tuple(_lines(rows, reader, found, label, breaches))
        yield template.code, Table(template, label, frozenset(template.at), lines)


def _codes(rows: Iterator[StoredRow], reader: Reader, template: Template, label: str, *, from_1904: bool) -> _Sheet:
    """Return where the columns are: by the first row that has codes."""
    for row in rows:
        codes = {}
        for cell in row.cells:
            match = _CODE.fullmatch(_text(reader, cell, label, row.number).strip())
            if match:
                codes[cell.column] = match[1]
        if len(codes) > 1:
            meant = numbering_of(template.code, list(codes.values()))
            if meant is None or len(set(codes.values())) < len(codes):
                message = (
                    f"the codes {', '.join(codes.values())} are of no numbering of {template.code}: use the template"
                )
                raise fault(f"{label}:{row.number}", "", message, "numbering")
            places = {column: template.at[meant[code]] for column, code in codes.items() if meant[code]}
            return _Sheet(template, places, row.number + _BELOW, from_1904)
    raise fault(label, "", "has no row of codes such as b_01.01.0010: use the template", "numbering")


def _lines(
    rows: Iterator[StoredRow], reader: Reader, sheet: _Sheet, label: str, breaches: list[Breach]
) -> Iterator[Line]:
    template = sheet.template
    for row in rows:
        if row.number <= sheet.begin:
            continue
        cells = [""] * len(template.columns)
        bad: dict[str, Breach] = {}
        for cell in row.cells:
            position = sheet.places.get(cell.column)
            if position is None:
                continue
            try:
                written = _text(reader, cell, label, row.number)
            except InputError as error:
                column = template.columns[position].code
                message = "; ".join(finding.message for finding in error.findings)
                bad[column] = Breach("809", f"{label}:{row.number}", column, message)
                continue
            cells[position] = coded(template.columns[position], written, _TAXONOMY, from_1904=sheet.from_1904)
        filled = {column.code for column, cell in zip(template.columns, cells, strict=True) if cell} | bad.keys()
        # The template has the LEI of B_01.01 in the first row of functions before anybody fills it.
        if filled and not (template.code == "B_06.01" and filled == {"c0040"}):
            breaches += bad.values()
            yield Line(row.number, tuple(cells))


def _text(reader: Reader, cell: Cell, label: str, row: int) -> str:
    try:
        return reader.text(cell)
    except ValueError as error:
        where = f"{letters_of(cell.column)}{row}"
        raise fault(f"{label}:{row}", "", f"cell {where} {error}", "bad-cell") from None

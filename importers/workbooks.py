"""Sheets of an XLSX workbook as tables of text; a formula is refused, since its value is not known."""

from __future__ import annotations

import datetime as dt
import warnings
import zlib
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from defusedxml import DefusedXmlException

from depgraph.errors import DepgraphError
from depgraph.model import Finding
from importers.archives import Limits, check_members
from importers.faults import fault
from importers.tables import MAX_CELL, Table, column_names, ragged
from importers.values import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    from depgraph.errors import InputError
    from importers.tables import Line

MAX_ROWS: Final = 1 << 20
"""Rows that a sheet may have (a limit of the format)."""

LIMITS: Final = Limits(total=2**30)

_BATCH: Final = 1_000

_DAMAGE: Final = (
    ArithmeticError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    ParseError,
    RecursionError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What openpyxl raises for a workbook that is broken or hostile."""

_OLD_OR_ENCRYPTED: Final = bytes.fromhex("d0cf11e0a1b11ae1")


@contextmanager
def open_workbook(path: Path) -> Iterator[dict[str, Table]]:
    """Give the sheets of a workbook by name, in lower case; each can be read once.

    Raises
    ------
    InputError
        If it is no XLSX workbook, or unpacks to more than `LIMITS`, or a sheet has no plain
        header. A sheet without any cell is left out.

    """
    import openpyxl  # noqa: PLC0415  # takes a quarter of a second that other formats need not wait for

    if not openpyxl.DEFUSEDXML:  # pragma: no cover  # defusedxml is a dependency
        raise DepgraphError("openpyxl runs without defusedxml: unset OPENPYXL_DEFUSEDXML, or install defusedxml")
    with path.open("rb") as stream:
        if stream.read(8) == _OLD_OR_ENCRYPTED:
            raise fault(path.name, "", "is encrypted or of the old .xls format: save it as plain .xlsx", "bad-workbook")
    check_members(path, LIMITS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except _DAMAGE as error:
        raise _damaged(path.name, error) from None
    with closing(workbook):
        yield dict(_tables(workbook, path.name))


def _tables(workbook: Workbook, label: str) -> Iterator[tuple[str, Table]]:
    for sheet in workbook.worksheets:
        place = printable(f"{label}/{sheet.title}")
        lines = _lines(sheet, place)
        line, cells = next(lines, (0, []))
        if isinstance(cells, Finding):
            raise fault(cells.record, cells.field, cells.message, cells.code)
        if line:
            names = column_names(cells, f"{place}:{line}")
            yield sheet.title.strip().lower(), Table(place, names, _of_width(lines, place, len(names)))


def _lines(sheet: ReadOnlyWorksheet, label: str) -> Iterator[Line]:
    sheet.reset_dimensions()
    rows = enumerate(sheet.iter_rows(), start=1)  # type: ignore[misc]  # the stub types it for another class
    while batch := _batch(rows, label):
        for line, cells in batch:
            if line > MAX_ROWS:
                raise fault(f"{label}:{line}", "", f"a sheet has at most {MAX_ROWS:,} rows", "too-large")
            try:
                texts = [_text(cell) for cell in cells]
            except ValueError as error:
                yield line, fault(f"{label}:{line}", "", str(error), "bad-cell").findings[0]
                continue
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                yield line, texts


def _batch(
    rows: Iterator[tuple[int, Sequence[Cell | MergedCell]]], label: str
) -> list[tuple[int, Sequence[Cell | MergedCell]]]:
    # Warnings are about looks (styles, validations) and are turned off only while openpyxl works.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(islice(rows, _BATCH))
    except _DAMAGE as error:
        raise _damaged(label, error) from None


def _of_width(lines: Iterator[Line], label: str, width: int) -> Iterator[Line]:
    for line, cells in lines:
        if isinstance(cells, Finding):
            yield line, cells
        elif len(cells) > width:
            yield line, ragged(cells, width, f"{label}:{line}")
        else:
            yield line, cells + [""] * (width - len(cells))


def _text(cell: Cell | MergedCell) -> str:
    if cell.value is None:
        return ""
    try:
        return _written(cell.value, cell.data_type)
    except ValueError as error:
        raise ValueError(f"cell {cell.coordinate} {error}") from None


def _written(value: object, data_type: str) -> str:
    """Return what a person would type to get this value."""
    match value:
        case _ if data_type == "f":
            raise ValueError("holds a formula, whose value is not known: paste it as a value")
        case _ if data_type == "e":
            raise ValueError(f"holds the error {value}: correct it")
        case str():
            written = _plain(value)
        case float() if not value.is_integer() or abs(value) >= 2**53:
            written = repr(value)
        case bool():
            written = str(value).lower()
        case int() | float():
            written = str(int(value))
        case dt.datetime() if value.time() == dt.time():
            written = value.date().isoformat()
        case _:
            raise ValueError("holds a time of day: write a date, a number or a text")
    return written


def _plain(value: str) -> str:
    if len(value) > MAX_CELL:
        raise ValueError(f"has more than {MAX_CELL:,} characters")
    return value


def _damaged(label: str, error: BaseException) -> InputError:
    while error.__cause__:  # openpyxl wraps what went wrong in advice
        error = error.__cause__
    if isinstance(error, DefusedXmlException):
        what = "its XML declares entities, which no spreadsheet program writes"
    else:
        what = " ".join(str(error).split())[:200] or type(error).__name__
    return fault(label, "", f"is not a workbook that can be read: {what}", "bad-workbook")

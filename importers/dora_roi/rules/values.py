"""Rules about values: numbers, dates, the word true, and members of code lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importers.dora_roi.filing import Breach
from importers.dora_roi.names import is_date
from importers.dora_roi.rules.rule import Asked, Quality, Rule, Weight
from importers.dora_roi.taxonomy import members
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from importers.dora_roi.filing import Filing
    from importers.dora_roi.taxonomy import Column

NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
WHOLE: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)


def _cells(
    filing: Filing, rule: str, wanted: Callable[[Column], bool], good: Callable[[Column, str], str]
) -> Iterator[Breach]:
    """Yield the cells of some columns that are not good; `good` says what is wrong with one, empty if nothing."""
    for table in filing.tables.values():
        for position, column in enumerate(table.template.columns):
            if not wanted(column):
                continue
            bad = {
                cell: message
                for cell in {line.cells[position] for line in table.lines}
                if cell and (message := good(column, cell))
            }
            if bad:
                yield from (
                    Breach(rule, table.record(line), column.code, bad[line.cells[position]])
                    for line in table.lines
                    if line.cells[position] in bad
                )


def _number(filing: Filing, _: Asked) -> Iterator[Breach]:
    def good(_: Column, cell: str) -> str:
        return "" if NUMBER.fullmatch(cell) else f"{shown(cell)} is no number: write digits, with a point for decimals"

    return _cells(filing, "305", lambda column: column.type in "mi", good)


def _date(filing: Filing, _: Asked) -> Iterator[Breach]:
    def good(_: Column, cell: str) -> str:
        return "" if is_date(cell) else f"{shown(cell)} is no date: write year-month-day, such as 2025-03-31"

    return _cells(filing, "330", lambda column: column.type == "d", good)


def _whole(filing: Filing, _: Asked) -> Iterator[Breach]:
    def good(_: Column, cell: str) -> str:
        wrong = NUMBER.fullmatch(cell) and not WHOLE.fullmatch(cell)
        return f"{shown(cell)} is no whole number" if wrong else ""

    return _cells(filing, "331", lambda column: column.type == "i", good)


def _true(filing: Filing, _: Asked) -> Iterator[Breach]:
    def good(_: Column, cell: str) -> str:
        return "" if cell in ("true", "1") else f"{shown(cell)} is not true: the row itself is the link, write true"

    return _cells(filing, "333", lambda column: column.type == "t", good)


def _member(filing: Filing, _: Asked) -> Iterator[Breach]:
    lists = members(filing.taxonomy)

    def good(column: Column, cell: str) -> str:
        known = lists[column.enumeration]
        if cell in known:
            return ""
        prefix = next(iter(known)).partition(":")[0]
        cure = f"write {prefix}:{cell}" if f"{prefix}:{cell}" in known else f"write a code such as {next(iter(known))}"
        return f"{shown(cell)} is not in the code list {column.enumeration}: {cure}"

    return _cells(filing, "503", lambda column: column.type == "e", good)


RULES: Final = (
    Rule("305", Weight.WARNS, Quality.VALIDITY, "numbers are numbers", _number),
    Rule("330", Weight.WARNS, Quality.VALIDITY, "dates are written year-month-day", _date),
    Rule("331", Weight.WARNS, Quality.VALIDITY, "whole numbers are whole", _whole),
    Rule("333", Weight.WARNS, Quality.VALIDITY, "links say true", _true),
    Rule("503", Weight.WARNS, Quality.VALIDITY, "codes are members of their lists", _member),
)
"""The rules of this room."""

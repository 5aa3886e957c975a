"""The worksheet of a trace sample: how it says what was drawn, and how it is read back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from depgraph.errors import InputError, MissingPathError
from depgraph.model import Finding
from depgraph.usecases.auditor.results import Line
from importers.readers.faults import fault
from importers.readers.workbooks import open_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from importers.readers.tables import Table

SAMPLE, ABOUT = "sample", "draw"
"""The sheets: the facts that were drawn, and what the draw was of."""

HOW: Final = (
    "Trace each fact to the document that it stands in, and write correct, wrong or untraceable in column result."
    " Untraceable counts as wrong, and is shown apart. Change nothing else: a remark is yours."
)


class About(NamedTuple):
    """What a worksheet says that it was drawn of."""

    seed: int
    size: int
    revision: int
    digest: str
    drawn_on: str
    sector: str
    hub: str
    lens: Mapping[str, Any]


class Read(NamedTuple):
    """A worksheet as it was read."""

    about: About
    lines: tuple[Line, ...]


def about_rows(told: Mapping[str, str | float]) -> list[dict[str, str | float | None]]:
    """Return the rows of the sheet that says what was drawn of what."""
    return [{"what": what, "value": value} for what, value in {**told, "how to fill": HOW}.items()]


def read_trace_sheet(path: Path) -> Read:
    """Return what a worksheet of a trace sample says.

    Raises
    ------
    MissingPathError
        If it is not there.
    InputError
        If it is no such worksheet, or a cell cannot be read: a formula has no value.

    """
    if not path.is_file():
        raise MissingPathError(f"'{path}' is not a file")
    with open_workbook(path, (SAMPLE, ABOUT)) as workbook:
        for name in (ABOUT, SAMPLE):
            if name not in workbook.tables:
                raise fault(path.name, "", f"has no sheet '{name}': give a worksheet that depgraph trace wrote")
        about = _about(workbook.tables[ABOUT])
        return Read(about, tuple(_lines(workbook.tables[SAMPLE])))


def _lines(table: Table) -> list[Line]:
    findings = []
    lines = []
    for row in table.rows():
        if isinstance(row, Finding):
            findings.append(row)
            continue
        lines.append(Line(row.record, {name: row.maybe_text(name) for name in row.names()}))
    if findings:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        raise InputError(f"{findings[0]}{more}", tuple(findings))
    return lines


def _about(table: Table) -> About:
    told = {line.cells.get("what", ""): line for line in _lines(table)}

    def value(what: str) -> str:
        if what not in told:
            raise fault(table.label, "what", f"does not say '{what}': restore the sheet as depgraph trace wrote it")
        return told[what].cells.get("value", "")

    def whole(what: str) -> int:
        written = value(what)
        if not (written.isascii() and written.isdigit()):
            raise fault(told[what].record, "value", f"'{written}' is no number: restore the {what} that was drawn with")
        return int(written)

    try:
        lens = json.loads(value("seen through"))
        known = isinstance(lens, dict) and set(lens) == set(_LENS)
    except ValueError:
        known = False
    if not known:
        raise fault(told["seen through"].record, "value", "is not what depgraph trace wrote: restore it")
    return About(
        whole("seed"),
        whole("size"),
        whole("revision"),
        value("digest"),
        value("drawn on"),
        value("sector"),
        value("hub"),
        lens,
    )


_LENS: Final = (
    "accept",
    "as_of",
    "min_confidence",
    "resolution",
    "revision",
    "scope",
    "tested_since",
)

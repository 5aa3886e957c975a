"""Tables made for one test: text, workbooks and OpenDocument spreadsheets, and what a mapping makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from depgraph.errors import InputError
from depgraph.model import Facts, Finding
from depgraph.ports import Given
from importers.table import SOURCE
from importers.table.mapping import answers
from importers.table.proposing import propose
from importers.table.writing import written_map

Cells = Sequence[Sequence[Any]]

_SPACES = (
    "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


@pytest.fixture
def text(tmp_path: Path) -> Callable[..., Path]:
    """Write a text file; its name is that of the part."""

    def made(written: str, *, encoding: str = "utf-8", name: str = "contracts.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(written.encode(encoding))
        return path

    return made


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook of one sheet, with what `finish` does to it."""

    def made(rows: Cells, finish: Callable[[Workbook], None] = lambda _: None, name: str = "contracts.xlsx") -> Path:
        workbook = Workbook()
        sheet = workbook.active
        assert sheet is not None
        sheet.title = "Contracts"
        for row in rows:
            sheet.append(list(row))
        finish(workbook)
        path = tmp_path / name
        workbook.save(path)
        return path

    return made


def ods_cell(cell: Any) -> str:
    """Return a cell in the XML of an OpenDocument spreadsheet; a text that begins with < is one already."""
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str) and cell.startswith("<"):
        return cell
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'


@pytest.fixture
def ods(tmp_path: Path) -> Callable[..., Path]:
    """Write an OpenDocument spreadsheet: sheets by name, each a list of rows or of ready-made XML."""

    def made(sheets: dict[str, Sequence[Any]], *, styles: str = "", name: str = "contracts.ods") -> Path:
        tables = []
        for title, rows in sheets.items():
            shown, _, style = title.partition("|")
            body = "".join(
                row if isinstance(row, str) else f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>"
                for row in rows
            )
            tables.append(
                f"<table:table table:name={quoteattr(shown)} table:style-name={quoteattr(style)}>{body}</table:table>"
            )
        content = (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{_SPACES}>'
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
        )
        path = tmp_path / name
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", content)
        return path

    return made


class Mapped:
    """A table, a mapping that was proposed for it and answered, and what comes of both."""

    def __init__(self, path: Path, *said: str) -> None:
        self.path = path
        self.proposal = propose(path, answers(said))
        self.mapping = path.with_suffix(".toml")
        self.mapping.write_text(written_map(self.proposal), encoding="utf-8")

    @property
    def open(self) -> list[str]:
        """The keys that are open."""
        return [question.key for question in self.proposal.questions]

    def read(self) -> list[Facts]:
        return list(SOURCE.read(Given((self.path,), mapping=self.mapping)))

    def needs(self) -> list[tuple[str, ...]]:
        """Return who needs whom, and the record that says so."""
        return [(need.dependent, need.provider, need.record) for facts in self.read() for need in facts.needs]

    def column(self, name: str) -> list[Any]:
        """Return one field of every need."""
        return [getattr(need, name) for facts in self.read() for need in facts.needs]

    def nodes(self) -> dict[str, dict[str, Any]]:
        return {node.id: dict(node.attributes) for facts in self.read() for node in facts.nodes}

    def findings(self) -> list[Finding]:
        try:
            return [finding for facts in self.read() for finding in facts.findings]
        except InputError as error:
            return list(error.findings)

    def said(self) -> list[str]:
        """Return the findings as people read them, each with its code."""
        return [f"{finding.level} {finding.code} {finding}" for finding in self.findings()]


@pytest.fixture
def mapped() -> Callable[..., Mapped]:
    return Mapped

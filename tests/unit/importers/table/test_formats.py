"""The formats in which tables come: text of any common encoding, workbooks, OpenDocument; bombs and tricks are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from depgraph.errors import InputError, MissingPathError, UsageError
from importers.readers.grids.book import open_book
from importers.readers.grids.grid import Amount, Bad
from importers.readers.typed import Day, Number
from importers.table.proposing import propose

Made = Callable[..., Any]

TABLE = "Acheteur;Fournisseur;Coût annuel\nCommune de Préfailles;Société Générale d'Hébergement;€ 12,50\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_known_by_its_bytes(text: Made, mapped: Made, encoding: str) -> None:
    done = mapped(text(TABLE, encoding=encoding))
    assert done.open == []
    assert done.column("provider") == ["name:Société Générale d'Hébergement"]


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac-roman"])
def test_an_encoding_of_one_byte_is_taken_where_only_one_gives_letters(text: Made, mapped: Made, encoding: str) -> None:
    done = mapped(text(TABLE.replace("€ ", ""), encoding=encoding), "cost.currency=EUR")
    assert done.open == []
    assert done.proposal.told.values["file.encoding"] == encoding
    assert done.column("provider") == ["name:Société Générale d'Hébergement"]


def test_an_encoding_that_is_not_certain_is_asked(text: Made, mapped: Made) -> None:
    path = text("")
    path.write_bytes(b"Buyer;Supplier\nA;S\xd8\n")
    assert mapped(path).open == ["file.encoding"]
    assert mapped(path, "file.encoding=cp1252").column("provider") == ["name:SØ"]


def test_a_byte_that_is_not_of_the_encoding_is_told_with_its_line(text: Made, mapped: Made) -> None:
    done = mapped(text(TABLE))
    done.path.write_bytes(TABLE.encode("cp1252", "replace"))
    assert "contracts.csv:1: the byte 0xFB is not utf-8: say which it is with file.encoding" in done.said()[0]


@pytest.mark.parametrize(("name", "sign"), [("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|")])
def test_cells_are_parted_by_what_makes_rows_alike(text: Made, mapped: Made, name: str, sign: str) -> None:
    done = mapped(
        text(f'Title, with; signs\nBuyer{sign}Supplier\nA{sign}"S{sign}x"\nA{sign}T\nB{sign}U\n'),
        "provider.separators=none",
    )
    assert done.proposal.told.values["file.delimiter"] == name
    assert done.column("provider")[0] == f"name:S{sign}x".replace("\t", " ")


def test_what_parts_the_cells_is_asked_where_it_is_not_certain(text: Made, mapped: Made) -> None:
    path = text("Buyer;Supplier,Service\nA;S,mail\n")
    assert "file.delimiter" in mapped(path).open


def test_a_first_line_may_say_what_parts_cells(text: Made, mapped: Made) -> None:
    assert mapped(text("sep=;\nBuyer;Supplier\nA;S\n")).needs() == [("name:A", "name:S", "contracts.csv:3")]


def test_lines_are_counted_as_they_stand_in_the_file(text: Made, mapped: Made) -> None:
    done = mapped(text('Buyer,Supplier,Remarks\r\nA,S,"two\r\nlines"\r\nA,T,\r\n'))
    assert [need[2] for need in done.needs()] == ["contracts.csv:2", "contracts.csv:4"]


def test_errors_of_a_spreadsheet_are_told_with_their_cells(text: Made, mapped: Made) -> None:
    path = text("Buyer;Supplier;Annual cost;KvK-nummer\nA;#N/A;€ 5;#REF!\nA;#REF!;€ 5;\nA;S;#VALUE!;\nA;T;€ 5;\n")
    assert mapped(path).open == []
    assert [said.partition(" contracts.csv")[2] for said in mapped(path).said() if "note" not in said] == [
        ":2: KvK-nummer: holds the error #REF!: correct it: not used",
        ":3: Supplier: holds the error #REF!: correct it",
        ":4: Annual cost: holds the error #VALUE!: correct it",
    ]


def test_a_bad_line_does_not_hide_the_others(text: Made, mapped: Made) -> None:
    found = mapped(text('Buyer,Supplier\nA,S\nA,"S"x\nA,T\nA,U\n')).said()
    assert found == ["error bad-csv contracts.csv:3: text follows a closing quote: double the quotes within a cell"]


def test_a_quote_that_is_never_closed_is_told_with_its_line(text: Made, mapped: Made) -> None:
    with pytest.raises(InputError, match=r"contracts\.csv:3: a quote that opens here is never closed"):
        mapped(text('Buyer,Supplier\nA,S\nA,"S\n'))


def test_a_spreadsheet_of_open_document_is_read(ods: Made, mapped: Made) -> None:
    dated = '<table:table-cell office:value-type="date" office:date-value="2024-02-01"><text:p>1-2-24</text:p></table:table-cell>'
    money = '<table:table-cell office:value-type="currency" office:currency="EUR" office:value="12.5"><text:p>12,50</text:p></table:table-cell>'
    noted = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>a remark</text:p></office:annotation>'
        '<text:p>Host<text:s text:c="2"/>BV</text:p></table:table-cell>'
    )
    rows = [["Buyer", "Supplier", "Start date", "Annual cost"], ["A", noted, dated, money], ["A", "T", None, None]]
    done = mapped(ods({"Contracts": rows}))
    assert done.open == []
    assert done.needs() == [
        ("name:A", "name:Host BV", "contracts.ods/Contracts:2"),
        ("name:A", "name:T", "contracts.ods/Contracts:3"),
    ]
    assert (done.column("valid_from"), done.column("cost_eur")) == (["2024-02-01", None], [12.5, None])


def test_what_open_document_repeats_spans_and_hides(ods: Made, mapped: Made) -> None:
    repeated = '<table:table-row table:number-rows-repeated="3" table:visibility="filter"><table:table-cell office:value-type="string"><text:p>A</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>S</text:p></table:table-cell></table:table-row>'
    blank = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    spanned = '<table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>B</text:p></table:table-cell>'
    rows = [["Buyer", "Supplier"], repeated, [spanned, "T"], ["<table:covered-table-cell/>", "U"], blank]
    hidden = '<style:style style:name="hid" style:family="table"><style:table-properties table:display="false"/></style:style>'
    path = ods({"Contracts": rows, "Old|hid": [["Buyer", "Supplier"], ["A", "Z"]]}, styles=hidden)
    done = mapped(path)
    assert done.open == []
    assert [(need[0], need[2].rpartition(":")[2]) for need in done.needs()] == [
        ("name:A", "2"),
        ("name:A", "3"),
        ("name:A", "4"),
        ("name:B", "5"),
        ("name:B", "6"),
    ]
    assert [said.partition(" contracts")[0] for said in done.said()] == [
        "note not-read",
        "note hidden-rows",
        "note merged-cells",
    ]
    assert mapped(path, "file.sheet=Old").column("provider") == ["name:Z"]


def test_cells_know_what_they_are(ods: Made) -> None:
    cells = [
        '<table:table-cell office:value-type="percentage" office:value="0.25"><text:p>25%</text:p></table:table-cell>',
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAAR</text:p></table:table-cell>',
        '<table:table-cell office:value-type="time" office:time-value="PT12H"><text:p>12:00</text:p></table:table-cell>',
        '<table:table-cell calcext:value-type="error" office:value-type="string"><text:p>#REF!</text:p></table:table-cell>',
        '<table:table-cell office:value-type="float" office:value="1e20"><text:p>1E+20</text:p></table:table-cell>',
        '<table:table-cell office:value-type="float" office:value="1234567"><text:p>01234567</text:p></table:table-cell>',
        '<table:table-cell office:value-type="date" office:date-value="2024-02-30"><text:p>x</text:p></table:table-cell>',
        '<table:table-cell office:value-type="date" office:date-value="2024-02-01T12:30:00"><text:p>x</text:p></table:table-cell>',
    ]
    (leaf,) = open_book(ods({"S": [cells]})).leaves
    (row,) = leaf.grid().rows
    assert [type(cell) for cell in row.cells] == [Amount, str, Bad, Bad, Bad, Number, Bad, Bad]
    assert row.cells[0] == "0.25" and row.cells[1] == "true" and row.cells[5] == "01234567"  # noqa: PT018


def test_a_workbook_shows_signs_beside_its_numbers(book: Made) -> None:
    def finish(made: Any) -> None:
        for cell, code in (("A1", "[$$-409]#,##0"), ("B1", "0%"), ("C1", '#,##0 "EUR"'), ("D1", "dd-mm-yyyy")):
            made.active[cell].number_format = code

    (leaf,) = open_book(book([[1, 0.5, 2, 45000]], finish)).leaves
    cells = leaf.grid().rows[0].cells
    assert [getattr(cell, "sign", "") for cell in cells] == ["$", "%", "EUR", ""]
    assert isinstance(cells[3], Day)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "declares entities"),
        ("<x>", "is not a workbook that can be read"),
        ("<x/>", "it has no sheets"),
    ],
)
def test_xml_of_strangers_is_refused(tmp_path: Path, content: str, wrong: str) -> None:
    path = tmp_path / "bad.ods"
    with ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    with pytest.raises(InputError, match=wrong):
        propose(path, {})


def test_a_bomb_is_refused(tmp_path: Path, ods: Made) -> None:
    path = tmp_path / "bomb.ods"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b" " * (64 * 2**20))
    with pytest.raises(InputError, match="it looks like a zip bomb"):
        propose(path, {})
    wide = '<table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
    many = f'<table:table-row table:number-rows-repeated="1000000">{wide}</table:table-row>'
    with pytest.raises(InputError, match="has more than 5,000,000 cells"):
        propose(ods({"S": [many]}), {})


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.ods"
    with ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "noise")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(InputError, match="is encrypted: save it without a password"):
        propose(path, {})


@pytest.mark.parametrize(
    ("name", "error", "wrong"),
    [
        ("contracts.xls", InputError, "save it as .xlsx"),
        ("contracts.pdf", UsageError, "is no table that can be read"),
        ("nothing.csv", MissingPathError, "does not exist"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, error: type[Exception], wrong: str) -> None:
    path = tmp_path / name
    if not name.startswith("nothing"):
        path.write_bytes(b"x")
    with pytest.raises(error, match=wrong):
        propose(path, {})


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="give one CSV, XLSX, XLSM or ODS file"):
        propose(tmp_path, {})


def test_a_workbook_with_macros_is_read_like_one_without(book: Made, mapped: Made) -> None:
    rows = [["Buyer", "Supplier"], ["A", "S"]]
    plain, macros = (mapped(book(rows, name=name)).needs() for name in ("contracts.xlsx", "contracts.xlsm"))
    assert [need[:2] for need in macros] == [need[:2] for need in plain] == [("name:A", "name:S")]
    assert macros[0][2] == "contracts.xlsm/Contracts:2"

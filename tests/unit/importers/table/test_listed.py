"""A list of names: which column has them, and what else of a line counts."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from depgraph.errors import InputError, MissingPathError, UsageError
from importers.table.listed import Line, read_list


def listed(folder: Path, text: str, **options: str) -> tuple[Line, ...]:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return read_list(path, **options)


def test_headers_of_four_languages_and_identifiers_are_known(tmp_path: Path) -> None:
    lines = listed(tmp_path, "Leverancier;Land;KvK-nummer;Bedrag\nCentric;NL;12345678;5\nTopicus;;;\n")
    assert lines == (
        Line(
            "list.csv:2",
            "Centric",
            "NL",
            ("kvk:12345678",),
            {"Leverancier": "Centric", "Land": "NL", "KvK-nummer": "12345678", "Bedrag": "5"},
        ),
        Line("list.csv:3", "Topicus", "", (), {"Leverancier": "Topicus", "Land": "", "KvK-nummer": "", "Bedrag": ""}),
    )


def test_a_column_of_identifiers_holds_several(tmp_path: Path) -> None:
    (line,) = listed(tmp_path, "name,identifiers\nCentric,kvk:12345678 domain:centric.eu x\n")
    assert line.identifiers == ("kvk:12345678", "domain:centric.eu")


def test_lines_with_more_cells_than_others_are_no_header(tmp_path: Path) -> None:
    rows = "id,name,identifiers\n1,Centric,\nkvk:12345678,Alpha,vat:DE136695976\nname:Beta,Beta,vat:DE136695976\n"
    for column in ("", "name"):
        assert [line.name for line in listed(tmp_path, rows, column=column)] == ["Centric", "Alpha", "Beta"]


def test_one_column_needs_no_known_header(tmp_path: Path) -> None:
    assert [line.name for line in listed(tmp_path, "whatever\nCentric\nTopicus\n")] == ["Centric", "Topicus"]


def test_where_it_is_not_plain_which_has_the_names_it_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Say --column, one of 'a', 'b'"):
        listed(tmp_path, "a,b\nCentric,x\n")
    assert [line.name for line in listed(tmp_path, "a,b\nCentric,x\n", column="B")] == ["x"]
    with pytest.raises(UsageError, match=r"has no column 'c': there are 'a', 'b'"):
        listed(tmp_path, "a,b\nCentric,x\n", column="c")


def test_a_workbook_is_read_by_its_first_table_or_the_sheet_that_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Suppliers"
    for row in (("Supplier", "Country"), ("Centric", "NL")):
        first.append(row)
    second = book.create_sheet("Others")
    for row in (("Supplier", "Country"), ("Topicus", "NL")):
        second.append(row)
    path = tmp_path / "list.xlsx"
    book.save(path)
    assert [line.name for line in read_list(path)] == ["Centric"]
    assert [(line.record, line.name) for line in read_list(path, sheet="others")] == [("list.xlsx/Others:2", "Topicus")]
    with pytest.raises(UsageError, match="has no sheet 'x': there are Suppliers, Others"):
        read_list(path, sheet="x")


def test_what_is_no_list_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"list\.csv: holds no cells"):
        listed(tmp_path, "")
    with pytest.raises(MissingPathError, match="does not exist"):
        read_list(tmp_path / "no.csv")

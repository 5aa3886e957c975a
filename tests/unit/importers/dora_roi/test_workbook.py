"""The filled Excel template says what the package says, in codes, labels and every numbering."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from dora_bank import BANK, STEM, findings, read
from openpyxl import Workbook

from depgraph.model import Level
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.view import open_view
from importers.dora_roi import SOURCE
from importers.dora_roi.taxonomy import members, templates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dora_bank import Bank

    from depgraph.model import Facts

DRY_RUN = {
    "B_03.02": {"c0010": "0010", "c0020": "0020", "c0030": "0030", "": "0045"},
    "B_05.01": dict(
        zip(
            ("c0010", "c0020", "c0050", "c0070", "c0080", "c0090", "c0100", "c0110", "c0120"),
            (f"{number:03}0" for number in range(1, 10)),
            strict=True,
        )
    ),
}
PUBLISHED = {
    "B_06.01": dict(
        zip(
            ("c0010", "c0020", "c0030", "c0040", "c0050", "c0060", "c0070", "c0080", "c0090", "c0100"),
            ("0010", "0020", "0030", "0040", "0060", "0070", "0080", "0090", "0100", "0110"),
            strict=True,
        )
    )
}


def said(facts: list[Facts]) -> list[str]:
    return [
        repr([tuple(one._replace(record="")) for fact in facts for one in getattr(fact, sort)])
        for sort in ("nodes", "needs", "ties")
    ]


def typed(kind: str, enumeration: str, cell: str, *, labels: bool) -> object:
    """Return a cell as people fill it: a label, a date, a number."""
    if labels and kind == "e":
        return members("4.0")[enumeration].get(cell, cell)
    if kind == "d" and cell and not cell.startswith("9999"):
        day = dt.date.fromisoformat(cell)
        return day if labels else (day - dt.date(1899, 12, 30)).days
    return float(cell) if kind in "mi" and cell else cell


def book(bank: Bank, name: str, numberings: dict[str, dict[str, str]] | None = None, *, labels: bool = False) -> Path:
    """Write the rows of a bank as the template has them."""
    made = Workbook()
    made.remove(made.active)
    made.create_sheet("Instructions")["A1"] = "EBAv1"
    for code, template in templates().items():
        sheet = made.create_sheet(code.lower())
        sheet["B2"] = f"TEMPLATE {code}"
        own = {column.code: column.code[1:] for column in template.columns}
        numbering = (numberings or {}).get(code, own)
        for at, (column, number) in enumerate(numbering.items(), 2):
            sheet.cell(4, at, f"{code.lower()}.{number}")
            sheet.cell(5, at, "label")
            sheet.cell(6, at, "Alphanumerical")
            of = template.columns[template.at[column]] if column else None
            for row, cells in enumerate(bank.tables.get(code, ()), 7):
                value = typed(of.type, of.enumeration, cells.get(column, ""), labels=labels) if of else "true"
                if value not in ("", None):
                    sheet.cell(row, at, value)
    path = bank.folder / name
    made.save(path)
    return path


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("numbering", [{}, DRY_RUN, PUBLISHED])
def test_the_workbook_says_what_the_package_says(
    bank: Bank, numbering: dict[str, dict[str, str]], *, labels: bool
) -> None:
    expected = said(bank.read())
    facts = read(book(bank, "register.xlsx", numbering, labels=labels))
    assert said(facts) == expected
    # The dry run has no column for the name in Latin letters.
    missing = {"v8852_m"} if numbering is DRY_RUN else set()
    assert {one.code for one in findings(facts)} - {"not-checked", "caveat", "register"} == missing


def test_of_two_forms_of_registers_the_one_that_counts_is_told_alike(bank: Bank, other: Callable[[str], Bank]) -> None:
    """An entity's own counts before its group's, and the later before the older, whichever of them is a workbook."""
    shared, own = STEM.replace(".IND_", ".CON_"), STEM.replace("2025-03-31", "2025-03-30")
    for paths in (
        (bank.zip(), book(other(shared), f"{shared}.xlsx")),
        (book(bank, f"{BANK}.IND.xlsx"), other(shared).zip()),
        (book(bank, f"{BANK}.IND.xlsx"), other(own).zip()),
    ):
        with closing(SqliteStore(":memory:")) as store:
            for at, path in enumerate(paths):
                given = Given((path,), today="2026-01-01")
                import_source(store, SOURCE, given, today="2026-01-01", part=str(at))
            ids = open_view(store).graph.nodes.id.tolist()
        services = {one.partition("/")[0] for one in ids if one.startswith("service:") and "/C1/" in one}
        assert services == {f"service:{BANK}.IND"}


def test_records_are_the_sheet_and_the_row(bank: Bank) -> None:
    records = [node.record for fact in read(book(bank, "register.xlsx")) for node in fact.nodes if BANK in node.id]
    assert records[0] == "b_01.02:7"


def test_a_numbering_that_fits_none_is_refused_with_the_sheet(bank: Bank) -> None:
    path = book(bank, "register.xlsx", {"B_04.01": {"c0010": "0010", "c0020": "0020", "c0030": "0035"}})
    (error,) = [one for one in findings(read(path)) if one.level is Level.ERROR]
    assert (error.code, error.record) == ("numbering", "b_04.01:4")


def test_the_name_says_the_scope_before_the_number_of_entities(bank: Bank) -> None:
    path = book(bank, f"{STEM.replace('.IND_', '.CON_')}.xlsx")
    assert f"service:{BANK}.CON/C1" in repr(read(path))


def test_words_of_the_annex_are_types_of_codes(bank: Bank) -> None:
    bank.change("B_05.01", 0, c0020="LEI")
    bank.change("B_05.01", 1, c0020="NL_LEI")
    bank.change("B_05.01", 2, c0020="what")
    found = findings(read(book(bank, "register.xlsx")))
    assert [one.record for one in found if one.code == "503"] == ["b_05.01:9"]


def test_a_workbook_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    Workbook().save(path)
    (error,) = [one for one in findings(read(path)) if one.level is Level.ERROR]
    assert "no register of information" in error.message

"""XLSX sheets: values as a person would type them, formulas and hostile files refused."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from depgraph.errors import InputError
from depgraph.model import Finding
from importers.readers.archives import LIMITS
from importers.readers.workbooks import open_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def saved(folder: Path, **sheets: list[list[object]]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "register.xlsx"
    workbook.save(path)
    return path


def changed(path: Path, change: Callable[[str, str], str]) -> Path:
    """Write the workbook anew with `change(member, text)` in place of each text."""
    with zipfile.ZipFile(path) as opened:
        members = {name: opened.read(name).decode() for name in opened.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in members.items():
            opened.writestr(name, change(name, text))
    return path


def read(path: Path, *ignore: str) -> tuple[tuple[str, ...], list[tuple[int, list[str]]], list[str]]:
    with open_workbook(path, ("needs",), ignore) as workbook:
        table = workbook.tables["needs"]
        lines = list(table.lines)
    good = [(line, cells) for line, cells in lines if not isinstance(cells, Finding)]
    return table.header, good, [str(cells) for _, cells in lines if isinstance(cells, Finding)]


def names(path: Path) -> list[str]:
    with open_workbook(path, ("needs", "empty")) as workbook:
        return list(workbook.tables)


def test_values_are_read_as_a_person_would_type_them(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        Needs=[
            [" Dependent", "PROVIDER", "value"],
            ["a", "b", 12],
            ["a", "b", 12.0],
            ["a", "b", 0.1],
            ["a", "b", 1e-300],
            ["a", "b", True],
            ["a", "b", dt.date(2025, 12, 31)],
            ["a", "b", dt.datetime(2025, 12, 31)],  # noqa: DTZ001  # a workbook knows no time zones
            [None, None, None],
            ["a", "multi\nline"],
        ],
        empty=[],
    )
    header, rows, bad = read(path)
    assert header == ("dependent", "provider", "value")
    assert [cells[2] for _, cells in rows] == ["12", "12", "0.1", "1e-300", "true", "2025-12-31", "2025-12-31", ""]
    assert rows[-1] == (10, ["a", "multi\nline", ""])
    assert bad == []
    assert names(path) == ["needs"]


def test_a_formula_is_refused_with_its_cell_and_so_is_an_error(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        needs=[["dependent", "provider"], ["a", "=B1"], ["a", "b"], ["#REF!", "b"], ["a", dt.time(8)], ["a", "b", "c"]],
    )
    _, rows, bad = read(path)
    assert rows == [(3, ["a", "b"])]
    assert bad == [
        "register.xlsx/needs:2: provider: cell B2 holds a formula, whose value is not known: paste it as a value",
        "register.xlsx/needs:4: dependent: cell A4 holds the error #REF!: correct it",
        "register.xlsx/needs:5: provider: cell B5 holds a time of day: write a date, a number or a text",
        "register.xlsx/needs:6: cell C6 holds a value below no name: name its column, or empty it",
    ]


def test_a_formula_in_the_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^register.xlsx/needs:1: cell A1 holds a formula"):
        names(saved(tmp_path, needs=[["=A2", "provider"], ["a", "b"]]))


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^register.xlsx/needs:1: a: 2 columns have this name"):
        names(saved(tmp_path, needs=[["a", "a"], ["1", "2"]]))


def test_looks_do_not_matter(tmp_path: Path) -> None:
    """What openpyxl would warn about is no business of the reader's user."""
    path = saved(tmp_path, needs=[["a"], ["1"]])
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "needs"
    sheet.append(["a"])
    sheet.add_data_validation(DataValidation(type="list", formula1='"x,y"'))
    workbook.save(path)
    extension = '<extLst><ext uri="{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    changed(path, lambda name, text: text.replace("</worksheet>", extension) if "sheet1" in name else text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(path) == (("a",), [], [])


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "_rels/.rels"])
@pytest.mark.parametrize("prologue", [BOMB, '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'])
def test_entities_are_refused(tmp_path: Path, member: str, prologue: str) -> None:
    path = saved(tmp_path, needs=[["a"], ["word"]])

    def change(name: str, text: str) -> str:
        if name != member:
            return text
        body = re.sub(r"^<\?xml[^>]*>", "", text)
        return prologue + body.replace("word", "&i;")

    changed(path, change)
    with pytest.raises(
        InputError, match=r"^register.xlsx.*: is not a workbook that can be read: its XML declares entities"
    ):
        read(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    """Spaces pack a thousand times, and are allowed between the parts of a sheet."""
    path = saved(tmp_path, needs=[["a"], ["1"]])
    spaces = " " * (2 * LIMITS.free)
    changed(path, lambda name, text: text.replace("<sheetData>", spaces + "<sheetData>") if "sheet1" in name else text)
    with pytest.raises(InputError, match=r"^register.xlsx/xl/.* unpacks to more than .* zip bomb"):
        read(path)


def test_a_row_far_below_does_not_make_a_million_empty_ones(tmp_path: Path) -> None:
    path = saved(tmp_path, needs=[["a"], ["1"]])
    changed(path, lambda _, text: text.replace('<row r="2"', '<row r="900000000"'))
    with pytest.raises(InputError, match=r"^register.xlsx/needs:900000000: a sheet has at most 1,048,576 rows"):
        read(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a zip archive that can be read"),
        (b"dependent,provider\n", "is not a zip archive that can be read"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "is encrypted or of the old .xls format"),
    ],
)
def test_what_is_no_workbook_says_so(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"^register.xlsx: {said}"):
        names(path)


@pytest.mark.parametrize("member", ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"])
def test_a_workbook_with_a_broken_part_says_so(tmp_path: Path, member: str) -> None:
    path = saved(tmp_path, needs=[["a"], ["1"]])
    changed(path, lambda name, text: text[: len(text) // 2] if name == member else text)
    with pytest.raises(InputError, match=r"^register.xlsx: is not a workbook that can be read"):
        names(path)


def test_an_archive_without_any_part_of_a_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("needs.csv", "a,b\n")
    with pytest.raises(InputError, match=r"^register.xlsx: is not a workbook that can be read"):
        names(path)

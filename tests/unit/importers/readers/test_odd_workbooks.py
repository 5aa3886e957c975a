"""Workbooks as other programs write them, or nobody should: read right, or refused with the cell."""

from __future__ import annotations

import csv
import io
import re
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depgraph.errors import InputError
from depgraph.model import Finding
from importers.readers.separated import read_table
from importers.readers.tables import MAX_CELL
from importers.readers.typed import Day, Number
from importers.readers.workbooks import open_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from importers.readers.tables import Table

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER: Final = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
CELL_FORMATS: Final = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 20, 22, 164, 165, 166, 167))
STYLES: Final = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="[$-413]d mmm yyyy"/>'
    '<numFmt numFmtId="165" formatCode="[h]:mm"/><numFmt numFmtId="166" formatCode="00000000"/>'
    '<numFmt numFmtId="167" formatCode="#,##0.00&quot; dollars&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/>'
    f"</cellStyleXfs><cellXfs>{CELL_FORMATS}</cellXfs></styleSheet>"
)


def book(
    folder: Path,
    rows: str,
    *,
    after: str = "",
    strings: str = "",
    properties: str = "",
    names: Sequence[str] = ("needs",),
    main: str = MAIN,
    office: str = OFFICE,
    prefix: str = "",
) -> Path:
    """Write a workbook whose first sheet has these rows; the others are empty."""
    listed = "".join(f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(names))
    related = "".join(
        f'<Relationship Id="r{number}" Type="{office}/worksheet" Target="/xl/s{number}.xml"/>'
        for number in range(len(names))
    )
    others = f'<Relationship Id="x" Type="{office}/sharedStrings" Target="strings.xml"/>'
    others += f'<Relationship Id="y" Type="{office}/styles" Target="./styles.xml"/>'
    sheet = f'<worksheet xmlns="{main}"><dimension ref="A1"/><sheetData>{rows}</sheetData>{after}</worksheet>'
    if prefix:
        sheet = re.sub(r"<(/?)(\w)", rf"<\1{prefix}:\2", sheet)
        sheet = sheet.replace(" xmlns=", f" xmlns:{prefix}=")
    path = folder / "r.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="m" Type="{office}/officeDocument" '
            'Target="xl/book.xml"/></Relationships>',
        )
        opened.writestr(
            "xl/book.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><workbookPr {properties}/><sheets>{listed}</sheets></workbook>',
        )
        opened.writestr("xl/_rels/book.xml.rels", f'<Relationships xmlns="{PACKAGE}">{related}{others}</Relationships>')
        opened.writestr("xl/s0.xml", sheet)
        for number in range(1, len(names)):
            opened.writestr(f"xl/s{number}.xml", f'<worksheet xmlns="{main}"><sheetData/></worksheet>')
        opened.writestr("xl/strings.xml", f'<sst xmlns="{main}">{strings}</sst>')
        opened.writestr("xl/styles.xml", STYLES.replace(MAIN, main))
    return path


def lines(path: Path, *ignore: str) -> list[tuple[int, list[str]] | str]:
    """Return the rows, or what is said of them."""
    with open_workbook(path, ("needs",), ignore) as workbook:
        return [
            str(cells) if isinstance(cells, Finding) else (line, cells)
            for line, cells in workbook.tables["needs"].lines
        ]


def row(number: int, *values: str) -> str:
    cells = "".join(f'<c r="{"AB"[at]}{number}" t="str"><v>{value}</v></c>' for at, value in enumerate(values))
    return f'<row r="{number}">{cells}</row>'


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (row(3, "x", "y") + row(2, "z", "y"), "^r.xlsx/needs:2: row 2 comes after row 3"),
        (row(2, "x", "y") + row(2, "z", "y"), "^r.xlsx/needs:2: row 2 stands there again after row 2"),
        (row(2, "x", "y") + HEADER, "^r.xlsx/needs:1: row 1 comes after row 2"),
        (row(2, "x", "y").replace("B2", "A2"), "^r.xlsx/needs:2: cell A2 stands there twice"),
        (row(2, "x", "y").replace("A2", "C2"), "^r.xlsx/needs:2: cell B2 comes after cell C2"),
        (row(2, "x", "y").replace("B2", "B3"), "^r.xlsx/needs:2: cell B3 stands in row 2"),
        (row(2, "x", "y").replace("B2", "b2"), "^r.xlsx/needs: .* row 2 has a cell in no column"),
        (row(2, "x", "y").replace("B2", "XFE2"), "^r.xlsx/needs: .* row 2 has a cell in no column"),
        (row(2, "x", "y").replace('row r="2"', 'row r="2.5"'), r"^r.xlsx/needs: .* a row has the number '2\.5'"),
        (row(2, "x", "y").replace('row r="2"', 'row r="-1"'), "^r.xlsx/needs: .* a row has the number '-1'"),
        (row(2, "x", "<!---->y</v><v>z"), "^r.xlsx/needs: .* cell B2 has two values"),
    ],
)
def test_rows_and_cells_stand_there_once_and_in_order(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        lines(book(tmp_path, HEADER + rows))


def test_rows_before_the_one_that_is_out_of_order_are_told(tmp_path: Path) -> None:
    seen: list[int] = []
    path = book(tmp_path, HEADER + row(2, "x") + row(5, "y") + row(4, "z"))

    def look() -> None:
        with open_workbook(path, ("needs",)) as workbook:
            for line, _ in workbook.tables["needs"].lines:
                seen.append(line)  # one by one, to know which came before the error

    with pytest.raises(InputError, match="row 4 comes after row 5"):
        look()
    assert seen == [2, 5]


def test_rows_and_cells_without_number_follow_each_other(tmp_path: Path) -> None:
    cells = '<c t="str"><v>{}</v></c>'
    rows = f"<row>{cells.format('x')}{cells.format('y')}</row><row/><row>{cells.format('z')}</row>"
    assert lines(book(tmp_path, HEADER + rows)) == [(2, ["x", "y"]), (4, ["z", ""])]


TEXTS: Final = {
    '<c r="B2" t="s"><v>0</v></c>': "plain",
    '<c r="B2" t="s"><v>1</v></c>': "rich text",
    '<c r="B2" t="s"><v>2</v></c>': "東京",
    '<c r="B2" t="s"><v>3</v></c>': "a\r\nb",
    '<c r="B2" t="s"><v>4</v></c>': "_x000D_",
    '<c r="B2" t="inlineStr"><is><t>in</t></is></c>': "in",
    '<c r="B2" t="inlineStr"><is><r><t>in </t></r><r><rPr><b/></rPr><t>line</t></r></is></c>': "in line",
    '<c r="B2" t="inlineStr"><is><t>x_x0041_</t><rPh sb="0" eb="1"><t>no</t></rPh></is></c>': "xA",
    '<c r="B2" t="str"><v>a_xD83D__xDE00_</v></c>': "a😀",
    '<c r="B2" t="str"><v><![CDATA[<&>]]> &#233;&amp;</v></c>': "<&> é&",
    '<c r="B2" t="b"><v>1</v></c>': "true",
    '<c r="B2" t="b"><v>0</v></c>': "false",
    '<c r="B2"><v>12.50</v></c>': "12.5",
    '<c r="B2" t="n"><v>1.2E3</v></c>': "1200",
    '<c r="B2" s="6"><v>1234567</v></c>': "01234567",
    '<c r="B2" s="7"><v>450</v></c>': "450",
    '<c r="B2" s="1"><v>45306</v></c>': "2024-01-15",
    '<c r="B2" s="4"><v>45306</v></c>': "2024-01-15",
    '<c r="B2" s="3"><v>45306.0</v></c>': "2024-01-15",
    '<c r="B2" s="1"><v>1</v></c>': "1900-01-01",
    '<c r="B2" s="1"><v>59</v></c>': "1900-02-28",
    '<c r="B2" s="1"><v>61</v></c>': "1900-03-01",
    '<c r="B2" t="d"><v>2024-01-15</v></c>': "2024-01-15",
    '<c r="B2" t="d"><v>2024-01-15T00:00:00.000Z</v></c>': "2024-01-15",
    '<c r="B2" s="1"/>': "",
    '<c r="B2"><v/></c>': "",
    '<c r="B2" t="s"/>': "",
    '<c r="B2" t="inlineStr"><is><t> </t></is></c>': "",
}
STRINGS: Final = (
    "<si><t>plain</t></si><si><r><rPr><b/></rPr><t>rich </t></r><r><t>text</t></r></si>"
    '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
    "<si><t>a_x000D_&#10;b</t></si><si><t>_x005F_x000D_</t></si>"
)


@pytest.mark.parametrize("cell", TEXTS)
@pytest.mark.parametrize("prefix", ["", "x"])
def test_each_kind_of_cell_is_read_as_it_is_shown(tmp_path: Path, cell: str, prefix: str) -> None:
    rows = HEADER + f'<row r="2"><c r="A2" t="str"><v>x</v></c>{cell}</row>'
    assert lines(book(tmp_path, rows, strings=STRINGS, prefix=prefix)) == [(2, ["x", TEXTS[cell]])]


REFUSED: Final = {
    '<c r="B2" t="s"><v>5</v></c>': "refers to the text 5, which the workbook lacks",
    '<c r="B2" t="s"><v>-1</v></c>': "refers to the text -1, which the workbook lacks",
    '<c r="B2" s="8"><v>1</v></c>': "has the style 8, which the workbook lacks",
    '<c r="B2"><v>1_000</v></c>': "is stored as a number, but holds '1_000'",
    '<c r="B2"><v>NaN</v></c>': "is stored as a number, but holds 'NaN'",
    '<c r="B2" t="b"><v>2</v></c>': "is stored as true or false, but holds '2'",
    '<c r="B2" t="z"><v>2</v></c>': "is of the kind 'z', which no workbook has",
    '<c r="B2" t="e"><v>#REF!</v></c>': "holds the error #REF!: correct it",
    '<c r="B2" t="str"><f>C1</f><v>x</v></c>': "holds a formula, whose value is not known: paste it as a value",
    '<c r="B2"><f t="shared" si="0"/></c>': "holds a formula, whose value is not known: paste it as a value",
    '<c r="B2"><v>12345678901234567</v></c>': (
        "holds a number of more than 15 digits, of which a workbook loses the last: type it as text"
    ),
    '<c r="B2" s="2"><v>0.5</v></c>': "holds a time of day: write a date, a number or a text",
    '<c r="B2" s="5"><v>3</v></c>': "holds a time of day: write a date, a number or a text",
    '<c r="B2" s="3"><v>45306.5</v></c>': "holds a time of day: write a date, a number or a text",
    '<c r="B2" t="d"><v>2024-01-15T12:00:00</v></c>': "holds a time of day: write a date, a number or a text",
    '<c r="B2" t="d"><v>2024-02-30</v></c>': "holds 2024-02-30, which is no day of the calendar: correct it",
    '<c r="B2" s="1"><v>60</v></c>': "is shown as 29 February 1900, which no calendar has: correct it",
    '<c r="B2" s="1"><v>9999999</v></c>': (
        "is shown as a date, but 9999999 is no day: correct it, or format it as a number"
    ),
    f'<c r="B2" t="str"><v>{"x" * (MAX_CELL + 1)}</v></c>': "has more than 131,072 characters",
}


@pytest.mark.parametrize("at", range(len(REFUSED)))
def test_a_cell_without_a_sure_text_is_refused_unless_it_is_ignored(tmp_path: Path, at: int) -> None:
    cell, said = list(REFUSED.items())[at]
    path = book(tmp_path, f'{HEADER}<row r="2"><c r="A2" t="str"><v>x</v></c>{cell}</row>', strings=STRINGS)
    assert lines(path) == [f"r.xlsx/needs:2: b: cell B2 {said}"]
    assert lines(path, "b") == [(2, ["x", ""])]


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    rows = HEADER + '<row r="2"><c r="A2" s="1"><v>43844</v></c><c r="B2" s="1"><v>60</v></c></row>'
    assert lines(book(tmp_path, rows, properties='date1904="1"')) == [(2, ["2024-01-15", "1904-03-01"])]


def test_a_cell_knows_whether_it_is_a_number_or_a_day(tmp_path: Path) -> None:
    rows = HEADER + '<row r="2"><c r="A2"><v>450.125</v></c><c r="B2" s="1"><v>450</v></c></row>'
    with open_workbook(book(tmp_path, rows), ("needs",)) as workbook:
        ((_, cells),) = workbook.tables["needs"].lines
    assert not isinstance(cells, Finding)
    number, day = cells
    assert isinstance(number, Number)
    assert isinstance(day, Day)
    assert (number, day, day.number) == ("450.125", "1901-03-25", "450")


def test_strict_open_xml_is_read(tmp_path: Path) -> None:
    rows = HEADER + '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1" t="d"><v>2024-01-15</v></c></row>'
    path = book(tmp_path, rows, strings="<si><t>x</t></si>", main=STRICT, office=STRICT_OFFICE)
    assert lines(path) == [(2, ["x", "2024-01-15"])]


def test_two_sheets_whose_names_differ_in_blanks_or_case_only_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path, HEADER, names=("needs", "Needs\u00a0"))
    with pytest.raises(InputError, match=r"^r.xlsx: sheets 'needs' and 'Needs.' are two tables of one name: rename"):
        lines(path)
    assert lines(book(tmp_path, HEADER + row(2, "x"), names=("needs", "notes", "notes "))) == [(2, ["x", ""])]


def test_a_sheet_that_is_listed_but_not_there_is_no_empty_one(tmp_path: Path) -> None:
    path = book(tmp_path, HEADER, names=("x", "needs"))
    with zipfile.ZipFile(path) as opened:
        members = {name: opened.read(name) for name in opened.namelist() if name != "xl/s1.xml"}
    with zipfile.ZipFile(path, "w") as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    with pytest.raises(InputError, match=r"^r.xlsx/needs: .* lists this sheet, but has no cells of it"):
        lines(path)


def test_other_sheets_are_named_and_not_looked_at(tmp_path: Path) -> None:
    path = book(tmp_path, "<row>" * 3, names=("cover", "needs"))
    with open_workbook(path, ("needs",)) as workbook:
        assert (dict(workbook.tables), workbook.others) == ({}, ("r.xlsx/cover",))


def test_blank_cells_and_rows_do_not_count(tmp_path: Path) -> None:
    stray = HEADER.replace("</row>", '<c r="XFD1" t="str"><v> </v></c></row>')
    blank = row(2, " ", "\u00a0") + '<row r="3"><c r="A3" s="1"/><c r="XFD3" t="str"><v> </v></c></row>'
    note = '<row r="5"><c r="B5"><f>NOW()</f><v>1</v></c></row>'
    assert lines(book(tmp_path, stray + blank + row(4, "x", "y") + note), "b") == [(4, ["x", ""])]


def test_a_value_below_no_name_is_refused(tmp_path: Path) -> None:
    gap = HEADER.replace("B1", "C1")
    assert lines(book(tmp_path, gap + row(2, "x", "y"))) == [
        "r.xlsx/needs:2: cell B2 holds a value below no name: name its column, or empty it"
    ]


@pytest.mark.parametrize(
    ("area", "refused"),
    [("A2:A3", "2"), ("A2:B2", "2"), ("B1:C9", "2"), ("B3:C9", ""), ("A1:B1", ""), ("A4:B9", ""), ("C2:D9", "")],
)
def test_merged_cells_that_are_read_are_refused(tmp_path: Path, area: str, refused: str) -> None:
    rows = HEADER + row(2, "x", "y") + row(3, "z")
    path = book(tmp_path, rows, after=f'<mergeCells><mergeCell ref="{area}"/></mergeCells>')
    if refused:
        with pytest.raises(
            InputError, match=rf"^r.xlsx/needs:{refused}: cells {area} are merged, and only the first has"
        ):
            lines(path)
    else:
        assert lines(path) == [(2, ["x", "y"]), (3, ["z", ""])]
    if area == "A2:B2":
        assert lines(path, "b") == [(2, ["x", ""]), (3, ["z", ""])]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(st.sampled_from(["", "", " ", "x", "\u00a0"]), min_size=4, max_size=4), max_size=6))
def test_a_sheet_and_a_text_file_agree(tmp_path: Path, rows: list[list[str]]) -> None:
    """Of the same cells the same rows are read, left out and refused; the third column has no name."""
    header = ["a", "b", "", "note"]
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    stored = "".join(
        f'<row r="{line}">{"".join(f"""<c t="str"><v>{cell}</v></c>""" for cell in cells)}</row>'
        for line, cells in enumerate([header, *rows], start=1)
    )
    with open_workbook(book(tmp_path, stored), ("needs",), ("note",)) as workbook:
        sheet = workbook.tables["needs"]
        found = outline(sheet)
    table = read_table(io.BytesIO(text.getvalue().encode()), "needs.csv", ("note",))
    assert (sheet.header, found) == (table.header, outline(table))


def outline(table: Table) -> list[tuple[int, list[str] | None]]:
    """Return the line of each row, with its cells that are read, trimmed; None for what is refused."""
    return [
        (line, None if isinstance(cells, Finding) else [cell.strip() for cell in cells[:2]])
        for line, cells in table.lines
    ]


def test_what_is_wide_empty_or_styled_costs_little(tmp_path: Path) -> None:
    """A sheet as wide as the format allows would have eighty million cells here, if each row were filled up."""
    far = "".join(
        f'<row r="{at}"><c r="A{at}" t="str"><v>x</v></c><c r="XFD{at}" s="1"/></row>' for at in range(2, 5_000)
    )
    empty = '<c s="1"/>'
    styled = "".join(f'<row r="{at}">{empty * 50}</row>' for at in range(5_000, 6_000))
    path = book(tmp_path, HEADER + far + styled, strings="<si/>" * 100_000)
    tracemalloc.start()
    begun = time.process_time()
    with open_workbook(path, ("needs",)) as workbook:
        assert sum(1 for _ in workbook.tables["needs"].lines) == 4_998
    assert time.process_time() - begun < 30
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()


def test_a_tag_that_never_ends_is_refused(tmp_path: Path) -> None:
    endless = "".join(f"{at:09}" for at in range(700_000))
    with pytest.raises(InputError, match=r"^r.xlsx/needs: a tag has more than 4,194,304 bytes"):
        lines(book(tmp_path, f'{HEADER}<row r="2" x="{endless}"/>'))

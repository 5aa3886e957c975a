"""CSV files: the shapes that are good, and what is said of the others."""

from __future__ import annotations

import csv
import io
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depgraph.errors import InputError
from depgraph.model import Finding, Level
from importers.readers.record import Record
from importers.readers.separated import MAX_RECORD, read_table
from importers.readers.tables import MAX_CELL, column_findings

if TYPE_CHECKING:
    from collections.abc import Collection


def read(content: str, ignore: Collection[str] = ()) -> tuple[tuple[str, ...], list[tuple[int, list[str]]], list[str]]:
    """Return header, good rows by line, and what is said of the others."""
    table = read_table(io.BytesIO(content.encode()), "t.csv", ignore)
    good, bad = [], []
    for line, cells in table.lines:
        if isinstance(cells, Finding):
            assert cells.level is Level.ERROR
            bad.append(str(cells))
        else:
            good.append((line, cells))
    return table.header, good, bad


def test_lines_are_those_where_a_row_begins() -> None:
    header, rows, bad = read('a,b\r\n1,"x\r\ny"\r\n\r\n2,"say ""hi"", you"\r\n3,')
    assert header == ("a", "b")
    assert rows == [(2, ["1", "x\r\ny"]), (5, ["2", 'say "hi", you']), (6, ["3", ""])]
    assert bad == []


def test_header_names_are_trimmed_and_in_lower_case() -> None:
    assert read("\ufeff Dependent ,PROVIDER\n")[0] == ("dependent", "provider")


def test_formula_like_text_is_text() -> None:
    assert read("a\n=1+1\n@x\n-2\n")[1] == [(2, ["=1+1"]), (3, ["@x"]), (4, ["-2"])]


@pytest.mark.parametrize("separator", [",", ";"])
@settings(suppress_health_check=[HealthCheck.too_slow])  # of a busy machine
@given(rows=st.lists(st.tuples(*[st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9)] * 2), max_size=9))
def test_what_is_written_is_read_back(separator: str, rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, delimiter=separator)
    writer.writerow(("a", "b"))
    writer.writerows(rows)
    _, good, bad = read(text.getvalue())
    assert [tuple(cells) for _, cells in good] == [row for row in rows if any(map(str.strip, row))]
    assert bad == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "^t.csv: is empty: a header row is needed"),
        ("\n\n", "^t.csv: is empty"),
        (" , ,\n,,\n", "^t.csv: is empty: a header row"),
        ("a,b,a\n", "^t.csv:1: a: 2 columns have this name"),
        ("A,b, a \n", "^t.csv:1: a: 2 columns have this name"),
        ('"dependent;provider"\n', "^t.csv:1: columns are separated neither by commas nor by semicolons"),
        ("dependent\tprovider\n", "^t.csv:1: columns are separated neither by commas nor by semicolons"),
        ("sep=;\na;b;a\n", "^t.csv:2: a: 2 columns have this name"),
        ('"a,b\n1,2\n', "^t.csv:1: a quote that opens here is never closed"),
    ],
)
def test_a_header_that_is_not_plain_is_refused(content: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(content)


def test_rows_of_another_width_are_named_and_the_others_kept() -> None:
    _, rows, bad = read('a,b\n1,2\n3\n4,5,6\n"7"x,8\n9,10\n')
    assert rows == [(2, ["1", "2"]), (6, ["9", "10"])]
    assert bad == [
        "t.csv:3: has 1 cell where the header has 2: for each empty cell, write a comma",
        "t.csv:4: has 3 cells where the header has 2: quote cells that hold a comma",
        "t.csv:5: text follows a closing quote: double the quotes within a cell",
    ]


def test_a_quote_that_is_never_closed_ends_the_reading() -> None:
    with pytest.raises(InputError, match=r"^t.csv:3: a quote that opens here is never closed"):
        read('a,b\n1,2\n3,"4\n5,6\n')


@pytest.mark.parametrize("inside", ["x", "x\n"])
def test_ten_megabytes_in_one_field_are_refused(inside: str) -> None:
    with pytest.raises(InputError, match=r"^t.csv:(3: a cell has|3: the line has) more than"):
        read('a,b\n1,2\n3,"' + inside * (10_000_000 // len(inside)) + '"\n')


def test_the_limit_on_fields_holds_whatever_others_set() -> None:
    before = csv.field_size_limit(10**9)
    try:
        with pytest.raises(InputError, match="a cell has more than 131,072 characters"):
            read("a\n" + "x" * (MAX_CELL + 1) + "\n")
    finally:
        csv.field_size_limit(before)


def test_rows_can_be_taken_by_column() -> None:
    table = read_table(io.BytesIO(b"b,a\n1,2\n3\n"), "t.csv")
    first, second = table.rows()
    assert isinstance(first, Record)
    assert (first.record, first.text("a"), first.text("b")) == ("t.csv:2", "2", "1")
    assert isinstance(second, Finding)


def test_columns_missing_and_unknown_are_all_named() -> None:
    table = read_table(io.BytesIO(b"provider,colour,remarks\n"), "t.csv")
    found = column_findings(table, required=("dependent", "provider"), optional=("share",), ignore={"remarks"})
    assert [str(finding) for finding in found] == [
        "t.csv:1: dependent: the column is missing",
        "t.csv:1: colour: is not a known column: use one of dependent, provider, share, or name it with --ignore",
    ]


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("a;b\n1;2,5\n3;4\n", 1),
        ('"a";"b"\r\n1;"2,5"\r\n3;4\r\n', 1),
        ("\ufeffa;b\n1;2,5\n3;4\n", 1),
        (";;\n\na;b;\n1;2,5;\n3;4;\n", 3),
        ("sep=;\na;b\n1;2,5\n3;4\n", 2),
        ('sep=,\na,b\n1,"2,5"\n3,4\n', 2),
    ],
)
def test_semicolons_are_read_where_the_header_leaves_no_doubt(content: str, header: int) -> None:
    assert read(content) == (("a", "b"), [(header + 1, ["1", "2,5"]), (header + 2, ["3", "4"])], [])


def test_a_header_with_commas_is_separated_by_them() -> None:
    assert read("a,b;c\n1,2\n")[0] == ("a", "b;c")
    assert read('a,"b;c",d\n')[0] == ("a", "b;c", "d")
    assert read('a;"b,c";d\n')[0] == ("a", "b,c", "d")


def test_a_header_with_both_separators_that_lacks_a_column_asks_for_one_of_them() -> None:
    table = read_table(io.BytesIO(b"\ndependent;provider,share\n"), "t.csv")
    found = column_findings(table, required=("dependent",), optional=("share",))
    assert [str(finding) for finding in found] == [
        "t.csv:2: dependent: the column is missing",
        "t.csv:2: dependent;provider: is not a known column: separate all cells by commas, or all by semicolons",
    ]


def test_a_semicolon_in_a_cell_wants_quotes_too() -> None:
    assert read("a;b\n1;2;3\n")[2] == ["t.csv:2: has 3 cells where the header has 2: quote cells that hold a semicolon"]


@pytest.mark.parametrize("blank", ["", ",", ",,,,", " , ", '"",""', "\t,\u00a0"])
def test_rows_of_separators_and_blanks_are_left_out(blank: str) -> None:
    _, rows, bad = read(f"{blank}\na,b\n{blank}\n1,2\n{blank}\n3,4\n{blank}\n")
    assert (rows, bad) == ([(4, ["1", "2"]), (6, ["3", "4"])], [])


def test_blanks_right_of_the_header_are_no_cells() -> None:
    assert read("a,b, ,\n1,2,,\n3,4\n5,6,, \n")[:2] == (("a", "b"), [(2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])])


def test_a_blank_more_than_the_header_has_may_come_from_a_cell_that_was_split() -> None:
    assert read("a,b,c\nx,Host, BV,\n,,,,\n")[1:] == (
        [],
        ["t.csv:2: has 4 cells where the header has 3: quote cells that hold a comma"],
    )


def test_a_column_without_name_must_stay_blank() -> None:
    header, rows, bad = read("a,,b\n1,,2\n3,x,4\n5, ,6\n")
    assert header == ("a", "", "b")
    assert rows == [(2, ["1", "", "2"]), (4, ["5", " ", "6"])]
    assert bad == ["t.csv:3: column 2 has no name, but holds 'x': name the column, or empty it"]


def test_an_ignored_column_is_not_looked_at() -> None:
    header, rows, bad = read("a,Note,b,note\n1,x,2,y\n,only a note,,\n3,,4,\n", ignore={"note"})
    assert header == ("a", "", "b", "")
    assert [line for line, _ in rows] == [2, 4]
    assert bad == []


def test_a_row_of_millions_of_cells_is_refused() -> None:
    """Each cell begins on one line and ends on the next, so that no line is long."""
    with pytest.raises(InputError, match=rf"^t.csv:3: a row has more than {MAX_RECORD:,} characters"):
        read("a,b\n1,2\n" + '"\n",' * (MAX_RECORD // 3))


def test_wide_rows_are_not_gathered() -> None:
    """A hundred rows of half a million cells would take half a gigabyte if they were read together."""
    wide = "," * 200_000 + "x\n"
    tracemalloc.start()
    try:
        _, rows, bad = read("a,b\n" + wide * 8)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (rows, len(bad)) == ([], 8)
    assert peak < 10 * 2**20

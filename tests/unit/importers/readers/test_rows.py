"""One row: every column taken, ignored by name, or an error that names the cell."""

from __future__ import annotations

import pytest

from depgraph.errors import InputError
from depgraph.model import Level
from importers.readers.rows import Row


def row(**cells: str) -> Row:
    return Row("needs.csv:17", {name: at for at, name in enumerate(cells)}, tuple(cells.values()))


def test_every_cell_is_read_as_asked() -> None:
    given = row(
        name="  Gemeente   Ede ", people="120000", cost="1.5e3", part="0.25", since="2025-12-31", level="HIGH", id="x"
    )
    assert given.take("name") == "Gemeente Ede"
    assert given.text("name") == "Gemeente Ede"
    assert given.whole("people", low=0) == 120_000
    assert given.number("cost", low=0) == 1500.0
    assert given.share("part") == 0.25
    assert given.date("since") == "2025-12-31"
    assert given.word("level", ("low", "high")) == "high"
    assert given.id("id", "service") == "service:x"
    assert given.mint("id", "product") == "product:x"
    given.close()


def test_maybe_takes_nothing_for_absent_and_empty() -> None:
    given = row(empty=" ")
    for column in ("empty", "absent"):
        assert given.maybe_text(column) == ""
        assert given.maybe_word(column, ("a",)) == ""
        assert given.maybe_number(column) is None
        assert given.maybe_whole(column) is None
        assert given.maybe_share(column) is None
        assert given.maybe_date(column) is None
    assert given.take("empty") == ""
    given.close()


@pytest.mark.parametrize(
    ("take", "cell", "arguments", "said"),
    [
        ("text", " ", (), "is empty: a value is needed"),
        ("number", "", (), "is empty"),
        ("number", "0,5", (), "write a decimal point, 0.5"),
        ("number", "1.234.567", (), "is not a number: write 1234567"),
        ("number", "nan", (), "'nan' is not a number"),
        ("number", "inf", (), "'inf' is not a number"),
        ("number", "1e999", (), "'1e999' is too large"),
        ("number", "1_000", (), "'1_000' is not a number"),
        ("number", "-1", (0,), "-1 is below 0"),
        ("number", "91", (-90, 90), r"91 lies outside \[-90, 90\]"),
        ("whole", "1.5", (), "'1.5' is not a whole number"),
        ("whole", "१२", (), "is not a whole number"),
        ("maybe_whole", "x" * 100, (), r"'x{57}\.\.\.' is not a whole number"),
        ("share", "1.01", (), r"1.01 lies outside \[0, 1\]: if it is a percentage, write 0.0101"),
        ("share", "-0.1", (), r"-0.1 lies outside \[0, 1\]$"),
        ("date", "31-12-2025", (), "write it as 2025-12-31"),
        ("date", "31/1/2025", (), "write it as 2025-01-31"),
        ("date", "01-02-2025", (), "write year-month-day, such as 2025-12-31"),
        ("date", "20251231", (), "write year-month-day"),
        ("date", "2025-13-01", (), "is not a day of the calendar"),
        ("word", "maybe so", (("none", "existing"),), "use one of none, existing"),
        ("id", "lie:5493", (), "unknown scheme 'lie'"),
        ("id", "kvk:12", (), "a KvK number has 8 digits"),
        ("mint", "12", ("kvk",), "a KvK number has 8 digits"),
    ],
)
def test_a_bad_cell_is_named_with_its_cure(take: str, cell: str, arguments: tuple[object, ...], said: str) -> None:
    with pytest.raises(InputError, match=f"^needs.csv:17: column: .*{said}") as caught:
        getattr(row(column=cell), take)("column", *arguments)
    (finding,) = caught.value.findings
    assert (finding.level, finding.record, finding.field) == (Level.ERROR, "needs.csv:17", "column")


def test_a_missing_column_is_an_error_and_so_is_an_unknown_one() -> None:
    given = row(name="a", remarks="b", extra="c")
    with pytest.raises(InputError, match=r"needs.csv:17: id: the column is missing"):
        given.take("id")
    given.take("name")
    with pytest.raises(InputError, match=r"needs.csv:17: extra: the column is not known"):
        given.close(ignore={"remarks"})
    given.close(ignore={"remarks", "extra"})

"""Numbers of a column: thousands or decimals, told by the column, by the user, or asked about."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from depgraph.ports import Given
from importers.readers import notation, values
from importers.readers.notation import Decimal
from importers.readers.typed import Day, Number
from importers.register import SOURCE
from importers.register.numbers import Numbers, part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GOLDEN = Path(__file__).parents[3] / "golden" / "register"


def outcome(written: str, column: Iterable[str] = (), *, told: Decimal | None = None) -> float | str:
    """Return what a cell of a column is read as, or the first word of the refusal."""
    try:
        return Numbers(told, lambda: [written, *column]).number(written)
    except ValueError as error:
        return "asked" if "thousands or decimals?" in str(error) else "refused"


@pytest.mark.parametrize(
    ("written", "column", "expected"),
    [
        ("450.000", [], "asked"),
        ("450.000", ["900", "12", "0.125", "x"], "asked"),
        ("450.000", ["12,50"], 450_000.0),
        ("450.000", ["12,5"], 450_000.0),
        ("450.000", ["1.234,567"], 450_000.0),
        ("450.000", ["12,50", "1,200"], "asked"),
        ("450.000", ["12,50", "12.50"], "asked"),
        ("450.000", ["12.50"], "asked"),
        ("1,200", ["12.50"], 1_200.0),
        ("1,200", ["1.200"], "asked"),
        ("1,200", ["12,50"], "asked"),
        ("1,200", ["1,234.5"], 1_200.0),
        ("1.234.567", [], "asked"),
        ("1.234.567", ["12,50"], 1_234_567.0),
        ("-450.000", [" 12,50 "], -450_000.0),
        ("0.125", ["12,50", "450.000"], 0.125),
        ("1000.125", [], 1000.125),
        ("12,50", [], "refused"),
        ("12,50", ["900", "13"], "refused"),
        ("12,50", ["13,75"], 12.5),
        ("12,50", ["13.75"], "refused"),
        ("1.200,50", [], "refused"),
        ("1.200,50", ["450.000"], 1_200.5),
        ("0,125", ["450.000"], 0.125),
        ("12.5", ["12,50", "450.000"], 12.5),
        ("1e3", ["12,50"], 1_000.0),
        ("€ 12", ["12,50", "450.000"], "refused"),
        (Number("450.125"), ["12,50", "1,200"], 450.125),
        ("450.000", [Number("12.5"), "12,50"], 450_000.0),
    ],
)
def test_a_number_is_read_as_its_column_is_written(written: str, column: list[str], expected: float | str) -> None:
    assert outcome(written, column) == expected


@pytest.mark.parametrize(
    ("written", "point", "comma"),
    [
        ("450.000", 450.0, 450_000.0),
        ("1,200", 1_200.0, 1.2),
        ("1.234.567", "refused", 1_234_567.0),
        ("1,234,567", 1_234_567.0, "refused"),
        ("1.234e3", 1_234.0, "refused"),
        ("1,5e3", "refused", 1_500.0),
        ("5.", 5.0, "refused"),
        ("12,50", "refused", 12.5),
        ("12.50", 12.5, "refused"),
        ("1.200,50", "refused", 1_200.5),
        ("900", 900.0, 900.0),
        (Number("450.125"), 450.125, 450.125),
    ],
)
def test_the_user_answers_for_the_file(written: str, point: float | str, comma: float | str) -> None:
    """Other cells are not even looked at."""

    def never() -> list[str]:
        raise AssertionError

    for told, expected in ((Decimal.POINT, point), (Decimal.COMMA, comma)):
        assert outcome(written, told=told) == expected
        if isinstance(expected, float):
            assert Numbers(told, never).number(written) == expected


NUMBERS = st.from_regex(r"\A[+-]?[0-9]{1,4}([.,][0-9]{1,4}){0,2}\Z")


@given(NUMBERS, st.lists(NUMBERS, max_size=4))
@settings(max_examples=400)
def test_never_a_value_that_may_be_another_by_a_thousand(written: str, others: list[str]) -> None:
    """What is read is the one reading, or that of the sign which the other cells show and none contradicts."""
    found = outcome(written, others)
    if not isinstance(found, float):
        return
    readings = {decimal: float(number) for decimal, number in values.readings(written).items()}
    assert found in readings.values()
    if notation.ambiguous(written):
        (decimal,) = [decimal for decimal in Decimal if readings.get(decimal) == found]
        shown = {notation.shown(other) for other in others} - {None}
        assert shown == {decimal}
        assert decimal not in {notation.ambiguous(other) for other in others}


@pytest.mark.parametrize(
    ("written", "told", "cure"),
    [
        ("1.234.567", Decimal.POINT, "with --decimal point a comma parts thousands: write 1234567"),
        ("1,234,567", Decimal.COMMA, "with --decimal comma a point parts thousands: write 1234567"),
        ("12.50", Decimal.COMMA, "with --decimal comma a point parts thousands: write 12,50"),
        (
            "1,2,3",
            Decimal.POINT,
            "with --decimal point a comma parts thousands, three digits each: write digits, such as 12",
        ),
    ],
)
def test_what_the_told_sign_refuses_has_a_cure_that_it_takes(written: str, told: Decimal, cure: str) -> None:
    numbers = Numbers(told, list)
    for read in (numbers.number, numbers.whole):
        with pytest.raises(ValueError, match=f"^{re.escape(repr(written))} is not a number: {re.escape(cure)}$"):
            read(written)
    with pytest.raises(ValueError, match=r"is not a number: "):
        part(values.share, told)("1.234.567")


@given(NUMBERS, st.sampled_from(Decimal))
def test_nothing_is_asked_once_the_sign_is_told(written: str, told: Decimal) -> None:
    found = outcome(written, told=told)
    readings = {decimal: float(number) for decimal, number in values.readings(written).items()}
    assert found == readings.get(told, "refused")
    for read in (Numbers(told, list).whole, part(values.share, told)):
        try:
            read(written)
        except ValueError as error:
            assert "?" not in str(error)  # noqa: PT017  # it may be read as well


@given(NUMBERS, st.lists(NUMBERS, max_size=4))
def test_the_order_of_the_rows_does_not_matter(written: str, others: list[str]) -> None:
    found = {Numbers(None, lambda order=order: order)._decimal for order in itertools.permutations([written, *others])}
    assert len(found) == 1


def test_whole_numbers_ask_too() -> None:
    def whole(written: str, told: Decimal | None = None, column: Sequence[str] = ()) -> int | str:
        try:
            return Numbers(told, lambda: [written, *column]).whole(written)
        except ValueError as error:
            return str(error)

    assert whole("1.200", Decimal.COMMA) == 1_200
    assert whole("450.000", Decimal.POINT) == 450
    assert whole("1.200", None, ["1.500,00"]) == whole("1.200,00", None, ["1.500"]) == 1_200
    assert "thousands or decimals?" in str(whole("1.200"))
    assert whole("1.5") == "'1.5' is not a whole number: write digits, such as 12"
    assert whole("450.125", Decimal.POINT) == "'450.125' is not a whole number: write digits, such as 12"
    assert whole(Number("450.125")) == "'450.125' is not a whole number: write digits, such as 12"
    assert whole(Day("1901-03-25", "450")) == (
        "'1901-03-25' is a number in a cell that is formatted as a date: if 450 is meant, give the cell the format of"
        " a number"
    )


def costs(folder: Path, decimal: Literal["", "point", "comma"] = "") -> tuple[dict[str, float | None], list[str]]:
    facts = list(SOURCE.read(Given((folder,), decimal=decimal)))
    needs = {need.dependent.removeprefix("name:"): need.cost_eur for fact in facts for need in fact.needs}
    return needs, [str(finding) for fact in facts for finding in fact.findings]


def test_the_last_row_settles_the_first_of_many_blocks(tmp_path: Path) -> None:
    rows = [f"t{at},host,{at % 900 + 1}.000" for at in range(2_000)]
    (tmp_path / "needs.csv").write_text("\n".join(["dependent,provider,annual_cost_eur", *rows, 'last,host,"12,50"']))
    found, said = costs(tmp_path)
    assert not said
    assert found == {**{f"t{at}": (at % 900 + 1) * 1000.0 for at in range(2_000)}, "last": 12.5}
    with (tmp_path / "needs.csv").open("a") as file:
        file.write("\nbut,host,7.5\n")
    found, said = costs(tmp_path)
    assert len(said) == 2_001
    assert found == {"but": 7.5}


def test_bad_rows_witness_too_and_what_ends_the_reading_ends_it_once(tmp_path: Path) -> None:
    text = 'dependent,provider,annual_cost_eur\na,host,450.000\n,host,"12,50"\nc,"d'
    (tmp_path / "needs.csv").write_text(text)
    with pytest.raises(Exception, match=r"^needs.csv:4: a quote that opens here is never closed"):
        costs(tmp_path)
    (tmp_path / "needs.csv").write_text(text[: text.index('\nc,"d')])
    assert costs(tmp_path) == ({"a": 450_000.0}, ["needs.csv:3: dependent: is empty: a value is needed"])


def test_shares_are_never_ambiguous_and_may_have_a_comma_where_the_user_says_so(tmp_path: Path) -> None:
    (tmp_path / "needs.csv").write_text(
        'dependent,provider,share,confidence,annual_cost_eur\na,b,"0,125",1.000,450.000\nc,d,0.5,"0,5","12,5"\n'
    )
    facts = list(SOURCE.read(Given((tmp_path,), decimal="comma")))
    needs = [need for fact in facts for need in fact.needs]
    assert [(need.share, need.confidence, need.cost_eur) for need in needs] == [
        (0.125, 1.0, 450_000.0),
        (0.5, 0.5, 12.5),
    ]


def as_workbook(folder: Path, path: Path) -> Path:
    """Write the tables of a folder as sheets, each cell a text."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for table in ("nodes", "needs"):
        if (folder / f"{table}.csv").exists():
            sheet = workbook.create_sheet(table)
            with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
                for row in csv.reader(stream):
                    sheet.append([cell or None for cell in row])
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    "name", ["thousands", "decimals", "nobody", "names", "header", "countries", "relations", "defaults"]
)
def test_a_workbook_of_texts_says_the_same(name: str, tmp_path: Path) -> None:
    folder = GOLDEN / name
    book = as_workbook(folder, tmp_path / "r.xlsx")
    said = [repr(list(SOURCE.read(Given((path,))))) for path in (folder, book)]
    assert said[0] == said[1].replace("r.xlsx/nodes:", "nodes.csv:").replace("r.xlsx/needs:", "needs.csv:")


def test_numbers_of_a_workbook_are_not_asked_about(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "needs"
    for row in (
        ["dependent", "provider", "annual_cost_eur"],
        ["a", "host", 450.125],
        ["b", "host", "450.125"],
        ["c", "host", 1234],
        ["d", "host", "12,50"],
    ):
        sheet.append(row)
    nodes = workbook.create_sheet("nodes")
    for row in (["id", "total_assets_eur"], ["a", 450.125], ["b", "450.125"], ["c", "7,5"]):
        nodes.append(row)
    workbook.save(tmp_path / "r.xlsx")
    facts = list(SOURCE.read(Given((tmp_path / "r.xlsx",))))
    assert [need.cost_eur for fact in facts for need in fact.needs] == [450.125, 450_125.0, 1234.0, 12.5]
    assert [node.attributes["total_assets_eur"] for fact in facts for node in fact.nodes] == [450.125, 450_125.0, 7.5]

"""Texts to values: any number that Python writes is read back, and nothing looser is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importers.readers import values

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back(value: float) -> None:
    assert values.number(repr(value)) == value


@given(st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1))
def test_a_whole_number_is_read_back(value: int) -> None:
    assert values.whole(str(value)) == value


@given(st.dates())
def test_a_date_is_read_back(value: dt.date) -> None:
    assert values.date(value.isoformat()) == value.isoformat()


def outcome(read: Callable[[str], float | str], written: str) -> tuple[str, float | str | None]:
    try:
        return "", read(written)
    except ValueError as error:
        return str(error), None


@given(st.text(max_size=12))
@example("ß")
def test_whatever_is_no_number_or_date_says_so(written: str) -> None:
    for read in (values.number, values.whole, values.share, values.date, values.country):
        said, value = outcome(read, written)
        assert "\n" not in said
        assert said or (isinstance(value, float | int | str) and written.strip().isascii())


@pytest.mark.parametrize(
    "written", ["1_000", "٣", "0x10", "1,5", "1.234,56", "12 %", "NaN", "-inf", "1e999", "", "+", "."]
)
def test_what_python_or_people_may_write_is_not_always_a_number(written: str) -> None:
    with pytest.raises(ValueError):
        values.number(written)


def test_a_country_is_two_letters_that_iso_assigns() -> None:
    assert values.country(" nl ") == "NL"
    with pytest.raises(ValueError, match="write GB"):
        values.country("uk")
    with pytest.raises(ValueError, match="write two letters, such as NL"):
        values.country("Nederland")


def test_a_long_text_is_cut_in_a_message() -> None:
    with pytest.raises(ValueError) as caught:
        values.number("x" * 10_000_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("read", "written", "arguments", "said"),
    [
        ("number", "0,5", (), "write a decimal point, 0.5"),
        ("number", "1.234.567", (), "is not a number: write 1234567"),
        ("number", "nan", (), "'nan' is not a number"),
        ("number", "inf", (), "'inf' is not a number"),
        ("number", "1e999", (), "'1e999' is too large"),
        ("number", "1_000", (), "'1_000' is not a number"),
        ("number", "-1", (0, float("inf")), "-1 is below 0"),
        ("number", "91", (-90, 90), r"91 lies outside \[-90, 90\]"),
        ("whole", "1.5", (), "'1.5' is not a whole number"),
        ("whole", "१२", (), "is not a whole number"),
        ("whole", "x" * 100, (), r"'x{57}\.\.\.' is not a whole number"),
        ("share", "1.01", (), r"1.01 lies outside \[0, 1\]: if it is a percentage, write 0.0101"),
        ("share", "-0.1", (), r"-0.1 lies outside \[0, 1\]$"),
        ("date", "31-12-2025", (), "write it as 2025-12-31"),
        ("date", "31/1/2025", (), "write it as 2025-01-31"),
        ("date", "01-02-2025", (), "write year-month-day, such as 2025-12-31"),
        ("date", "20251231", (), "write year-month-day"),
        ("date", "2025-13-01", (), "is not a day of the calendar"),
        ("word", "maybe so", (("none", "existing"),), "use one of none, existing"),
    ],
)
def test_a_value_that_is_none_says_what_to_write(
    read: str, written: str, arguments: tuple[object, ...], said: str
) -> None:
    reading = getattr(values, read) if read != "number" else _number
    with pytest.raises(ValueError, match=said):
        reading(written, *arguments)


def _number(written: str, low: float = float("-inf"), high: float = float("inf")) -> float:
    return values.within(values.number(written), low, high)

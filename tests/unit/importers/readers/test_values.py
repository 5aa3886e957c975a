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

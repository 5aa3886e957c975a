"""The columns of a register are described once; the page shows them so."""

from __future__ import annotations

from pathlib import Path

import pytest

from importers.register.columns import TABLES, Column, Form, described
from importers.register.needs import COLUMNS
from importers.register.nodes import OPTIONAL, REQUIRED

PAGE = Path(__file__).parents[4] / "docs" / "register.md"


@pytest.mark.parametrize("table", TABLES)
def test_the_page_describes_each_column(table: str) -> None:
    assert described(table) in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("table", "known"), [("needs", COLUMNS), ("nodes", (*REQUIRED, *OPTIONAL))])
def test_each_column_that_is_read_is_described(table: str, known: tuple[str, ...]) -> None:
    assert sorted(column.name for column in TABLES[table]) == sorted(known)


@pytest.mark.parametrize(
    "column", [column for columns in TABLES.values() for column in columns], ids=lambda one: one.name
)
def test_an_example_is_what_the_column_asks_for(column: Column) -> None:
    assert column.example
    if column.words and not column.more:
        assert column.example in column.words
    if column.form in (Form.NUMBER, Form.PART, Form.WHOLE):
        assert 0 <= float(column.example) <= (1 if column.form is Form.PART else 10**15)

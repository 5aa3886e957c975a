"""The command `sample`: a register to fill in, and one made up."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from importers.register.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet


@pytest.fixture
def book(depgraph: Callable[..., Any], tmp_path: Path) -> Path:
    done = depgraph("sample", "register", "--out", "register.xlsx")
    assert (done.returncode, done.stdout) == (0, "")
    assert "its example is not imported" in done.stderr
    return tmp_path / "register.xlsx"


def test_what_is_not_filled_in_is_not_imported(depgraph: Callable[..., Any], book: Path) -> None:
    """The example stands on sheets of its own, which nobody reads: forgotten, it does no harm."""
    done = depgraph("import", "register", book, "--dry-run")
    assert done.returncode == 3
    assert "nothing to import" in done.stderr


def test_a_workbook_that_is_filled_in_is_imported(depgraph: Callable[..., Any], book: Path) -> None:
    opened = load_workbook(book)
    needs: Worksheet = opened["needs"]
    column_of = {cell.value: cell.column for cell in needs[1]}
    for line, row in enumerate(
        (
            {"provider": "kvk:01234567", "at_least": "1..2", "share": 0.25, "annual_cost_eur": 450},
            {"provider": "Host BV", "valid_from": datetime(2024, 1, 15)},  # noqa: DTZ001  # no zones there
        ),
        start=2,
    ):
        for name, value in {"dependent": "pay", "requirement": "host", **row}.items():
            needs.cell(line, column_of[name], value)
    opened["nodes"].append(["pay", "function", "Pay"])
    opened.save(book)
    done = depgraph("import", "register", book, "--json")
    assert done.returncode == 0, done.stderr
    meta = json.loads(done.stdout)["meta"]
    assert (meta["counts"]["needs"], meta["nodes"]["function"]) == (2, 1)


def test_the_workbook_helps_to_fill_it_in(book: Path) -> None:
    opened = load_workbook(book)
    assert opened.sheetnames == ["needs", "nodes", "read me", "example of needs", "example of nodes"]
    for name, columns in TABLES.items():
        sheet = opened[name]
        assert [cell.value for cell in sheet[1]] == [column.name for column in columns]
        assert all(column.meaning in cell.comment.text for cell, column in zip(sheet[1], columns, strict=True))
        offered = {str(rule.sqref)[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
        assert [
            offered[cell.column_letter] for cell, column in zip(sheet[1], columns, strict=True) if column.words
        ] == [f'"{",".join(column.words)}"' for column in columns if column.words]
        assert all(sheet.column_dimensions[cell.column_letter].number_format == "@" for cell in sheet[1][:2])


def test_the_example_is_a_register(depgraph: Callable[..., Any], book: Path) -> None:
    assert depgraph("sample", "register", "--out", "folder").returncode == 0
    done = depgraph("import", "register", "folder", "--dry-run")
    assert (done.returncode, "nothing to import" in done.stderr) == (3, True)
    expected = depgraph("import", "register", "folder/example", "--json", "--dry-run")
    assert expected.returncode == 0, expected.stderr
    opened = load_workbook(book)
    for name in ("needs", "nodes"):
        del opened[name]
        opened[f"example of {name}"].title = name
    opened.save(book)
    done = depgraph("import", "register", book, "--json", "--dry-run")
    assert json.loads(done.stdout)["meta"]["counts"] == json.loads(expected.stdout)["meta"]["counts"]
    assert json.loads(done.stdout)["meta"]["counts"]["needs"] == 4


@pytest.mark.parametrize("form", ["{}.xlsx", "{}"])
@pytest.mark.parametrize("options", [(), ("--size", "60", "--seed", "7", "--faults", "3")])
def test_the_same_call_writes_the_same_bytes(
    depgraph: Callable[..., Any], tmp_path: Path, form: str, options: tuple[str, ...]
) -> None:
    for name in "ab":
        assert depgraph("sample", "register", "--out", form.format(name), *options).returncode == 0
    if form == "{}.xlsx":
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    for path in (tmp_path / "a").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


@pytest.mark.parametrize("out", ["made.xlsx", "made"])
def test_a_synthetic_register_is_marked_and_has_its_faults(
    depgraph: Callable[..., Any], tmp_path: Path, out: str
) -> None:
    assert depgraph("sample", "register", "--out", out, "--size", "60").returncode == 0
    done = depgraph("import", "register", out, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["meta"]["counts"]["needs"] == 60
    found = json.loads(depgraph("find", "example", "--json").stdout)["rows"]
    assert all("Example" in row["id"] for row in found)
    assert depgraph("sample", "register", "--out", f"bad/{out}", "--size", "60", "--faults", "10").returncode == 0
    done = depgraph("import", "register", f"bad/{out}", "--skip-bad", "--json")
    assert json.loads(done.stdout)["meta"]["counts"]["needs"] == 50
    assert (tmp_path / "bad" / out).exists()


def test_what_is_there_stays_unless_it_is_forced(depgraph: Callable[..., Any], book: Path) -> None:
    book.write_text("mine")
    done = depgraph("sample", "register", "--out", book)
    assert (done.returncode, book.read_text()) == (2, "mine")
    assert "exists: give another --out, or --force to write over it" in done.stderr
    assert depgraph("sample", "register", "--out", book, "--force").returncode == 0
    assert book.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--out", "register.ods"), "'register.ods' is neither .xlsx nor a folder"),
        (("--faults", "1"), "--faults 1 needs a --size of at least as many needs"),
        (("--out", "file/register.xlsx"), "'file/register.xlsx' cannot be written"),
    ],
)
def test_what_cannot_be_written_says_so(
    depgraph: Callable[..., Any], tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").write_text("")
    done = depgraph("sample", "register", *options)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr

"""Tables for people: how values read, and what goes when the terminal is narrow."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from rich.console import Console

from cli.tables import number, write_rows, write_table
from depgraph.testing import graph
from depgraph.usecases.answer import NOTHING, Answer
from depgraph.usecases.view import KEEPER, View


def written(
    rows: list[dict[str, object]], columns: list[str], width: int = 100, keep: int = 2
) -> tuple[list[str], list[str]]:
    out = io.StringIO()
    left = write_rows(Console(file=out, width=width, markup=False), rows, columns, keep=keep)  # type: ignore[arg-type]  # plain rows
    return [line.rstrip() for line in out.getvalue().splitlines() if line.strip()], left


@pytest.mark.parametrize(
    ("value", "column", "said"),
    [
        (None, "", "?"),
        (True, "", "yes"),
        (False, "", "no"),
        (1_234_567, "people_lower", "1,234,567"),
        (0.4123, "score", "41.2 %"),
        (0.4123, "value", "0.4123"),
        (0.000012345, "value", "1.234e-05"),
        (12_345.6, "value", "12,346"),
        ("name:x", "id", "name:x"),
    ],
)
def test_values_as_people_read_them(value: object, column: str, said: str) -> None:
    assert number(value, column) == said  # type: ignore[arg-type]  # all of them plain


def test_bounds_are_one_column_and_one_number_where_they_are_equal() -> None:
    rows: list[dict[str, object]] = [
        {"name": "x", "fails_lower": 2, "fails_upper": 5, "score_lower": 0.25, "score_upper": 0.25},
        {"name": "y", "fails_lower": 0, "fails_upper": None, "score_lower": 0.0, "score_upper": 1.0},
    ]
    lines, left = written(rows, ["name", "fails", "score"])
    assert lines[0].split() == ["name", "fails", "score"]
    assert "2 \u2013 5" in lines[2]
    assert lines[2].endswith("25.0 %")
    assert "?" in lines[3]
    assert lines[3].endswith("0.0 % \u2013 100.0 %")
    assert left == []


def test_both_ends_are_no_bounds_and_stand_apart() -> None:
    (_, _, line), _ = written([{"name": "x", "functions_at_lower": 3, "functions_at_upper": 1}], ["name", "functions"])
    assert line.endswith("3 | 1")


def test_a_long_list_is_cut_and_counted() -> None:
    (_, _, line), _ = written([{"members": [f"m{at}" for at in range(11)]}], ["members"])
    assert line.endswith("m7, and 3 more")


def test_what_does_not_fit_is_left_out_from_the_end_and_named() -> None:
    rows: list[dict[str, object]] = [{"name": "a" * 60, "first": 1_000_000, "the_last_one": 7}]
    lines, left = written(rows, ["name", "first", "the_last_one"], width=40)
    assert left == ["the last one"]
    assert all(len(line) <= 40 for line in lines)
    assert "1,000,000" in " ".join(lines), "numbers are whole"
    assert "".join(lines).count("a") >= 60, "texts are folded, not cut"


def test_what_is_kept_is_folded_between_words_before_it_is_left_out() -> None:
    rows: list[dict[str, object]] = [
        {"name": "one two three four", "before": "1,000 | 2,000", "after": "9,000", "id": "x"}
    ]
    lines, left = written(rows, ["name", "before", "after", "id"], width=30, keep=3)
    assert left == ["id"]
    assert all(len(line) <= 30 for line in lines)
    assert [line.split("  ")[0] for line in lines[2:]] == ["one two", "three four"]


@dataclass(frozen=True)
class Ranked:
    """A row of a ranking."""

    name: str
    score: float
    functions_lower: int
    functions_upper: int
    country: str
    id: str


def shown(rows: tuple[Ranked, ...], capsys: pytest.CaptureFixture[str], most: int = 0) -> list[str]:
    meta = View(graph("a>b"), KEEPER, 1, (), ()).meta("ranked", {}, adds=NOTHING)
    write_table(
        Answer(meta=meta, rows=rows), Ranked, columns=("name", "score", "functions", "country", "id"), most=most
    )
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_ids_stand_beside_names_that_are_not_unique(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "35")
    twice = (Ranked("x", 0.5, 1, 2, "NL", "name:x"), Ranked("x", 0.25, 1, 1, "BE", "kvk:12345678"))
    assert shown(twice, capsys)[0].split() == ["name", "id", "score"]
    assert shown(twice[:1], capsys)[0].split() == ["name", "score", "functions", "country"]


def test_columns_that_say_nothing_go_and_zeros_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown((Ranked("x", 0.0, 0, 0, "", "name:x"), Ranked("y", 0.0, 0, 0, "", "name:y")), capsys)
    assert lines[0].split() == ["name", "score", "id"]
    assert "0 in every row: functions" in lines


def test_lines_of_the_writer_stay_whole() -> None:
    rows: list[dict[str, object]] = [{"name": "one two three four", "before": "1,000,000 |\n2,000,000", "after": "9"}]
    lines, left = written(rows, ["name", "before", "after"], width=30, keep=3)
    assert left == []
    assert "1,000,000 |" in lines[2]
    assert "2,000,000" in lines[3]


def test_a_long_table_shows_the_first_rows_and_counts_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    rows = tuple(Ranked(f"x{at}", 0.5, at // 2, at, "NL", f"name:x{at}") for at in range(1_300))
    lines = shown(rows, capsys, most=2)
    assert lines[0].split() == ["name", "score", "functions", "country", "id"]
    assert [line.split()[0] for line in lines[2:4]] == ["x0", "x1"]
    assert lines[4] == "and 1,298 more: --limit 0 shows all, --csv and --json have all"
    assert len(lines[0]) < 50, "as wide as what is shown"
    assert len([line for line in shown(rows, capsys) if line.startswith("x")]) == 1_300
    assert not any("more:" in line for line in shown(rows[:2], capsys, most=2))


def test_zeros_are_told_of_the_rows_that_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    rows = tuple(Ranked(f"x{at}", 0.5, 0, at // 5, "NL", f"name:x{at}") for at in range(9))
    assert "0 in every row shown: functions" in shown(rows, capsys, most=3)

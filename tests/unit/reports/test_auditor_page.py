"""What the auditor's page says of a small register: all of it worked out by hand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UsageError
from depgraph.graph import Graph
from depgraph.testing import graph

if TYPE_CHECKING:
    from tests.unit.reports.conftest import Page


def test_each_input_is_named_with_its_digest_and_what_was_left_out(
    register: Callable[..., Page], tmp_path: Path
) -> None:
    """Eight needs and five nodes, one of them with a cost below zero."""
    page = register()
    assert page.table("File", "bytes", "SHA-256")[1:] == [
        [file.name, f"{file.stat().st_size}", hashlib.sha256(file.read_bytes()).hexdigest()]
        for file in (tmp_path / "needs.csv", tmp_path / "nodes.csv")
    ]
    assert "1 of 13 records of this source were left out." in page.text
    assert "reference list of groups" in page.text


def test_inputs_of_an_import_that_kept_no_receipt_are_unknown(page: Callable[[Graph], Page]) -> None:
    text = page(graph("f1@a f1>x")).text
    assert "How many records were read and left out is unknown." in text
    assert "Its files and their SHA-256 are unknown" in text


def test_contracts_that_end_within_a_year_and_only_these(register: Callable[..., Page]) -> None:
    page = register()
    assert page.table("Last day")[1:] == [
        ["2026-06-30", "function:Benefits", "S03: Alpha", "120,000", "register: needs.csv:2"]
    ]
    assert "not in force on 2026-01-01 and count nowhere: 1 (1 ended, 0 not begun)." in page.text


def test_euros_where_they_are_known(register: Callable[..., Page]) -> None:
    page = register()
    assert page.table("Supplier group", "dependants", "EUR a year")[1:] == [
        ["Alpha", "1", "120,000", "60.0 % "],
        ["Beta", "1", "80,000", "40.0 % "],
    ]
    assert page.text.count("Where the euros go") == 2, "nobody knows what the permits cost"


def test_no_euros_where_no_cost_is_known(page: Callable[[Graph], Page]) -> None:
    assert "EUR" not in page(graph("f1@a f1>x")).text


def test_unknown_providers_and_open_questions(register: Callable[..., Page], page: Callable[[Graph], Page]) -> None:
    found = register()
    assert found.table("Who needs it")[1:] == [["Permits function:Permits", "S17", "register: needs.csv:6"]]
    (asked,) = page(graph("f1@a f1>?(x,y)")).table("Whom to ask")[1:]
    assert asked[0] == "f1 function:f1"
    assert asked[2] == "How many of its 2 providers must work (1 to 2)?"


def test_a_hub_chooses_who_is_reported_on(register: Callable[..., Page]) -> None:
    """In the north are the agency and the survey body; the permits are the town's, in the south."""
    page = register(hub="NORTH")
    assert "central, hub north" in page.text
    assert "research, hub north" in page.text
    assert "Permits" not in page.text
    assert "report auditor --hub NORTH --as-of 2026-01-01 --revision 1" in page.text
    assert "Hub: NORTH." in page.text


def test_a_sector_chooses_who_is_reported_on(register: Callable[..., Page]) -> None:
    page = register(sector="Local")
    assert page.text.count("Single points of failure: groups") == 1
    assert page.table("If this fails")[1][0] == "Alpha"
    assert page.table("Who needs it")[1][0].startswith("Permits")
    assert "None of the needs in force has a last day within a year" in page.text


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"sector": "nowhere"}, "'nowhere'"),
        ({"hub": "none"}, "'none'"),
        ({"sector": "local", "hub": "north"}, "'north'"),
    ],
)
def test_a_report_on_nobody_is_refused(register: Callable[..., Page], asked: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        register(**asked)


def test_what_stands_in_for_functions_is_called_so_and_columns_of_zeros_go(page: Callable[[Graph], Page]) -> None:
    found = page(graph("a>x b>x"))
    assert "2 organisations without known functions: what they lose are their requirements" in found.text
    assert "2 of 2 organisations lose a requirement" in found.text
    assert found.table("If this fails")[0] == [
        "If this fails",
        "score",
        "organisations",
        "nodes failing",
        "depend on it at all",
    ]
    assert "functions more" not in page(graph("a>x|y")).text
    nothing = page(graph("a>x|y")).table("If this fails")
    assert nothing[0] == ["If this fails", "score", "depend on it at all"], "neither of two alternatives stops a"


def test_people_say_how_they_count(page: Callable[[Graph], Page]) -> None:
    found = page(graph("f1@a f1>x", {"f1": {"people": 7}}))
    assert found.table("If this fails")[0][-1] == "people"
    assert "People count once for each organisation that loses something" in found.text


def test_a_loss_of_several_together_names_them_all(page: Callable[[Graph], Page]) -> None:
    """F1 needs one of a and b; only the group that owns both stops it."""
    text = page(graph("f1@o f1>a|b a<g b<g")).text
    assert "certain: f1 lost a and b together." in text
    assert not re.search(r"f1 lost a[.,]", text)


def test_methods_are_plain_text_at_the_end(page: Callable[[Graph], Page]) -> None:
    found = page(graph("f1@a f1>x"))
    methods = found.html[found.html.index("<h2>Methods</h2>") :]
    assert "<h2>" not in methods[10:]
    for markup in ("`", "\\", ":math:", ".. math", "----", ">>>"):
        assert markup not in methods
    assert "What this does not say:" in methods


def test_every_number_of_a_narrow_page_has_its_heading(register: Callable[..., Page]) -> None:
    labels = register().labels
    assert len(labels) > 50
    assert all(labels)


def test_what_turns_text_is_written_out(page: Callable[[Graph], Page]) -> None:
    found = page(graph("f1@a f1>x", {"x": {"name": "evil\u202eVB\u0007"}}))
    assert "\u202e" not in found.html
    assert "\u0007" not in found.html
    assert "evil\\u202eVB\\u0007" in found.html


def test_the_marking_is_told_and_printed_on_every_page(register: Callable[..., Page]) -> None:
    page = register()
    assert "marking TLP:AMBER" in page.text
    assert '@top-right { content: "TLP\\3a AMBER"' in page.html
    assert '@bottom-right { content: "TLP\\3a AMBER"' in page.html


def test_the_same_page_again(register: Callable[..., Page], tmp_path: Path) -> None:
    assert register().html == register().html
    assert str(tmp_path) not in register().html

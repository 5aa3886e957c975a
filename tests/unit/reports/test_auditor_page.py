"""What the auditor's page says of a small register: all of it worked out by hand."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UsageError
from depgraph.graph import Graph
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import graph
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.questions.explain import explain
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import open_view
from importers.register import SOURCE

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
    assert "1 of 13 records of this source was left out." in page.text
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
    small = page(graph("f1@a f1>?(x,y)", {"a": {"name": "Agency"}}))
    (asked,) = small.table("Whom to ask")[1:]
    assert asked == [
        "Agency name:a",
        "f1 function:f1: text:2",
        "How many of its 2 providers must work (1 to 2)?",
        "200.0 %",
    ]


def test_a_question_that_narrows_nothing_is_neither_listed_nor_explained(page: Callable[[Graph], Page]) -> None:
    """Whether s needs all of its two changes nothing that anybody does."""
    text = page(graph("f1@a f1>?(x,y) f1>s|t s>?(p,q)"))
    assert len(text.table("Whom to ask")) == 2
    assert text.text.count("gaps/group/width/") == 1
    assert "No answer to one of the others alone narrows a score: depgraph gaps --limit 0 lists them." in text.text


def test_unknown_providers_are_evidence_for_controls(register: Callable[..., Page]) -> None:
    assert (
        "They are evidence for DORA Art. 28(3); CIR 2024/2690 5.2; BIO2 5.19, 5.22; Cbw Control Framework 6.3;"
        " DORA in Control 17.3, 18.2; CyFun 2025 GV.SC-07.2, ID.AM-04.1."
    ) in register().text


@pytest.mark.parametrize(
    "small", ["f1@a f1>x", "f1@a f1>unknown:", "a>x|y"], ids=["a finding", "an unknown provider", "neither"]
)
def test_sources_of_controls_are_named_once(page: Callable[[Graph], Page], small: str) -> None:
    """Sections of concentration name controls whatever is found; three weeks without a group, where one stops things."""
    text = page(graph(small)).text
    assert text.count("Evidence for: DORA Art. 29(1); CIR 2024/2690 5.1;") == 1
    assert text.count("Evidence for: DORA Art. 11(5);") == 1
    named = 1
    assert text.count("Criteria are named by their source. Numbers of controls alone are taken from these;") == named
    assert text.count("DORA: Regulation (EU) 2022/2554 CIR 2024/2690: Implementing Regulation (EU) 2024/2690") == named
    assert (
        text.count(
            "Cbw Control Framework: ADR & NOREA, Cbw (NIS2) Control Framework (2025), version 1.2, CC BY 4.0 licensed"
        )
        == named
    )
    assert (
        text.count(
            "DORA in Control: NOREA, DORA in Control Framework V3.0, https://www.norea.nl/dora, CC BY 4.0 licensed"
        )
        == named
    )
    assert text.count("CyFun 2025: Centre for Cybersecurity Belgium, CyberFundamentals 2025") == named


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
    text = page(graph("a>x b>x"))
    assert "2 organisations without known functions: what they lose are their requirements" in text.text
    assert "2 of 2 organisations lose a requirement" in text.text
    assert text.table("If this fails")[0] == [
        "If this fails",
        "rank",
        "score",
        "organisations",
        "nodes failing",
        "depend on it at all",
    ]
    assert "functions more" not in page(graph("a>x|y")).text
    nothing = page(graph("a>x|y")).table("If this fails")
    assert nothing[0] == ["If this fails", "rank", "score", "depend on it at all"], (
        "neither of two alternatives stops a"
    )


def test_people_say_how_they_count(page: Callable[[Graph], Page]) -> None:
    text = page(graph("f1@a f1>x", {"f1": {"people": 7}}))
    assert text.table("If this fails")[0][-1] == "people"
    assert "People count once for each organisation that loses something" in text.text


def test_a_loss_of_several_together_names_them_all(page: Callable[[Graph], Page]) -> None:
    """F1 needs one of a and b; only the group that owns both stops it."""
    text = page(graph("f1@o f1>a|b a<g b<g")).text
    assert "certain: f1 lost a and b together." in text
    assert not re.search(r"f1 lost a[.,]", text)


def test_methods_are_plain_text_at_the_end(page: Callable[[Graph], Page]) -> None:
    text = page(graph("f1@a f1>x"))
    methods = text.html[text.html.index("<h2>10 Methods") :].partition("</section>")[0]
    for markup in ("`", "\\", ":math:", ".. math", "----", ">>>"):
        assert markup not in methods
    assert "What this does not say:" in methods


def test_every_number_of_a_narrow_page_has_its_heading(register: Callable[..., Page]) -> None:
    labels = register().labels
    assert len(labels) > 50
    assert all(labels)


def test_what_turns_text_is_written_out(page: Callable[[Graph], Page]) -> None:
    text = page(graph("f1@a f1>x", {"x": {"name": "evil\u202eVB\u0007"}}))
    assert "\u202e" not in text.html
    assert "\u0007" not in text.html
    assert "evil\\u202eVB\\u0007" in text.html


def test_the_marking_is_told_and_printed_on_every_page(register: Callable[..., Page]) -> None:
    page = register()
    assert "marking TLP:AMBER" in page.text
    assert '@top-right { content: "TLP\\3a AMBER"' in page.html
    assert '@bottom-right { content: "TLP\\3a AMBER"' in page.html


SECTIONS = (
    "1 Scope and population",
    "2 The answer",
    "3 What these data can carry",
    "4 Findings",
    "5 Ranked tables",
    "6 Unknowns, whom to ask, and limits of the data",
    "7 Changes since an earlier report",
    "8 Trace sample",
    "9 Replies of the audited bodies",
    "10 Methods, versions and files",
    "11 How to do it again",
)


def test_it_has_the_parts_that_auditors_expect_in_their_order(register: Callable[..., Page]) -> None:
    text = register().text
    at = [text.find(section) for section in SECTIONS]
    assert at == sorted(at)
    assert min(at) > 0
    assert "No earlier report was given: nothing is said of changes." in text
    assert "No sample of these facts was drawn to be traced to their documents" in text


def test_the_verdict_is_left_to_the_auditor(register: Callable[..., Page]) -> None:
    page = register()
    (row,) = page.table("Source", "who said it")[1:]
    verdict = "☐ sufficiently reliable ☐ not ☐ undetermined"
    assert row == ["register", "declared", "0", "13", "12", "5", "6", "0", verdict]
    assert page.table("Source", "a provider that is named")[1:] == [
        ["register", "5 of 6", "6 of 6", "4 of 6", "0 of 6", "2 of 6", "2 of 2"]
    ]
    filled = {what: (expected, found) for what, expected, found, _ in page.table("Fields that numbers rest on")[1:]}
    assert filled["Parties with a country"] == ("5", "3"), "the three buyers, and neither Alpha nor Beta"
    assert filled["Functions with people served"] == ("2", "1")
    assert filled["Needs with an annual cost"] == ("6", "4")


def test_a_finding_has_criterion_condition_cause_and_effect(page: Callable[[Graph], Page]) -> None:
    """Both functions need x; whether y could stand in for it in f2 nobody says."""
    text = page(graph("f1@a f1>x f2@b f2>?(x,y)")).text
    finding = text[text.index("F1 x") : text.index("5 Ranked tables")]
    assert (
        "Criterion DORA Art. 28(8), Art. 29(1); CIR 2024/2690 4.1, 5.1; BIO2 5.21, 5.30; Cbw Control Framework 5.2, 6.1;"
        " DORA in Control 9.4, 17.2, 17.5; CyFun 2025 GV.OC-04.3, GV.OC-05.1, GV.SC-07.1, ID.IM-04.1."
    ) in finding
    assert (
        "If x fails with all that it owns, 50.0 to 100.0 % of the weight of its population stops. Its rank is 1 to 2."
        in finding
    )
    assert "Cause f1 lost x." in finding
    assert "Effect 1 to 2 organisations and 1 to 2 functions are hit" in finding
    assert "An answer of f2 about " in finding
    assert " % off the bounds of the scores of all groups together." in finding
    assert "high" not in finding.split()
    assert "x certainly stops something of at least one organisation. How many fell it, each left out alone:" in finding
    assert (
        "record: not tried; fact: 1; declaration: 0; tie: not tried; decision: not tried; source: not tried." in finding
    )
    assert "Without the fact 'function:f1' uses 'name:x' it falls." in finding


def test_the_same_page_again(register: Callable[..., Page], tmp_path: Path) -> None:
    assert register().html == register().html
    assert str(tmp_path) not in register().html


def test_figures_stand_with_what_explain_calls_them(register: Callable[..., Page], tmp_path: Path) -> None:
    """Every one that is printed names a figure that can be explained, and is quoted for a shell."""
    page = register(sector="local")
    printed = re.findall(
        r"<code>([^<]*/(?:score|share|people_hours|width|score_at)(?:_lower|_upper)?/[^<]*)</code>", page.html
    )
    named = [reference for each in printed for reference in shlex.split(unescape(each))]
    assert len(named) == len(printed)
    assert "spof/group/score_upper/name:Alpha" in named
    assert "spof/group/score_lower/name:Alpha" in named
    assert "concentration/group/share_upper/name:Alpha" in named
    assert "For depgraph explain with --sector local :" in page.text
    with closing(SqliteStore(":memory:")) as store:
        import_source(store, SOURCE, Given((tmp_path,)), today="2026-01-01", skip_bad=True)
        view = open_view(store)
        told = {each: explain(view, each, sector="local").adds.figure for each in set(named)}
        worst = rank_single_points(view, by="group", sector="local").rows[0]
        share = measure_concentration(view, by="group", sector="local").rows[0]
    assert told[f"spof/group/score_upper/{worst.id}"] == worst.score_upper
    assert told[f"concentration/group/share_upper/{share.id}"] == pytest.approx(share.share_upper)

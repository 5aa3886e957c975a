"""The rungs of evidence stand side by side in the report."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from depgraph.ports import Given
from depgraph.reports.html import referred, render
from depgraph.reports.lists import lists_of
from depgraph.reports.redacting import redacted
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.auditor.report import report_to_auditor
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.packs.hub import report_to_hub
from depgraph.usecases.questions.explain import explain
from depgraph.usecases.view import Lens, at_rung, open_view
from depgraph.usecases.viewers import Viewer
from importers.register import SOURCE
from tests.unit.reports.conftest import NODES, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TESTED = """dependent,provider,service_type,requirement,at_least,evidence,evidence_date
function:Benefits,Example Hosting,S03,host,any,tested,2025-05-05
function:Benefits,Example Cloud,S03,host,any,documented,2025-01-01
function:Benefits,Example Desk,S05,desk,any,tested,2025-05-05
function:Benefits,Example Help,S05,desk,any,tested,2025-05-05
function:Permits,Example Cloud,S17,,,,
"""
HEADS = ["If known at least as", "stated", "documented", "tested"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    folder = tmp_path_factory.mktemp("rungs")
    (folder / "needs.csv").write_text(TESTED, encoding="utf-8")
    (folder / "nodes.csv").write_text(NODES, encoding="utf-8")
    with closing(SqliteStore(":memory:")) as made:
        import_source(made, SOURCE, Given((folder,)), today="2026-01-01")
        yield made


def cells(page: Page) -> list[list[str]]:
    heads, *rows = page.table(HEADS[0])
    assert heads == HEADS
    return [[cell.strip() for cell in row] for row in rows]


BY_HAND = [
    ["Declared requirements known less well", "0", "0", "1"],
    ["Operating fallbacks known less well", "0", "0", "0"],
    ["Score of Example Cloud", "0.0 %", "0.0 %", "0.0 to 100.0 %"],
    ["Score of Example Desk", "0.0 %", "0.0 %", "0.0 %"],
    ["Score of Example Help", "0.0 %", "0.0 %", "0.0 %"],
    ["Functions that stop in three weeks without Example Cloud", "0", "0", "0 to 1"],
    ["People-hours lost then", "0", "0", "0 to 504,000"],
]
"""Of the agency, whose one function serves 1,000: one of two hosts suffices as long as papers count, and one of two
desks in any case. It has no fallback, so that its people lack it for all of 504 hours."""


def test_rungs_of_evidence_stand_side_by_side(register: Callable[..., Page]) -> None:
    page = register(needs=TESTED)
    assert cells(page) == BY_HAND
    assert (
        "For depgraph explain with --sector central with --accept documented or tested:"
        " 'spof/group/score_upper/name:Example Cloud'" in page.text
    )
    assert "'outage/group/functions_upper/name:Example Cloud/for/504'" in page.text


def test_explain_leads_from_each_figure_at_its_rung(store: SqliteStore) -> None:
    """A view at a rung tells of each figure, and of all that it rests on, what one that was opened at it tells."""
    view = open_view(store)
    for section in report_to_auditor(view).sections:
        population = section.population
        for rung in section.rungs[1:]:
            at, asked = at_rung(view, rung.evidence), open_view(store, Lens(accept=rung.evidence))
            figures = [(referred(rung.reference, group, "score_upper"), group.score_upper) for group in rung.groups]
            if outage := rung.outage:
                figures += [
                    (referred(outage.reference, outage, column), getattr(outage, column))
                    for column in ("functions_upper", "organisations_lower", "people_hours_upper")
                ]
            for reference, figure in figures:
                told = explain(at, reference, sector=population.sector, hub=population.hub)
                assert told.adds.figure == figure
                assert told == explain(asked, reference, sector=population.sector, hub=population.hub)
                assert told.rows


def test_where_all_is_known_as_well_as_can_be_a_sentence_says_so(register: Callable[..., Page]) -> None:
    page = register(needs="dependent,provider\nfunction:Benefits,Example Cloud\n")
    assert not [each for each in page.tables if each[0][:1] == HEADS[:1]]
    assert "figures are the same at every rung of evidence (stated, documented, tested)." in page.text


def test_a_report_at_the_highest_rung_has_nothing_beside_it(store: SqliteStore) -> None:
    page = Page(render("auditor.html", report=report_to_auditor(open_view(store, Lens(accept="tested")))))
    assert not [each for each in page.tables if each[0][:1] == HEADS[:1]]
    assert "explain with --sector central --accept tested :" in page.text


def test_a_hub_sees_its_rungs(store: SqliteStore) -> None:
    view = replace(open_view(store), lens=Lens(viewer=Viewer(hubs=("north",))))
    page = Page(render("hub.html", report=report_to_hub(view, hub="north")))
    assert cells(page) == BY_HAND
    assert "explain with --hub north --as hub:north with --accept documented or tested:" in page.text


def test_without_names_each_figure_stays_with_its_own(store: SqliteStore) -> None:
    """Rows that are alike are in the order of their numbers, and at each rung others are alike."""
    view = open_view(store)
    report = report_to_auditor(view)
    first = set()
    for secret in (bytes([each]) * 16 for each in range(4)):
        hidden = redacted(report, view, secret)
        assert "Example " not in "".join(str(section.rungs) for section in hidden.sections)  # type: ignore[attr-defined]
        page = Page(render("auditor.html", report=hidden))
        scores = {row[0]: row[3] for row in cells(page) if row[0].startswith("Score of ")}
        outage = hidden.sections[0].rungs[0].outage  # type: ignore[attr-defined] # it is the auditor's
        assert scores.pop(f"Score of {outage.name}") == "0.0 to 100.0 %"
        assert {*scores.values()} == {"0.0 %"}
        first.add(next(iter(scores)) < f"Score of {outage.name}")
    assert first == {True, False}


def test_each_row_of_the_workbook_says_at_which_rung_it_is(store: SqliteStore) -> None:
    (listed,) = (
        each for each in lists_of(report_to_auditor(open_view(store), sector="central")) if each.name == "rungs groups"
    )
    told = [(row["of evidence"], row["name"], row["score_upper"]) for row in listed.rows]
    names = ("Example Cloud", "Example Desk", "Example Help")
    assert told == [
        (evidence, name, float(evidence == "tested" and name == names[0]))
        for evidence in ("stated", "documented", "tested")
        for name in names
    ]

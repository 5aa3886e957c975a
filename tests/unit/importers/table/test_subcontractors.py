"""Who stands behind a supplier: behind what it delivers by one row, and never behind all that it delivers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from depgraph.model import Need, Relation
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import open_view
from importers.table import SOURCE

Made = Callable[..., Any]

HEADER = "Organisatie;Applicatie;Leverancier;Onderaannemer\n"


def needs_of(done: Any) -> list[Need]:
    return [need for facts in done.read() for need in facts.needs]


def told(needs: list[Need]) -> set[tuple[str, str, str, str]]:
    return {(need.dependent, need.provider, str(need.relation or ""), need.at_least) for need in needs}


def test_a_subcontractor_stands_behind_one_row_and_not_behind_the_supplier(text: Made, mapped: Made) -> None:
    done = mapped(text(f"{HEADER}A;Belasting;KPN;Azure\nA;Zaken;KPN;\nB;Belasting;KPN;n.v.t.\n"))
    service = "service:A/KPN/Belasting"
    assert told(needs_of(done)) == {
        ("name:A", service, "", ""),
        (service, "name:KPN", "provided_by", ""),
        (service, "name:Azure", "subcontracts", ""),
        ("name:A", "name:KPN", "", ""),
        ("name:B", "name:KPN", "", ""),
    }
    assert any("'n.v.t.' names no subcontractor (1 cell)" in said for said in done.said())


def test_several_subcontractors_of_one_cell_are_unknown(text: Made, mapped: Made) -> None:
    path = text(f"{HEADER}A;Belasting;KPN;Azure / AWS\n")
    assert mapped(path).open == ["subcontractor.separators"]
    needs = needs_of(mapped(path, "subcontractor.separators=slash"))
    behind = {(need.provider, need.at_least) for need in needs if need.relation == Relation.SUBCONTRACTS}
    assert behind == {("name:Azure", "unknown"), ("name:AWS", "unknown")}
    whole = needs_of(mapped(path, "subcontractor.separators=none"))
    assert "name:Azure / AWS" in {need.provider for need in whole}


def test_beside_several_suppliers_nobody_says_whose_it_is(text: Made, mapped: Made) -> None:
    done = mapped(text(f"{HEADER}A;Belasting;KPN / Atos;Azure\n"), "provider.separators=slash")
    behind = {
        (need.dependent, need.provider, need.at_least)
        for need in needs_of(done)
        if need.relation == Relation.SUBCONTRACTS
    }
    assert behind == {
        ("service:A/KPN/Belasting", "name:Azure", "maybe"),
        ("service:A/Atos/Belasting", "name:Azure", "maybe"),
    }
    assert any("nobody says whose they are" in said for said in done.said())


def test_a_supplier_that_nobody_knows_may_have_one_that_is(text: Made, mapped: Made) -> None:
    needs = needs_of(mapped(text(f"{HEADER}A;Belasting;;Azure\n")))
    providers = {need.provider for need in needs if need.dependent.startswith("service:")}
    assert {provider.partition(":")[0] for provider in providers} == {"unknown", "name"}


@pytest.mark.parametrize(
    "header", ["Onderaannemer", "Subverwerkers", "Sous-traitants ultérieurs", "Subprocessor", "Unterauftragnehmer"]
)
def test_its_header_is_known_in_four_languages(text: Made, mapped: Made, header: str) -> None:
    done = mapped(text(f"Organisation;Application;Supplier;{header}\nA;Taxes;KPN;Azure\n"))
    assert done.proposal.told.text("subcontractor.column") == header


def test_it_stops_what_stands_on_it_and_no_other_customer(text: Made, mapped: Made) -> None:
    """By hand: KPN stops A and B (2), Azure stops A alone (1)."""
    done = mapped(text(f"{HEADER}A;Belasting;KPN;Azure\nB;Belasting;KPN;\n"))
    with closing(SqliteStore(":memory:")) as store:
        import_source(store, SOURCE, Given((done.path,), mapping=done.mapping), today="2026-01-01")
        answer = rank_single_points(open_view(store), by="party")
    assert {row.id: row.organisations_upper for row in answer.rows if row.organisations_upper} == {
        "name:KPN": 2,
        "name:Azure": 1,
    }

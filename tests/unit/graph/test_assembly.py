"""From facts to a graph."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.graph import KINDS, RELATIONS, Viewer, assemble
from depgraph.model import Decision, Label, Marking, NeedsInColumns, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Assembled, Graph
    from depgraph.model import Need, Tie
    from depgraph.ports import Imported

    Imports = Callable[..., Imported]
    Needs = Callable[..., Need]
    Ties = Callable[..., Tie]

AS_OF = "2026-01-01"


def _of(*imports: Imported, as_of: str = AS_OF, viewer: Viewer | None = None) -> Graph:
    return assemble(imports, as_of=as_of, viewer=viewer).graph


def _ids(graph: Graph) -> list[str]:
    return graph.nodes.id.tolist()


def _needs(graph: Graph) -> list[tuple[str, str]]:
    ids = _ids(graph)
    return [
        (ids[dependent], ids[provider])
        for dependent, provider in zip(graph.needs.dependent.tolist(), graph.needs.provider.tolist(), strict=True)
    ]


def _requirements(graph: Graph) -> dict[tuple[str, str], tuple[int, int, tuple[str, ...]]]:
    ids, columns = _ids(graph), graph.requirements
    return {
        (ids[columns.dependent[at]], str(columns.names[columns.name[at]])): (
            int(columns.k_lower[at]),
            int(columns.k_upper[at]),
            tuple(ids[node] for node in columns.provider[columns.indptr[at] : columns.indptr[at + 1]].tolist()),
        )
        for at in range(len(columns))
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _all_of(assembled: Assembled) -> tuple[object, ...]:
    graph = assembled.graph
    return (
        graph.digest,
        graph.runs,
        sorted(map(str, assembled.findings)),
        [
            (evidence.indptr.tolist(), evidence.run.tolist(), evidence.record.tolist())
            for evidence in (graph.nodes.evidence, graph.needs.evidence, graph.ties.evidence)
        ],
    )


@pytest.mark.parametrize("seed", range(60))
def test_neither_the_order_of_imports_nor_of_rows_matters(
    at_random: Callable[[int], list[Imported]], seed: int
) -> None:
    imports = at_random(seed)
    expected = _all_of(assemble(imports, as_of=AS_OF))
    shuffle = random.Random(seed)
    for order in permutations(imports):
        shuffled = [
            replace(
                imported,
                **{
                    sort: shuffle.sample(rows := list(getattr(imported, sort)), len(rows))
                    for sort in ("nodes", "needs", "ties", "decisions")
                },
            )
            for imported in order
        ]
        assert _all_of(assemble(shuffled, as_of=AS_OF)) == expected


def test_the_digest_covers_what_is_said_and_not_when_it_was_imported(imported: Imports, need: Needs) -> None:
    said = need("name:a", "name:b", share=0.5), Node("name:a", {"sector": "care"}, "nodes.csv:2")
    one = _of(imported(*said, revision=1, retrieved="2025-01-01"))
    two = _of(imported(*said, revision=7, retrieved="2026-02-02"))
    moved = _of(imported(said[0]._replace(record="needs.csv:9"), said[1], source="other"))
    assert one.digest == two.digest == moved.digest
    assert one.runs != two.runs


CHANGES = {
    "dependent": "name:z",
    "provider": "name:z",
    "relation": "subcontracts",
    "requirement": "other",
    "at_least": "maybe",
    "service_type": "S02",
    "share": 0.25,
    "cost_eur": 7.0,
    "valid_from": "2020-01-01",
    "valid_to": "2030-01-01",
    "confidence": 0.5,
}


@pytest.mark.parametrize(("name", "value"), CHANGES.items())
def test_the_digest_changes_with_everything_that_a_need_says(
    imported: Imports, need: Needs, name: str, value: object
) -> None:
    said = need("name:a", "name:b", "mail", "all", service_type="S01", share=0.5, cost=3.0)
    assert _of(imported(said)).digest != _of(imported(said._replace(**{name: value}))).digest


@pytest.mark.parametrize(
    ("name", "value"), [("name", "A"), ("sector", "care"), ("people", 3), ("region", "Drenthe"), ("hyperscaler", "yes")]
)
def test_the_digest_changes_with_everything_that_is_said_of_a_node(imported: Imports, name: str, value: object) -> None:
    assert _of(imported(Node("name:a", {}, "r"))).digest != _of(imported(Node("name:a", {name: value}, "r"))).digest


def test_a_block_of_no_needs_changes_nothing(imported: Imports, need: Needs) -> None:
    told = need("name:a", "name:b", share=0.5)
    blocks = NeedsInColumns([[()] * len(told), [*zip(told)], [()] * len(told)])
    assert _of(replace(imported(), needs=blocks)).digest == _of(imported(told)).digest


def test_nothing_makes_an_empty_graph() -> None:
    graph = _of()
    assert (len(graph.nodes), len(graph.needs), len(graph.requirements), len(graph.ties.kind)) == (0, 0, 0, 0)
    assert len(graph.digest) == 64


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "as_of", "valid"),
    [
        ("2026-01-01", None, "2025-12-31", False),
        ("2026-01-01", None, "2026-01-01", True),
        (None, "2026-01-01", "2026-01-01", True),
        (None, "2026-01-01", "2026-01-02", False),
        ("2026-01-01", "2026-01-01", "2026-01-01", True),
        (None, None, "1900-01-01", True),
    ],
)
def test_valid_from_and_to_are_inclusive(
    imported: Imports, need: Needs, tie: Ties, *, valid_from: str, valid_to: str, as_of: str, valid: bool
) -> None:
    dates = (valid_from, valid_to)
    graph = _of(
        imported(need("name:a", "name:b", valid=dates), tie("owned_by", "name:a", "name:g", valid=dates)), as_of=as_of
    )
    assert _needs(graph) == [("name:a", "name:b")] * valid
    assert len(graph.ties.kind) == valid
    assert _ids(graph) == ["name:a", "name:b", "name:g"] * valid


def test_n_counts_only_needs_that_are_valid(imported: Imports, need: Needs) -> None:
    graph = _of(
        imported(
            need("name:a", "name:x", "mail", "all"),
            need("name:a", "name:y", "mail", "all", valid=(None, "2020-01-01")),
        )
    )
    assert _requirements(graph) == {("name:a", "mail"): (1, 1, ("name:x",))}


def test_what_a_viewer_may_not_see_is_not_there(imported: Imports, need: Needs, tie: Ties) -> None:
    public = imported(need("name:a", "name:x", "mail", "all"), source="open")
    secret = imported(
        need("name:a", "name:y", "mail", "all"),
        Node("name:x", {"name": "Secret X", "identifiers": ("kvk:00000001",)}, "r"),
        tie("owned_by", "name:x", "name:spy"),
        Decision("name:a", "name:y", same=True, evidence="seen", record="r"),
        source="closed",
        trust=90,
        marking=Marking(Label.RED, recipients=("eve",)),
    )
    everyone = Viewer("bob", "Ede", ("care",))
    seen = assemble([public, secret], as_of=AS_OF, viewer=everyone)
    alone = assemble([public], as_of=AS_OF)
    assert seen.graph.digest == alone.graph.digest
    assert (seen.graph.runs, seen.graph.aliases, seen.findings) == (alone.graph.runs, {}, ())
    assert "name:spy" in _ids(_of(public, secret, viewer=Viewer("eve")))
    assert "name:spy" in _ids(_of(public, secret))


def test_a_function_is_run_by_its_owner_where_nobody_else_is_named(imported: Imports, need: Needs, tie: Ties) -> None:
    graph = _of(
        imported(
            tie("owner", "function:f", "name:a", share=0.5, record="nodes.csv:7"),
            tie("owner", "function:g", "name:a"),
            need("function:g", "name:b", relation="run_by"),
            need("function:f", "name:c"),
        )
    )
    run_by = [RELATIONS[code].value for code in graph.needs.relation.tolist()]
    assert list(zip(_needs(graph), run_by, strict=True)) == [
        (("function:f", "name:c"), "uses"),
        (("function:f", "name:a"), "run_by"),
        (("function:g", "name:b"), "run_by"),
    ]
    implied = graph.provenance(graph.needs.evidence, 1)
    assert [said.record for said in implied] == ["nodes.csv:7"]
    assert math.isnan(graph.needs.share[0])
    assert graph.needs.confidence[0] == 1.0
    assert _requirements(graph)["function:f", "(run_by)"] == (1, 1, ("name:a",))


def test_a_need_that_becomes_a_need_of_itself_is_dropped_with_a_finding(imported: Imports, need: Needs) -> None:
    assembled = assemble(
        [
            imported(
                need("name:a", "name:b", record="needs.csv:4"),
                need("name:a", "name:c"),
                Decision("name:a", "name:b", same=True, evidence="one firm", record="d"),
            )
        ],
        as_of=AS_OF,
    )
    assert _needs(assembled.graph) == [("name:a", "name:c")]
    (finding,) = [finding for finding in assembled.findings if finding.code == "self-need"]
    assert (finding.record, finding.message) == ("needs.csv:4", "'name:a' would need itself: dropped")


def test_records_of_one_source_add_up(imported: Imports, need: Needs) -> None:
    graph = _of(
        imported(
            need("name:a", "name:b", "mail", share=0.25, cost=10.0, confidence=0.5, record="needs.csv:2"),
            need("name:a", "name:b", "mail", share=0.5, cost=None, confidence=0.75, record="needs.csv:3"),
            need("name:a", "name:b", "mail", share=None, cost=5.0, confidence=0.25, record="needs.csv:4"),
        )
    )
    assert graph.needs.share.tolist() == [0.75]
    assert (graph.needs.cost_eur.tolist(), graph.needs.cost_blanks.tolist()) == ([15.0], [1])
    assert graph.needs.confidence.tolist() == [0.75]
    records = [said.record for said in graph.provenance(graph.needs.evidence, 0)]
    assert records == ["needs.csv:2", "needs.csv:3", "needs.csv:4"]


def test_of_several_sources_the_most_trusted_that_knows_is_kept(imported: Imports, need: Needs) -> None:
    trusted = imported(need("name:a", "name:b", share=None, cost=1.0, confidence=0.5), source="z", trust=60)
    other = imported(need("name:a", "name:b", share=0.5, cost=9.0, confidence=1.0), source="a", trust=50)
    graph = _of(other, trusted)
    assert (graph.needs.share[0], graph.needs.cost_eur[0], graph.needs.confidence[0]) == (0.5, 1.0, 0.5)
    assert [said.source for said in graph.provenance(graph.needs.evidence, 0)] == ["z", "a"]


def test_blank_costs_are_those_of_the_source_whose_cost_is_read(imported: Imports, need: Needs) -> None:
    def said(*costs: float | None) -> list[Need]:
        return [need("name:a", "name:b", cost=cost, record=f"needs.csv:{at}") for at, cost in enumerate(costs)]

    cases = [
        (said(None, None), said(None), (None, 2)),  # nobody gives one: the most trusted source has two blanks
        (said(None, None), said(5.0), (5.0, 0)),  # the first that gives one is read
        (said(3.0, None), said(5.0, None, None), (3.0, 1)),
    ]
    for trusted, other, (cost, blanks) in cases:
        graph = _of(
            imported(*other, source="b", trust=50),
            imported(*trusted, source="a", trust=60),
        )
        found = graph.needs.cost_eur[0]
        assert (None if np.isnan(found) else found, graph.needs.cost_blanks.tolist()) == (cost, [blanks])


def test_needs_of_other_relation_or_service_type_stay_apart(imported: Imports, need: Needs) -> None:
    graph = _of(
        imported(
            need("name:a", "name:b", "mail"),
            need("name:a", "name:b", "mail", relation="subcontracts"),
            need("name:a", "name:b", "mail", service_type="S01"),
        )
    )
    assert len(graph.needs) == 3
    assert _requirements(graph) == {("name:a", "mail"): (1, 1, ("name:b",))}
    assert graph.needs.requirement.tolist() == [0, 0, 0]


def test_requirements_are_one_over_all_sources(imported: Imports, need: Needs) -> None:
    graph = _of(
        imported(need("name:a", "name:x", "mail", "any"), source="one"),
        imported(need("name:a", "name:y", "mail"), source="two"),
        imported(need("name:b", "name:y", "mail"), source="two", part="b"),
    )
    assert _requirements(graph) == {
        ("name:a", "mail"): (1, 1, ("name:x", "name:y")),
        ("name:b", "mail"): (1, 1, ("name:y",)),
    }


def test_providers_that_are_one_party_count_once(imported: Imports, need: Needs) -> None:
    graph = _of(
        imported(
            need("name:a", "name:Host", "mail", "2"),
            need("name:a", "name:Host BV", "mail", "2"),
            Node("name:Host", {"identifiers": ("kvk:00000001",)}, "r"),
            Node("name:Host BV", {"identifiers": ("kvk:00000001",)}, "r"),
        )
    )
    assert _requirements(graph) == {("name:a", "mail"): (1, 1, ("kvk:00000001",))}
    assert graph.aliases == {"name:Host": "kvk:00000001", "name:Host BV": "kvk:00000001"}


def test_an_unnamed_requirement_follows_its_provider_into_a_merge(imported: Imports, need: Needs) -> None:
    graph = _of(
        imported(
            need("name:a", "name:x", record="needs.csv:2"),
            need("name:a", "kvk:00000001", record="needs.csv:3"),
            Node("name:x", {"identifiers": ("kvk:00000001",)}, "r"),
        )
    )
    assert _requirements(graph) == {("name:a", ""): (1, 1, ("kvk:00000001",))}
    assert len(graph.needs) == 1


def test_columns_of_nodes(imported: Imports, need: Needs) -> None:
    graph = _of(
        imported(
            Node("name:a", {"name": "Alpha", "people": 5, "region": "Drenthe", "identifiers": ("vat:NL12",)}, "n:2"),
            Node("name:b", {"name": "", "country": "NL"}, "n:3"),
            need("service:s", "unknown:someone", relation="provided_by"),
            need("function:f", "product:os"),
            need("function:f", "place:NL", relation="located_in"),
        )
    )
    nodes = graph.nodes
    assert _ids(graph) == [
        "function:f",
        "name:a",
        "name:b",
        "place:NL",
        "product:os",
        "service:s",
        "unknown:someone",
    ]
    assert [KINDS[code].value for code in nodes.kind.tolist()] == [
        "function",
        "party",
        "party",
        "place",
        "product",
        "service",
        "party",
    ]
    assert nodes.name.tolist() == ["f", "Alpha", "b", "NL", "os", "s", "someone"]
    assert nodes.unknown.tolist() == [False] * 6 + [True]
    assert nodes.country.tolist() == ["", "", "NL", "", "", "", ""]
    assert nodes.people[1] == 5.0
    assert np.isnan(nodes.people[[0, 2, 3, 4, 5, 6]]).all()
    assert nodes.other.tolist()[1:3] == ['{"identifiers": ["vat:NL12"], "region": "Drenthe"}', ""]
    assert [said.record for said in graph.provenance(nodes.evidence, 1)] == ["n:2"]
    assert graph.provenance(nodes.evidence, 0) == ()


def test_a_reference_list_speaks_of_the_parties_that_imports_name(imported: Imports, need: Needs, tie: Ties) -> None:
    asked = []

    def reference(parties: list[object]) -> Imported:
        asked.extend(parties)
        return imported(
            tie("owned_by", "name:x", "name:Big"), Node("name:x", {"name": "no"}, "r"), source="list", trust=1
        )

    facts = imported(need("name:a", "name:x"), need("name:a", "unknown:"), Node("name:x", {"name": "X"}, "r"))
    graph = assemble([facts], as_of=AS_OF, reference=reference).graph
    assert [tuple(party) for party in asked] == [("name:a", "a", ()), ("name:x", "X", ())]
    assert "name:Big" in _ids(graph)
    assert str(graph.nodes.name[_ids(graph).index("name:x")]) == "X"
    assert [run.run.source for run in graph.runs] == ["register", "list"]

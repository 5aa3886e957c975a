"""What several sources say of one node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.graph import assemble
from depgraph.model import Level, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Assembled
    from depgraph.ports import Imported

    Imports = Callable[..., Imported]


def _assembled(*imports: Imported) -> Assembled:
    return assemble(imports, as_of="2026-01-01")


def test_the_more_trusted_source_is_kept_and_the_conflict_is_a_finding(imported: Imports) -> None:
    trusted = imported(Node("name:a", {"sector": "care", "country": "NL"}, "t:1"), source="z", trust=60)
    other = imported(Node("name:a", {"sector": "water", "hub": "north"}, "o:1"), source="a", trust=50)
    assembled = _assembled(other, trusted)
    nodes = assembled.graph.nodes
    assert (nodes.sector[0], nodes.country[0], nodes.hub[0]) == ("care", "NL", "north")
    (finding,) = assembled.findings
    assert (finding.level, finding.code, finding.record, finding.field) == (
        Level.WARNING,
        "attribute-conflict",
        "o:1",
        "sector",
    )
    assert "'water' gives way to 'care'" in finding.message
    assert [said.source for said in assembled.graph.provenance(nodes.evidence, 0)] == ["z", "a"]


def test_sources_as_trusted_go_by_their_names(imported: Imports) -> None:
    one = imported(Node("name:a", {"sector": "care"}, "r"), source="b")
    two = imported(Node("name:a", {"sector": "water"}, "r"), source="a")
    assert _assembled(one, two).graph.nodes.sector[0] == "water"


def test_another_spelling_of_the_name_is_no_more_than_a_note(imported: Imports) -> None:
    assembled = _assembled(imported(Node("name:a", {"name": "A"}, "r:1"), Node("name:a", {"name": "Aa"}, "r:2")))
    assert assembled.graph.nodes.name[0] == "A"
    assert [finding.level for finding in assembled.findings] == [Level.NOTE]


def test_lists_unite(imported: Imports) -> None:
    one = imported(Node("service:s", {"service_model": ("SaaS", "IaaS")}, "r"), source="one")
    two = imported(Node("service:s", {"service_model": ("PaaS", "SaaS")}, "r"), source="two")
    assembled = _assembled(one, two)
    assert assembled.graph.nodes.other[0] == '{"service_model": ["IaaS", "PaaS", "SaaS"]}'
    assert assembled.findings == ()


def test_what_is_said_twice_is_no_conflict(imported: Imports) -> None:
    said = Node("name:a", {"sector": "care", "people": 1}, "r:1")
    assembled = _assembled(imported(said), imported(said._replace(record="r:2"), source="other"))
    assert assembled.findings == ()
    assert [said.record for said in assembled.graph.provenance(assembled.graph.nodes.evidence, 0)] == ["r:2", "r:1"]


def test_parties_that_are_one_share_their_attributes(imported: Imports) -> None:
    assembled = _assembled(
        imported(
            Node("name:Host", {"sector": "care", "identifiers": ("kvk:00000001",)}, "r:1"),
            Node("name:Host BV", {"people": 5, "identifiers": ("kvk:00000001",)}, "r:2"),
        )
    )
    nodes = assembled.graph.nodes
    assert nodes.id.tolist() == ["kvk:00000001"]
    assert (nodes.sector[0], nodes.people[0], nodes.name[0]) == ("care", 5.0, "00000001")
    assert [said.record for said in assembled.graph.provenance(nodes.evidence, 0)] == ["r:1", "r:2"]


def test_a_number_is_told_as_it_is_written(imported: Imports) -> None:
    trusted = imported(Node("name:a", {"people": 118_000.0}, "t:1"), source="z", trust=60)
    (finding,) = _assembled(imported(Node("name:a", {"people": 120_000}, "o:1"), source="a"), trusted).findings
    assert "people '120000' gives way to '118000' of a source at least" in finding.message

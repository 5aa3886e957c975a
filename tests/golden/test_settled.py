"""What a register leaves open is settled over all sources: relations, service types and requirements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.graph import RELATIONS, Graph, assemble
from depgraph.model import Import, Marking
from depgraph.ports import Counts, Given, Imported
from importers.register import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent / "register"
AS_OF = "2026-01-01"


def imported(path: Path, name: str = "register", *, trust: int = 50) -> Imported:
    facts = list(SOURCE.read(Given((path,))))
    columns = (
        [node for each in facts for node in each.nodes],
        [need for each in facts for need in each.needs],
        [tie for each in facts for tie in each.ties],
    )
    return Imported(Import(name, "", AS_OF, Marking(), trust, "CC0-1.0"), 1, Counts(), (), *columns)


def settled(graph: Graph) -> dict[str, tuple[str, str, str]]:
    """Return relation, requirement and service type of the need behind each record."""
    needs, requirements = graph.needs, graph.requirements
    return {
        said.record: (
            RELATIONS[needs.relation[at]].value,
            str(requirements.names[requirements.name[needs.requirement[at]]]),
            str(needs.service_types[needs.service_type[at]]),
        )
        for at in range(len(needs))
        for said in graph.provenance(needs.evidence, at)
    }


def bounds(graph: Graph, dependent: str) -> dict[str, tuple[int, int, int]]:
    """Return the bounds of each requirement of a node, and its number of providers, by name."""
    at, columns = graph.find(dependent), graph.requirements
    return {
        str(columns.names[columns.name[each]]): (
            int(columns.k_lower[each]),
            int(columns.k_upper[each]),
            int(columns.indptr[each + 1] - columns.indptr[each]),
        )
        for each in range(len(columns))
        if columns.dependent[each] == at
    }


@pytest.fixture
def register(tmp_path: Path) -> Callable[..., Path]:
    """Write a register of rows, the header first."""

    def written(name: str, needs: str, nodes: str = "") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for table, rows in (("needs", needs), ("nodes", nodes)):
            if rows:
                (folder / f"{table}.csv").write_text(rows.replace(" / ", "\n") + "\n", encoding="utf-8")
        return folder

    return written


def test_relations_of_one_register_are_those_of_its_kinds_and_types() -> None:
    graph = assemble([imported(HERE / "relations")], as_of=AS_OF).graph
    assert settled(graph) == {
        "needs.csv:2": ("subcontracts", "S17", "S17"),
        "needs.csv:3": ("provided_by", "s01", "s01"),
        "needs.csv:4": ("provided_by", "(provided_by)", ""),
        "needs.csv:5": ("provided_by", "S17", "S17"),
        "needs.csv:6": ("subcontracts", "S17", "S17"),
        "needs.csv:7": ("provided_by", "S17", "S17"),
        "needs.csv:8": ("built_on", "S17", "S17"),
        "needs.csv:9": ("built_on", "(built_on)", ""),
        "needs.csv:10": ("located_in", "(located_in)", ""),
    }


def test_a_need_without_type_joins_the_requirement_of_the_type_that_another_source_gives_the_service(
    register: Callable[..., Path],
) -> None:
    knows = register(
        "knows",
        "dependent,provider,service_type / Town,service:Other mail,S19",
        "id,service_type / service:Mail,S19 / service:Other mail,S19",
    )
    asks = register("asks", "dependent,provider / Town,service:Mail")
    graph = assemble([imported(knows, "knows"), imported(asks, "asks")], as_of=AS_OF).graph
    assert bounds(graph, "name:Town") == {"S19": (1, 2, 2)}
    alone = assemble([imported(asks, "asks")], as_of=AS_OF).graph
    assert bounds(alone, "name:Town") == {"": (1, 1, 1)}


def test_a_need_of_another_type_than_another_source_gives_the_service_is_subcontracted(
    register: Callable[..., Path],
) -> None:
    knows = register("knows", "dependent,provider / Town,service:Mail", "id,service_type / service:Mail,S19")
    below = register("below", "dependent,provider,service_type / service:Mail,Host,S17 / service:Mail,Owner,s19")
    graph = assemble([imported(knows, "knows"), imported(below, "below")], as_of=AS_OF).graph
    found = {
        str(graph.nodes.id[graph.needs.provider[at]]): RELATIONS[graph.needs.relation[at]].value
        for at in range(len(graph.needs))
    }
    assert found == {"service:Mail": "uses", "name:Host": "subcontracts", "name:Owner": "provided_by"}
    alone = assemble([imported(below, "below")], as_of=AS_OF).graph
    assert {relation for relation, *_ in settled(alone).values()} == {"provided_by"}


def test_the_type_of_a_service_is_that_of_the_more_trusted_source(register: Callable[..., Path]) -> None:
    one = register("one", "dependent,provider / Town,service:Mail", "id,service_type / service:Mail,S19")
    other = register("other", "dependent,provider / Court,service:Mail", "id,service_type / service:Mail,S01")
    graph = assemble([imported(one, "one", trust=40), imported(other, "other", trust=60)], as_of=AS_OF).graph
    assert bounds(graph, "name:Town") == bounds(graph, "name:Court") == {"S01": (1, 1, 1)}


def test_what_one_source_declares_of_a_type_is_open_again_where_another_adds_a_provider_of_it(
    register: Callable[..., Path],
) -> None:
    """A requirement that nobody named is one of a type: no name put the other source's provider there."""
    says = register(
        "says",
        "dependent,provider,at_least / Town,service:Mail,all / Town,service:Post,all",
        "id,service_type / service:Mail,S19 / service:Post,S19",
    )
    adds = register("adds", "dependent,provider,service_type / Town,service:New,S19")
    made = assemble([imported(says, "says"), imported(adds, "adds")], as_of=AS_OF)
    assert bounds(made.graph, "name:Town") == {"S19": (1, 3, 3)}
    assert [finding.code for finding in made.findings] == ["requirement-reopened"]
    named = register("named", "dependent,provider,requirement / Town,service:New,S19")
    graph = assemble([imported(says, "says"), imported(named, "named")], as_of=AS_OF).graph
    assert bounds(graph, "name:Town") == {"S19": (3, 3, 3)}


def test_a_need_counts_for_the_spelling_of_the_type_that_it_has_by_its_service(register: Callable[..., Path]) -> None:
    path = register(
        "spelled",
        "dependent,provider,service_type / A,service:Mail, / B,service:Mail, / C,service:Mail,"
        " / A,X,mail / B,X,mail / C,X,mail / D,X,mail",
        "id,service_type / service:Mail,Mail",
    )
    graph = assemble([imported(path)], as_of=AS_OF).graph
    assert {name for _, name, _ in settled(graph).values()} == {"mail"}


def test_what_is_not_in_force_is_settled_likewise(register: Callable[..., Path]) -> None:
    path = register(
        "ended",
        "dependent,provider,service_type,valid_to / service:Mail,Host,S17,2025-01-01 / service:Gone,Host,,2025-01-01"
        " / Village,unknown:,,2025-01-01 / Town,service:Mail,,",
        "id,service_type / service:Mail,S19",
    )
    dormant = assemble([imported(path)], as_of=AS_OF).dormant
    found = {link.dependent: (link.relation, link.requirement) for link in dormant.of({"name:Host", "name:Village"})}
    assert found == {
        "service:Mail": ("subcontracts", "S17"),
        "service:Gone": ("provided_by", "(provided_by)"),
        "name:Village": ("uses", ""),
    }

"""What a graph of a part of all facts shows is so in the graph of all: against assembling all, whatever is left out."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.analytics.basis.ownership import ultimate_parent
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.justification import justifications
from depgraph.graph import assemble
from depgraph.ids import id_key
from depgraph.model import DECISIONS, DISPUTES, Decision, Finding, Import, Level, Marking, Need, Node, Tie
from depgraph.ports import Counts, Imported
from depgraph.regulation.groups import reference_import
from depgraph.spelling import key
from depgraph.usecases.auditor.parts import Part, Statements, counting_alone, holds, part_of, statements_of
from depgraph.usecases.omissions import without_decision, without_record, without_source, without_tie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.graph import Graph
    from depgraph.usecases.omissions import Omission

Imports = tuple[Imported, ...]

FUNCTIONS = ["function:f", "function:g", "function:h"]
SERVICES = ["service:s", "service:t", "service:S"]
PARTIES = ["name:a", "name:b", "name:Microsoft", "name:GitHub", "name:x", "name:y", "name:z", "kvk:12345678"]
WORDS = ["", "", "mail", "web", "Mail"]


def imported(source: str, **facts: tuple[object, ...]) -> Imported:
    run = Import(source, "", "2026-01-01", Marking(), 50, "CC0-1.0")
    return replace(Imported(run, 1, Counts(), ()), **facts)  # type: ignore[arg-type]


def need(dependent: str, provider: str, record: str, **more: object) -> Need:
    plain = Need(dependent, provider, "", "", "", "", None, None, None, None, 1.0, record)
    return plain._replace(**more)  # type: ignore[arg-type]


def tie(kind: str, subject: str, other: str, record: str) -> Tie:
    return Tie(kind, subject, other, None, None, None, record)


def made(imports: Imports, omitting: Omission = lambda each: each) -> Graph:
    return assemble(
        map(omitting, imports), as_of="2026-01-01", reference=lambda named: omitting(reference_import(named))
    ).graph


def _need_drawn(
    draw: random.Random, services: list[str], parties: list[str], words: list[str], record: str
) -> list[Need]:
    dependent = draw.choice(FUNCTIONS * 2 + services * 2 + parties)
    provider = draw.choice([*services, *services, *parties, *parties, *FUNCTIONS[:1], "unknown:"])
    if dependent == provider:
        return []
    said = {"requirement": draw.choice(words), "service_type": draw.choice(words)}
    if dependent in FUNCTIONS and provider in parties and draw.random() < 0.3:
        said = {"relation": "run_by"}
    return [need(dependent, provider, record, at_least=draw.choice(["", "", "any", "all", "1"]), **said)]


def drawn(draw: random.Random) -> Imports:
    """Return three imports with all that couples one fact with another one, and what people decided."""
    services, words = (SERVICES[:2], WORDS[:4]) if draw.random() < 0.7 else (SERVICES, WORDS)
    parties = PARTIES[: draw.choice((6, 8))]
    imports = []
    for source in ("one", "two", "three"):
        nodes, needs, ties = [], [], []
        for row in range(draw.randint(3, 9)):
            record, sort = str(draw.randint(1, 5)), draw.random()
            if sort < 0.5:
                needs += _need_drawn(draw, services, parties, words, record)
            elif sort < 0.8:
                kind = draw.choice(["owner", "owner", "owned_by", "owned_by", "part_of"])
                one = draw.choice(FUNCTIONS) if kind == "owner" else draw.choice(parties)
                if one != (other := draw.choice(parties)):
                    ties.append(tie(kind, one, other, record))
            elif sort < 0.9:
                sector = draw.choice(["towns", "Towns", "banks"])
                nodes.append(Node(draw.choice(parties), {"sector": sector, "name": draw.choice("ab")}, record))
            elif sort < 0.95:
                nodes.append(Node(draw.choice(services), {"service_type": draw.choice(words[2:])}, record))
            else:
                one = draw.choice(["domain:github.com", "vat:NL1234", "kvk:12345678", "domain:amazon.com"])
                nodes.append(Node(draw.choice(parties), {"identifiers": (one,)}, f"{record}-{row}"))
        imports.append(imported(source, nodes=tuple(nodes), needs=tuple(needs), ties=tuple(ties)))
    if draw.random() < 0.4:
        first, second = draw.sample(parties, 2)
        decision = Decision(first, second, same=draw.random() < 0.6, evidence="", record="d1")
        imports.append(imported(DECISIONS, decisions=(decision,)))
    return tuple(imports)


def omissions(imports: Imports, graph: Graph) -> Iterator[Omission]:
    """Yield an omission of each record, also of the reference list, each tie, decision and source."""
    for run in graph.runs:
        yield without_source(run.run.source, run.run.part)
    told = {
        (said.source, said.part, said.record)
        for evidence in (graph.nodes.evidence, graph.needs.evidence, graph.ties.evidence)
        for item in range(len(evidence.indptr) - 1)
        for said in graph.provenance(evidence, item)
    }
    yield from (without_record(*each) for each in sorted(told))
    yield from (without_tie(graph, at) for at in range(len(graph.ties)))
    yield from (without_decision(decision) for each in imports for decision in each.decisions)


def stopped(graph: Graph, unit: str, aliases: set[str], end: int, part: Part | None = None) -> bool:
    """Say whether a unit, by any of its ids, stops something: in the graph of all by `impacts`."""
    scope, found = scope_of(graph), units(graph, By.GROUP)
    keys = {id_key(each) for each in (unit, *aliases)}
    every = [at for at, each in enumerate(found.id.tolist()) if id_key(each) in keys]
    if part is None:
        measured = impacts(graph, found.take(every), scope)
        return bool((measured.organisations_lower, measured.organisations_upper)[end].any())
    items = counting_alone(part, graph, scope.item[scope.item_of >= 0])
    return any(any(True for _ in justifications(graph, found.take([at]), items, upper=bool(end))) for at in every)


def requirements(graph: Graph, node_id: str) -> set[tuple[str, int, int, tuple[str, ...]]]:
    """Return the requirements of a node: name, both bounds, providers."""
    at, columns = graph.find(node_id), graph.requirements
    return (
        set()
        if at is None
        else {
            (
                key(str(columns.names[columns.name[each]])),
                int(columns.k_lower[each]),
                int(columns.k_upper[each]),
                tuple(graph.nodes.id[columns.provider[columns.indptr[each] : columns.indptr[each + 1]]].tolist()),
            )
            for each in range(int(graph.requirements_of[at]), int(graph.requirements_of[at + 1]))
        }
    )


def compared(imports: Imports, whole: Graph, nodes: frozenset[int], unit: str, end: int) -> tuple[int, int]:
    """Compare the graph of a part with that of all, without each thing there is; return how many show a loss."""
    shown = tried = 0
    said = statements_of(imports)
    assert said is not None
    part, here = part_of(said, whole, nodes), whole.nodes.id[sorted(nodes)].tolist()
    if part is None:
        return 0, 0
    aliases = {alias for alias, of in whole.aliases.items() if of == unit}
    for omitting in omissions(imports, whole):
        small, large = made(part.imports, omitting), made(imports, omitting)
        tried += 1
        if not holds(part, small):
            continue
        for node in here:
            assert requirements(small, node) == requirements(large, node)
        parents = [each.nodes.id[ultimate_parent(each)] for each in (small, large)]
        for node in part.ids:
            places = small.find(node), large.find(node)
            if places[0] is not None and places[1] is not None:
                assert parents[0][places[0]] == parents[1][places[1]]
        if stopped(small, unit, aliases, end, part):
            shown += 1
            assert stopped(large, unit, aliases, end)
    return shown, tried


def checked(seed: int) -> tuple[int, int]:
    """Compare all parts of a store that is drawn: for each group that stops something, of one and of three reasons."""
    imports = drawn(random.Random(seed))
    whole = made(imports)
    scope, every = scope_of(whole), units(whole, By.GROUP)
    measured = impacts(whole, every, scope)
    shown = tried = 0
    for at in np.flatnonzero(measured.organisations_upper).tolist():
        end = 0 if measured.organisations_lower[at] else 1
        items = scope.item[scope.item_of >= 0]
        reasons = list(justifications(whole, every.take([at]), items, upper=bool(end)))
        for some in (reasons[:1], reasons[:3]):
            found = compared(imports, whole, frozenset[int]().union(*some), str(every.id[at]), end)
            shown, tried = shown + found[0], tried + found[1]
    return shown, tried


@pytest.mark.parametrize("seed", range(4))
def test_against_the_graph_of_all(seed: int) -> None:
    checked(seed)


def test_it_shows_most_of_what_stands() -> None:
    """F and g need x, which is enough: without the record of f, the loss of g is shown, and nothing else is needed."""
    one = imported(
        "one",
        needs=(need("function:f", "name:x", "1"), need("function:g", "name:x", "2"), need("name:y", "name:z", "3")),
        ties=(tie("owner", "function:f", "name:a", "4"), tie("owner", "function:g", "name:a", "5")),
    )
    whole, said = made((one,)), statements_of((one,))
    assert said is not None
    part = part_of(said, whole, [whole.position(each) for each in ("function:f", "function:g", "name:x")])
    assert part is not None
    assert part.ids == {"function:f", "function:g", "name:x", "name:a"}
    assert [len(each) for each in (part.imports[0].needs, part.imports[0].ties)] == [2, 2]  # type: ignore[arg-type]
    assert stopped(made(part.imports, without_record("one", "", "1")), "name:x", set(), 0, part)
    assert not stopped(made(part.imports, without_source("one", "")), "name:x", set(), 0, part)


def test_it_does_not_hold_where_an_owner_appears() -> None:
    """Of two groups on the list Microsoft is in neither; without the domain of one it is in the other, owned by z."""
    one = imported(
        "one",
        nodes=(Node("name:Microsoft", {"identifiers": ("domain:amazon.com",)}, "1"),),
        needs=(need("function:f", "name:Microsoft", "2"),),
        ties=(tie("owned_by", "lei:INR2EJN1ERAN0W5ZP974", "name:z", "3"),),
    )
    whole, said = _made_of(one)
    assert said is not None
    part = part_of(said, whole, [whole.position("function:f")])
    assert part is not None
    assert holds(part, made(part.imports))
    without = made(part.imports, without_record("one", "", "1"))
    assert without.nodes.id[without.ties.object].tolist() == ["lei:INR2EJN1ERAN0W5ZP974"]
    assert not holds(part, without)


def test_a_party_that_others_need_is_no_organisation_of_its_own() -> None:
    """B uses x, and c uses b: b is a supplier, which the part of b alone does not say; c is an organisation."""
    one = imported("one", needs=(need("name:b", "name:x", "1"), need("name:c", "name:b", "2")))
    whole, said = _made_of(one)
    assert said is not None
    for nodes, shows in ((["name:b", "name:x"], False), (["name:c", "name:b", "name:x"], True)):
        part = part_of(said, whole, map(whole.position, nodes))
        assert part is not None
        assert stopped(made(part.imports), "name:x", set(), 0, part) == shows


def test_a_function_whose_needs_are_not_in_it_is_not_run_by_its_owner() -> None:
    """F needs g, which y runs and a owns: in the part of f, where nobody runs g, its owner must not."""
    one = imported(
        "one",
        needs=(need("function:f", "function:g", "1"), need("function:g", "name:y", "2", relation="run_by")),
        ties=(tie("owner", "function:f", "name:b", "3"), tie("owner", "function:g", "name:a", "4")),
    )
    whole, said = _made_of(one)
    assert said is not None
    part = part_of(said, whole, [whole.position("function:f")])
    assert part is not None
    assert requirements(made(part.imports), "function:g") == set()


def _made_of(*facts: Imported) -> tuple[Graph, Statements | None]:
    return made(facts), statements_of(facts)


@pytest.mark.parametrize(
    "other",
    [
        imported("two", nodes=(Node("name:x", {"identifiers": ("kvk:12345678",)}, "1"),)),
        imported("two", nodes=(Node("name:q", {"identifiers": ("kvk:12345678",)}, "1"),)),
        imported(DECISIONS, decisions=(Decision("name:q", "name:x", same=False, evidence="", record="1"),)),
        imported("two", needs=(need("name:q", "name:X", "1"),)),
        imported("two", needs=(need("name:q", "name:r", "1", service_type="MAIL"),)),
    ],
    ids=["an identifier", "one of it", "a decision", "another spelling", "another word"],
)
def test_none_where_other_facts_have_a_say(other: Imported) -> None:
    one = imported(
        "one",
        needs=(need("function:f", "name:x", "1", service_type="mail"), need("function:f", "kvk:12345678", "2")),
        ties=(tie("owner", "function:f", "name:a", "3"),),
    )
    whole, said = _made_of(one)
    assert said is not None
    assert part_of(said, whole, [whole.position("function:f")]) is not None
    whole, said = _made_of(one, other)
    assert said is not None
    assert part_of(said, whole, [whole.position("function:f")]) is None


@pytest.mark.parametrize(
    "other",
    [
        imported("two", needs=(need("function:f", "name:x", "1", denied=True),)),
        imported(DISPUTES, decisions=(Decision("function:f", "name:x", same=True, evidence="", record="1"),)),
        imported(
            "two",
            findings=tuple(
                Finding(Level.NOTE, "register", place, "NL1.IND", age)
                for place, age in (("r1", "2025-01-01"), ("r2", "2026-01-01"))
            ),
        ),
    ],
    ids=["a denial", "a dispute", "registers"],
)
def test_no_parts_of_what_hangs_together(other: Imported) -> None:
    one = imported("one", needs=(need("function:f", "name:x", "1"),))
    assert statements_of((one,)) is not None
    assert statements_of((one, other)) is None

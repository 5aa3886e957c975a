"""What every store promises of one import: all of it, as it was given, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from depgraph.errors import InputError
from depgraph.graph import assemble
from depgraph.model import (
    ATTRIBUTES,
    DEFAULT_RELATIONS,
    EVIDENCE,
    RELATION_ENDS,
    TIE_ENDS,
    AttributeType,
    Decision,
    Facts,
    Finding,
    Import,
    Kind,
    Label,
    Level,
    Marking,
    Need,
    Node,
    Relation,
    Tie,
    TieKind,
)
from depgraph.ports import Counts, Imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.ports import Store

    Run = Callable[..., Import]
    Made = Callable[..., list[Facts]]
    Held = Callable[..., list[tuple[str, ...]]]

FULL = Facts(
    nodes=(
        Node(
            "lei:INR2EJN1ERAN0W5ZP974",
            {"people": 3, "criticality": 1.0, "name": "Ünï\n'\"; DROP TABLE need;--", "identifiers": ("kvk:12345678",)},
            "nodes.csv:2",
        ),
        Node("name:b", {}, "nodes.csv:3"),
        Node("name:b", {"people": 2**70, "total_assets_eur": 1e300, "sector": "", "identifiers": ()}, "nodes.csv:4"),
    ),
    needs=(
        Need("function:f", "name:b", "run_by", "", "", "", None, None, None, None, 0.1, "needs.csv:2"),
        Need(
            "name:b", "unknown:", "uses", "mail", "1..2", "S01", 0.1 + 0.2, 5e-324, "2020-01-01", "2030-12-31", 1.0, "x"
        ),
        Need("service:s", "unknown:", "built_on", "", "", "", None, None, None, None, 1.0, "needs.csv:4"),
        Need("service:s", "unknown:there", "located_in", "", "", "", None, None, None, None, 1.0, "needs.csv:5"),
    ),
    ties=(
        Tie("owner", "function:f", "name:b", None, None, None, "nodes.csv:2"),
        Tie("owned_by", "name:b", "name:c", 0.75, "2020-01-01", "2030-12-31", "nodes.csv:3"),
    ),
    decisions=(
        Decision("name:b", "name:c", same=True, evidence="seen", record="d:1"),
        Decision("name:a", "name:c", same=False, evidence="asked", record="d:2"),
    ),
    findings=(
        Finding(Level.WARNING, "odd", "needs.csv:2", "share", "is odd"),
        Finding(Level.NOTE, "caveat", "", "", "mind the gap"),
    ),
)


def test_an_empty_store_holds_nothing(store: Store) -> None:
    with store.load() as snapshot:
        assert (snapshot.revision, snapshot.imports) == (0, ())
    description = store.describe()
    assert (description.revision, description.history) == (0, ())
    assert store.search("a", limit=5) == []
    assert store.prune() == 0


def test_facts_come_back_as_given(store: Store) -> None:
    marking = Marking(Label.AMBER, ("care", "water"), ("Gemeente Ede",), ("a@example.nl",))
    run = Import("register", "east", "2026-02-03", marking, 70, "EUPL-1.2")
    store.replace(run, [FULL])
    with store.load() as snapshot:
        (imported,) = snapshot.imports
        assert snapshot.revision == imported.revision == 1
        assert repr(imported.run) == repr(run)
        assert repr(imported.findings) == repr(FULL.findings)
        assert imported.counts == Counts(nodes=3, needs=4, ties=2, decisions=2)
        assert repr(tuple(imported.nodes)) == repr(FULL.nodes)
        assert repr(tuple(imported.needs)) == repr(FULL.needs)
        assert repr(tuple(imported.ties)) == repr(FULL.ties)
        assert repr(tuple(imported.decisions)) == repr(FULL.decisions)


def test_replace_says_what_it_stored(store: Store, run: Run) -> None:
    stored = store.replace(run(), [FULL, FULL])
    assert (stored.run, stored.revision, stored.counts) == (run(), 1, Counts(6, 8, 4, 4))
    assert stored.findings == FULL.findings * 2


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_NUMBERS = st.floats(min_value=0, max_value=1e12)
_SHARES = st.floats(min_value=0, max_value=1)
_VALUES = {
    AttributeType.TEXT: _TEXTS,
    AttributeType.NUMBER: _NUMBERS | st.integers(min_value=0),
    AttributeType.WHOLE: st.integers(min_value=0),
    AttributeType.LIST: st.lists(_TEXTS, max_size=3).map(tuple),
}
_ATTRIBUTES = {
    name: st.sampled_from(rule.words) if rule.words else _VALUES[rule.type]
    for name, rule in ATTRIBUTES.items()
    if name != "identifiers"
}
_DATES = st.none() | st.dates().map(str)
_SCHEMES = dict(zip(Kind, ("name:", "function:", "service:", "product:", "place:"), strict=True))


def _ids(*kinds: Kind) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from([_SCHEMES[kind] for kind in sorted(kinds)]), _TEXTS).map("".join)


_UNKNOWN = _TEXTS.map("unknown:{}".format)


def _needs(relation: Relation) -> st.SearchStrategy[Need]:
    dependents, providers = RELATION_ENDS[relation]
    # Places and products need an unknown in one way only, which must then be named, as an import asks.
    open_ended = {one for one, other in DEFAULT_RELATIONS if other is Kind.PARTY}
    return st.one_of(
        _need(_ids(*dependents), _ids(*providers), "", relation.value),
        _need(_ids(*dependents), _UNKNOWN, relation.value),
        *([_need(_ids(*(dependents & open_ended)), _UNKNOWN, "")] if dependents & open_ended else []),
    )


def _need(
    dependent: st.SearchStrategy[str], provider: st.SearchStrategy[str], *relations: str
) -> st.SearchStrategy[Need]:
    return st.builds(
        Need,
        dependent,
        provider,
        st.sampled_from(relations),
        _TEXTS,
        st.sampled_from(["", "all", "any", "unknown", "maybe", "2", "1..2", "0..3"]),
        _TEXTS,
        share=st.none() | _SHARES,
        cost_eur=st.none() | _NUMBERS,
        valid_from=_DATES,
        valid_to=_DATES,
        confidence=_SHARES,
        record=_TEXTS,
        evidence=st.sampled_from(["", *EVIDENCE]),
        evidence_date=_DATES,
    )


def _ties(kind: TieKind) -> st.SearchStrategy[Tie]:
    one, other = TIE_ENDS[kind]
    return st.builds(
        Tie, st.just(kind.value), _ids(one), _ids(other), st.none() | _SHARES, _DATES, _DATES, record=_TEXTS
    )


_NODES = st.builds(Node, _ids(*Kind), st.fixed_dictionaries({}, optional=_ATTRIBUTES), _TEXTS)
_NEEDS = st.sampled_from(Relation).flatmap(_needs)
_TIES = st.sampled_from(TieKind).flatmap(_ties)
_DECISIONS = st.builds(
    Decision,
    *(_ids(Kind.PARTY), _ids(Kind.PARTY), st.booleans(), _TEXTS, _TEXTS),
    who=_TEXTS,
    decided=st.sampled_from(("", "2026-01-01")),
    reasons=st.lists(_TEXTS, max_size=2).map(tuple),
    note=_TEXTS,
    undone=st.booleans(),
)
_FINDINGS = st.builds(Finding, st.sampled_from(Level), *[_TEXTS] * 4)


def _tuples(sort: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(sort, max_size=3).map(tuple)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(Facts, *map(_tuples, (_NODES, _NEEDS, _TIES, _DECISIONS, _FINDINGS))),
        max_size=3,
    )
)
@example([Facts(nodes=(Node("name:\0", {"name": "\0"}, ""),))])
def test_any_facts_come_back_as_given(store: Store, run: Run, said: list[Facts]) -> None:
    store.replace(run(), said)
    with store.load() as snapshot:
        (imported,) = snapshot.imports
        for sort in ("nodes", "needs", "ties", "decisions", "findings"):
            given_facts = [fact for facts in said for fact in getattr(facts, sort)]
            assert repr(list(getattr(imported, sort))) == repr(given_facts)


def test_order_is_kept_over_many_facts(store: Store, run: Run) -> None:
    numbers = [at * 7919 % 5000 for at in range(5000)]
    nodes = [Node(f"name:{number}", {}, f"r:{at}") for at, number in enumerate(numbers)]
    store.replace(run(), (Facts(nodes=(node,)) for node in nodes))
    with store.load() as snapshot:
        assert list(snapshot.imports[0].nodes) == nodes


def test_a_text_of_ten_megabytes_is_kept(store: Store, run: Run) -> None:
    node = Node("name:a", {"name": "é" * 5_000_000}, "r")
    store.replace(run(), [Facts(nodes=(node,))])
    with store.load() as snapshot:
        assert list(snapshot.imports[0].nodes) == [node]


def test_the_graph_is_the_same_as_without_a_store(store: Store, run: Run, facts: Made) -> None:
    said = [FULL, *facts("a", "b", "c")]
    store.replace(run(), said)
    direct = Imported(
        run(),
        1,
        Counts(),
        (),
        *([fact for one in said for fact in getattr(one, sort)] for sort in ("nodes", "needs", "ties", "decisions")),
    )
    with store.load() as snapshot:
        stored = assemble(snapshot.imports, as_of="2026-01-01")
    expected = assemble([direct], as_of="2026-01-01")
    assert stored.graph.digest == expected.graph.digest
    assert stored.findings == expected.findings


@pytest.mark.parametrize("error", [InputError("bad row"), ValueError("a fault"), KeyboardInterrupt()])
@pytest.mark.parametrize("before", [0, 1, 3000])
def test_facts_that_raise_leave_the_store_as_it_was(
    store: Store, run: Run, facts: Made, held: Held, *, error: BaseException, before: int
) -> None:
    store.replace(run(), facts("a", "b"))
    store.replace(run("other"), facts("c"))
    was = held(store), store.describe(), store.search("a", limit=9)

    def broken() -> Iterator[Facts]:
        yield from facts(*map(str, range(before)))
        raise error

    with pytest.raises(type(error)):
        store.replace(run(), broken())
    assert (held(store), store.describe(), store.search("a", limit=9)) == was
    assert store.search("1", limit=9) == []
    assert store.replace(run(), facts("d")).revision == 3


def test_half_a_character_is_bad_input(store: Store, run: Run, facts: Made, held: Held) -> None:
    store.replace(run(), facts("a"))
    was = held(store)
    for bad in (Node("name:x\ud800", {}, "r"), Node("name:x", {"name": "x"}, "r\udfff")):
        with pytest.raises(InputError, match=r"half a character \(U\+D"):
            store.replace(run(), [Facts(nodes=(bad,))])
    assert held(store) == was

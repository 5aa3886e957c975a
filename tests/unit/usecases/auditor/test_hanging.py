"""What a finding hangs on: against really leaving out each thing there is, and worked out by hand."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.support import support
from depgraph.errors import EmptyStoreError, UsageError
from depgraph.model import DECISIONS, Decision, Facts, Finding, Import, Marking, Need, Node, Tie
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import graph
from depgraph.usecases.auditor.hanging import (
    DECISION,
    DECLARATION,
    FACT,
    RECORD,
    SOURCE,
    TIE,
    HangsOn,
    Tried,
    Without,
    hangs_on,
)
from depgraph.usecases.questions.spof import RankedPoint, rank_single_points
from depgraph.usecases.view import KEEPER, View, open_view

if TYPE_CHECKING:
    from collections.abc import Callable

Stated = dict[str, Facts]
Fact = Node | Need | Tie | Decision | Finding


def need(dependent: str, provider: str, record: str, word: str = "") -> Need:
    return Need(dependent, provider, "", "", word, "", None, None, None, None, 1.0, record)


def tie(kind: str, subject: str, other: str, record: str) -> Tie:
    return Tie(kind, subject, other, None, None, None, record)


def run(source: str) -> Import:
    return Import(source, "", "2026-01-01", Marking(), 50, "CC0-1.0")


def kept(stated: Stated) -> SqliteStore:
    store = SqliteStore(":memory:")
    for source, facts in stated.items():
        store.replace(run(source), [facts])
    return store


def asked(view: View, unit: str, by: str = "group") -> HangsOn:
    return hangs_on(view, unit, without=Without(view), by=by)


def said(found: HangsOn) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(each.sort, each.what, each.records) for each in found.falls}


def test_each_sort_is_told_apart() -> None:
    """Function f needs s, which x provides; x is owned by g, as a decision says of x and of X Ltd, whom g owns.

    That f needs s two records say, so that neither of them alone makes the finding fall, but the fact does.
    """
    stated = {
        "one": Facts(
            nodes=(Node("name:a", {"sector": "towns"}, "1"),),
            needs=(need("function:f", "service:s", "2"), need("service:s", "name:x", "3")),
            ties=(tie("owner", "function:f", "name:a", "4"), tie("owned_by", "name:X Ltd", "name:g", "5")),
        ),
        "two": Facts(needs=(need("function:f", "service:s", "6"),)),
        DECISIONS: Facts(decisions=(Decision("name:x", "name:X Ltd", same=True, evidence="", record="d1"),)),
    }
    store = kept(stated)
    view = open_view(store)
    (row,) = [row for row in rank_single_points(view, by="group").rows if row.id == "name:g"]
    assert row.organisations_lower == 1
    hanging = asked(view, "name:g")
    store.close()
    assert hanging.claim == "g certainly stops something of at least one organisation"
    assert {(each.sort, each.what) for each in hanging.falls} == {
        (RECORD, "3"),
        (RECORD, "4"),
        (RECORD, "5"),
        (FACT, "'function:f' uses 'service:s'"),
        (FACT, "'service:s' provided_by 'name:X Ltd'"),
        (TIE, "'function:f' owner 'name:a'"),
        (TIE, "'name:X Ltd' owned_by 'name:g'"),
        (DECISION, "'name:x' and 'name:X Ltd' are one"),
        (SOURCE, "one"),
    }
    assert [(each.sort, each.falls, each.untried) for each in hanging.tried] == [
        (RECORD, 3, 0),
        (FACT, 2, 0),
        (DECLARATION, 0, 0),
        (TIE, 2, 0),
        (DECISION, 1, 0),
        (SOURCE, 1, 0),
    ]


def test_a_declaration_alone() -> None:
    """Without "both" x may stop f and no longer certainly does; without its need of y it certainly does all the more."""
    found = asked(View(graph("f1@a f1>x&y"), KEEPER, 1, (), ()), "name:x")
    assert [(each.sort, each.what) for each in found.falls] == [
        (FACT, "'function:f1' uses 'name:x'"),
        (DECLARATION, "'all' of requirement 'x&y' of 'function:f1'"),
    ] or [each.sort for each in found.falls] == [FACT, DECLARATION]
    assert found.tried[0] == Tried(RECORD, 0, None), "there is no store to leave a record out of"


def test_nothing_alone_where_two_reasons_have_nothing_in_common() -> None:
    found = asked(View(graph("f1@a f1>x f2@b f2>x"), KEEPER, 1, (), ()), "name:x")
    assert found.falls == ()


def _drawn(draw: random.Random) -> Stated:
    """Return a small store: three sources that say overlapping things, with owners, groups and one decision."""
    functions = [f"function:f{at}" for at in range(3)]
    services = [f"service:s{at}" for at in range(2)]
    parties = [f"name:{name}" for name in "xyz"]
    stated: Stated = {}
    for source in ("one", "two", "three"):
        needs, ties, nodes = [], [], []
        for row in range(draw.randint(2, 6)):
            record = f"{draw.randint(1, 4)}"
            sort = draw.random()
            if sort < 0.55:
                dependent = draw.choice(functions)
                needs.append(
                    need(dependent, draw.choice(services + parties), record, draw.choice(["", "any", "all", "1"]))
                )
            elif sort < 0.75:
                needs.append(need(draw.choice(services), draw.choice(parties), record))
            elif sort < 0.85:
                ties.append(tie("owned_by", draw.choice(parties), f"name:g{draw.randint(0, 1)}", record))
            elif sort < 0.95:
                ties.append(tie("owner", draw.choice(functions), draw.choice(["name:a", "name:b"]), record))
            else:
                nodes.append(Node(draw.choice(parties), {"identifiers": ("vat:NL1234",)}, f"{record}-{row}"))
        ties += [tie("owner", draw.choice(functions), "name:a", "owners")] if source == "one" else []
        declared = {}
        for each in needs:
            declared.setdefault((each.dependent, source), each.at_least)
        needs = [each._replace(at_least=declared[each.dependent, source]) for each in needs]
        stated[source] = Facts(nodes=tuple(nodes), needs=tuple(needs), ties=tuple(ties))
    pair = draw.sample(parties, 2)
    stated[DECISIONS] = Facts(decisions=(Decision(pair[0], pair[1], draw.random() < 0.7, "", "d1"),))
    return stated


def _left(stated: Stated, keeps: Callable[[str, Fact], bool]) -> Stated:
    """Return a store in which only some facts are said."""
    return {
        source: Facts(*(tuple(one for one in part if keeps(source, one)) for part in facts))
        for source, facts in stated.items()
    }


def _stands(stated: Stated, view: View, unit: str, column: str) -> bool:
    """Say whether a unit, or who is one with it in a view, still stops something of somebody in a store."""
    called = [unit, *sorted(alias for alias, of in view.graph.aliases.items() if of == unit)]
    rows = _ranked(_Said(stated))
    return any(getattr(rows[each], column) > 0 for each in called if each in rows)


class _Said(Stated):
    """What a store says, equal to whatever says the same."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(repr(sorted(self.items())))


@cache
def _ranked(stated: _Said) -> dict[str, RankedPoint]:
    with closing(kept({source: facts for source, facts in stated.items() if any(facts)})) as store:
        try:
            view = open_view(store, replace(KEEPER, as_of="2026-01-01"))
            return {row.id: row for row in rank_single_points(view, by="group", limit=0).rows}
        except (EmptyStoreError, UsageError):
            return {}


@pytest.mark.parametrize("seed", [2, 100, 101, 102])
def test_records_ties_decisions_sources_and_facts_against_leaving_each_out(seed: int) -> None:
    """Each of all there are is left out of the store, where the measure tries only those in a reason of each loss."""
    stated = _drawn(random.Random(seed))
    with closing(kept(stated)) as store:
        _compared(stated, open_view(store))


def _compared(stated: Stated, view: View) -> None:
    rows = [row for row in rank_single_points(view, by="group", limit=0).rows if row.organisations_upper][:2]
    for row in rows:
        column = "organisations_lower" if row.organisations_lower else "organisations_upper"
        lines = said(asked(view, row.id))
        records = {
            (source, one.record)
            for source, facts in stated.items()
            if source != DECISIONS
            for part in facts
            for one in part
        }
        fell = {
            key
            for key in records
            if not _stands(
                _left(stated, lambda source, one, key=key: (source, one.record) != key), view, row.id, column
            )
        }
        assert {each[2] for each in lines if each[0] == RECORD} == {(f"{source}: {record}",) for source, record in fell}
        ends = {
            (one.kind, view.graph.find(one.subject), view.graph.find(one.object))
            for facts in stated.values()
            for one in facts.ties
        }
        fell_ties = set()
        for tied in ends:

            def keeps(_source: str, one: Fact, tied: tuple[str, int | None, int | None] = tied) -> bool:
                return (
                    not isinstance(one, Tie)
                    or (one.kind, view.graph.find(one.subject), view.graph.find(one.object)) != tied
                )

            if tied[1] != tied[2] and not _stands(_left(stated, keeps), view, row.id, column):
                fell_ties.add(tied)
        assert len([each for each in lines if each[0] == TIE]) == len(fell_ties)
        undecided = _left(stated, lambda source, _: source != DECISIONS)
        assert any(each[0] == DECISION for each in lines) != _stands(undecided, view, row.id, column)
        sources = {
            source
            for source in stated
            if source != DECISIONS
            and not _stands(_left(stated, lambda each, _, source=source: each != source), view, row.id, column)
        }
        assert {each[1] for each in lines if each[0] == SOURCE} == sources
        for sort in (FACT, DECLARATION):
            scope, every = scope_of(view.graph), units(view.graph, By.GROUP)
            rests = support(view.graph, every, scope, row.id)
            end = int(column.endswith("upper"))
            falling = [
                bool(needs) for needs, measured in zip(rests.needs, rests.without, strict=True) if not measured[2, end]
            ]
            assert sum(each == (sort == FACT) for each in falling) == len([each for each in lines if each[0] == sort])

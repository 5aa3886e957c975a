"""Decisions about parties: what is refused and why, what is stored, and what a file of them may hold."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.decision_file import read_decisions
from depgraph.errors import DepgraphError, InputError, MissingPathError, UnknownIdError, UsageError
from depgraph.model import Facts, Import, Label, Marking, Need, Node
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.decided import list_decisions
from depgraph.usecases.keeping.deciding import Proposal, decide, undo
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = "2026-11-29"
RUN = Import("register", "", "2026-01-01", Marking(), 80, "")
LEIS = ("lei:INR2EJN1ERAN0W5ZP974", "lei:529900T8BM49AURSDO55")
FACTS = Facts(
    nodes=(
        *(Node(f"name:{one}", {}, f"n:{one}") for one in "abcd"),
        Node("name:shared 1", {"identifiers": ("kvk:00000001",)}, "n:s1"),
        Node("name:shared 2", {"identifiers": ("kvk:00000001", "domain:two.nl")}, "n:s2"),
        *(Node(f"name:entity {at}", {"identifiers": (lei,)}, "n:e") for at, lei in enumerate(LEIS)),
    ),
    needs=(Need("name:a", "unknown:host", "uses", "", "", "", None, None, None, None, 1.0, "u:1"),),
)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with closing(SqliteStore(":memory:")) as made:
        made.replace(RUN, [FACTS])
        yield made


def same(first: str, second: str, **more: object) -> Proposal:
    made = Proposal(first=first, second=second, same=True, who="Ann", decided=TODAY)
    return replace(made, **more)  # type: ignore[arg-type]  # fields of it


def apart(first: str, second: str) -> Proposal:
    return same(first, second, same=False)


def put(store: SqliteStore, *proposals: Proposal) -> None:
    for proposal in proposals:
        decide(store, [proposal], today=TODAY)


def node(store: SqliteStore, written: str) -> str:
    graph = open_view(store).graph
    return str(graph.nodes.id[graph.position(written)])


@pytest.mark.parametrize(
    ("proposal", "error", "message"),
    [
        (same("name:a", "name:nobody"), UnknownIdError, "no node has the id"),
        (same("name:a", "A"), UsageError, "are one id"),
        (same("name:a", "lei:123"), UnknownIdError, "an LEI has 18"),
        (same("name:a", "name:b", who="  "), UsageError, "nobody is named as who"),
        (same("name:a", "name:b", decided="2026-12-01"), UsageError, "after today"),
        (same("name:a", "name:b", decided="yesterday"), UsageError, "is not a date"),
        (same("name:a", "name:b", note="x" * 2_001), UsageError, "one line of at most 2,000"),
        (same("name:a", "unknown:"), UnknownIdError, "a provider that nobody knows"),
        (same(*LEIS), UsageError, f"have two LEIs ({LEIS[1]}, {LEIS[0]})"),
        (same("name:entity 0", "name:entity 1"), UsageError, "have two LEIs"),
        (apart("name:shared 1", "kvk:00000001"), None, ""),
    ],
)
def test_what_one_decision_may_be(
    store: SqliteStore, proposal: Proposal, error: type[DepgraphError] | None, message: str
) -> None:
    if error is None:
        assert decide(store, [proposal], today=TODAY).revision == 2
        return
    with pytest.raises(error) as raised:
        decide(store, [proposal], today=TODAY)
    assert message in str(raised.value)
    assert store.describe().revision == 1


def test_three_are_one_by_two_decisions_and_a_rejection_blocks_that(store: SqliteStore) -> None:
    put(store, same("name:a", "name:b"), same("b", "name:c"))
    assert node(store, "name:c") == "name:a"
    with pytest.raises(UsageError) as raised:
        put(store, apart("name:a", "name:c"))
    assert all(f"'name:{one}' and 'name:{other}' are one party" in str(raised.value) for one, other in ("ab", "bc"))
    assert "(decided by Ann on 2026-11-29)" in str(raised.value)
    undo(store, "name:c", "name:b", who="Bo", today=TODAY)
    put(store, apart("name:a", "name:c"))
    with pytest.raises(UsageError) as raised:
        put(store, same("name:c", "name:b"))
    assert "'name:a' and 'name:c' are two parties (decided by Ann on 2026-11-29)" in str(raised.value)
    assert "'name:a' and 'name:b' are one party" in str(raised.value)


def test_what_is_decided_is_not_decided_otherwise_before_it_is_undone(store: SqliteStore) -> None:
    put(store, same("name:a", "name:b"))
    with pytest.raises(UsageError, match=r"undo that first .depgraph resolve undo 'name:a' 'name:b'"):
        put(store, apart("name:B", "name:A"))
    assert decide(store, [same("name:b", "name:a")], today=TODAY).already == 1
    undo(store, "name:a", "name:b", who="Bo", today=TODAY)
    put(store, apart("name:b", "name:a"))
    assert [row.decision for row in list_decisions(store, every=True).rows] == ["reject", "accept"]


def test_who_shares_an_identifier_is_set_apart_by_a_decision(store: SqliteStore) -> None:
    assert node(store, "name:shared 1") == node(store, "name:shared 2") == "kvk:00000001"
    put(store, apart("name:shared 2", "name:shared 1"))
    assert node(store, "name:shared 1") != node(store, "name:shared 2")


def test_another_id_of_a_party_and_an_unknown_provider_may_be_decided_about(store: SqliteStore) -> None:
    put(store, same("domain:two.nl", "name:d"), same("unknown:host", "name:b"))
    assert node(store, "name:d") == "kvk:00000001"
    assert node(store, "unknown:host") == "name:b"


def test_a_decision_is_marked_as_what_may_be_known_of_both(store: SqliteStore) -> None:
    care = Marking(Label.AMBER, ("care", "water"))
    water = Marking(Label.AMBER, ("water",))
    for part, marking, name in (("1", care, "x"), ("2", water, "y"), ("3", Marking(Label.AMBER, ("fire",)), "z")):
        store.replace(RUN._replace(part=part, marking=marking), [Facts((Node(f"name:{name}", {}, "n:1"),))])
    assert decide(store, [same("name:a", "name:x")], today=TODAY).markings == (care,)
    assert decide(store, [same("name:x", "name:y")], today=TODAY).markings == (water,)
    assert decide(store, [same("name:b", "name:c")], today=TODAY).markings == (Marking(),)
    with pytest.raises(UsageError, match="different audiences: say --marking"):
        decide(store, [same("name:y", "name:z")], today=TODAY)


HEAD = "first,second,decision,who,decided"


@pytest.mark.parametrize(
    ("rows", "findings"),
    [
        ("name:a,name:nobody,accept,Ann,2026-01-01", ["d.csv:2: no node has the id 'name:nobody'"]),
        ("name:a,kbo:0123456780,accept,Ann,2026-01-01", ["d.csv:2: 'kbo:0123456780' is not valid: the check digits"]),
        ("name:a,name:b,perhaps,Ann,2026-01-01", ["d.csv:2: decision: 'perhaps' is no decision"]),
        ("name:a,name:b,accept,,2026-01-01", ["d.csv:2: who: "]),
        (
            "name:a,name:b,accept,Ann,2026-01-01\nname:B,name:a,reject,Bo,2026-01-02\nname:x,name:b,accept,Bo,2026-01-02",
            ["d.csv:3: it is decided that 'name:a' and 'name:b' are one party", "d.csv:4: no node has the id 'name:x'"],
        ),
        (
            "name:a,name:b,accept,Ann,2026-01-01\nname:b,name:c,accept,Ann,2026-01-01\nname:a,name:c,reject,Bo,2026-01-02",
            ["d.csv:3: 'name:b' and 'name:c' cannot be one, since it is decided that 'name:a' and 'name:c' are two"],
        ),
    ],
)
def test_a_bad_file_of_decisions_is_told_by_line_and_changes_nothing(
    store: SqliteStore, tmp_path: Path, rows: str, findings: list[str]
) -> None:
    path = tmp_path / "d.csv"
    path.write_text(f"{HEAD}\n{rows}\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        decide(store, read_decisions(path).proposals, today=TODAY)
    told = [str(one) for one in raised.value.findings]
    assert [one[: len(wanted)] for one, wanted in zip(told, findings, strict=True)] == findings
    assert store.describe().revision == 1


def test_a_column_that_nobody_knows_is_refused_and_a_file_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text(f"{HEAD},colour\nname:a,name:b,accept,Ann,2026-01-01,red\n", encoding="utf-8")
    with pytest.raises(InputError, match="colour"):
        read_decisions(path)
    with pytest.raises(MissingPathError):
        read_decisions(tmp_path / "none.csv")


@settings(max_examples=6, deadline=None)
@given(st.permutations([("name:a", "name:b", True), ("name:c", "name:d", True), ("name:a", "name:c", False)]))
def test_the_order_of_deciding_does_not_matter_for_the_graph(said: list[tuple[str, str, bool]]) -> None:
    digests = set()
    for order in (said, sorted(said)):
        with closing(SqliteStore(":memory:")) as store:
            store.replace(RUN, [FACTS])
            put(store, *(same(first, second, same=are) for first, second, are in order))
            digests.add(open_view(store).graph.digest)
    assert len(digests) == 1

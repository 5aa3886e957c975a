"""Names that are none, say little, are the same ten thousand times or in other scripts: through a store, none is lost."""

from __future__ import annotations

from contextlib import closing

import pytest

from depgraph.model import Facts, Import, Marking, Need, Node
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.questions.matching import Asked, match_list
from depgraph.usecases.questions.resolving import rank_candidates
from depgraph.usecases.view import open_view

RUN = Import("register", "", "2026-01-01", Marking(), 80, "")
MANY = 10_000


def _stored(store: SqliteStore, names: list[str], *, named: str = "") -> None:
    """Store a provider of each id, needed by one town; all are called `named` if it is said."""
    attributes = {"name": named} if named else {}
    nodes = tuple(Node(name, attributes, f"n:{at}") for at, name in enumerate(names))
    needs = tuple(
        Need(f"name:Town {at}", name, "uses", "", "", "", None, None, None, None, 1.0, f"r:{at}")
        for at, name in enumerate(names[:20])
    )
    store.replace(RUN, [Facts(nodes=nodes, needs=needs)])


def _asked(store: SqliteStore) -> set[frozenset[str]]:
    rows = rank_candidates(store, open_view(store), limit=0).rows
    return {frozenset((row.first, row.second)) for row in rows if row.answer == "same"}


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        (["name:A", "name:B", "name:-", "name:...", "name:*"], []),
        (["name:Мой Хост ООД", "name:Moy Khost OOD"], [("name:Мой Хост ООД", "name:Moy Khost OOD")]),
        (["name:株式会社日立", "name:日立"], [("name:株式会社日立", "name:日立")]),
    ],
)
def test_names_that_say_little_are_nobody_and_scripts_are_compared(
    names: list[str], asked: list[tuple[str, str]]
) -> None:
    with closing(SqliteStore(":memory:")) as store:
        _stored(store, names)
        assert _asked(store) == {frozenset(pair) for pair in asked}


def test_ten_thousand_parties_of_one_name_are_told_and_no_number_is_another_one() -> None:
    with closing(SqliteStore(":memory:")) as store:
        _stored(store, [f"kvk:{10_000_000 + at}" for at in range(MANY)], named="Equal Services B.V.")
        view = open_view(store)
        answer = rank_candidates(store, view, limit=5)
        # Each has a number of its own in one register: they are two, and may be of one group.
        assert (answer.adds.open, answer.adds.same_group >= MANY - 1) == (0, True)
        lines = [Asked(f"list.csv:{at}", "Equal Services") for at in range(MANY)]
        told = match_list(view, lines).adds
        assert (told.names, told.ambiguous) == (MANY, MANY)

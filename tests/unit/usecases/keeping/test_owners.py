"""LEIs that came after the last import of GLEIF, and what contradicts itself of who owns whom."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from depgraph.model import Facts, Import, Marking, Need, Node, Tie, TieKind
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.status import describe_status

if TYPE_CHECKING:
    from depgraph.usecases.keeping.owners import Owners

FIRST, SECOND, THIRD = "lei:EXAMPLEA000000000070", "lei:EXAMPLEB000000000020", "lei:EXAMPLEC000000000067"


def run(source: str, part: str = "") -> Import:
    return Import(source, part, "2025-01-01", Marking(), 50, "CC0-1.0")


def need(provider: str) -> Facts:
    return Facts(needs=(Need("name:A", provider, "uses", "", "", "", None, None, None, None, 1.0, "r:1"),))


def owned(party: str, owner: str) -> Facts:
    return Facts(ties=(Tie(TieKind.OWNED_BY, party, owner, None, None, None, f"t:{party}"),))


def told(store: SqliteStore) -> Owners:
    found = describe_status(store).adds.owners
    assert found is not None
    return found


def test_leis_that_came_after_the_last_import() -> None:
    with closing(SqliteStore(":memory:")) as store:
        store.replace(run("register", "1"), [need(FIRST), need("name:B")])
        assert (told(store).revision, told(store).came_after) == (None, ())
        store.replace(run("gleif"), [Facts((Node(FIRST, {"name": "A"}, "r:1"), Node(THIRD, {}, "r:2")))])
        assert (told(store).revision, told(store).came_after) == (2, ())
        store.replace(run("register", "2"), [need(SECOND), need(THIRD), need(FIRST), need("name:C")])
        assert told(store).came_after == (SECOND,)
        store.replace(run("gleif"), [Facts((Node(SECOND, {"name": "B"}, "r:1"),))])
        assert told(store).came_after == ()


def test_two_owners_and_circles_are_named() -> None:
    facts = [
        need(FIRST),
        owned(FIRST, SECOND),
        owned(FIRST, "name:X"),
        owned("name:Y", "name:Z"),
        owned("name:Z", "name:Y"),
    ]
    with closing(SqliteStore(":memory:")) as store:
        store.replace(run("register"), facts)
        first, second = told(store).contradicted
        assert f"'{FIRST}' is owned by '{SECOND}' and 'name:X' at once" in first
        assert "2 parties own each other in a circle, 'name:Y', 'name:Z'" in second

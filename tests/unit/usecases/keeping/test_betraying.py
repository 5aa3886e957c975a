"""A list that is kept as far as the store knows it tells no more than its marking lets, or its keeper is warned."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.model import Facts, Import, Label, Marking, Need, Node
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.betraying import BETRAYED, Kept
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.keeping.known import known_to
from importers.gleif import SOURCE as GLEIF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.model import Finding

CLEAR = Marking()
CARE = Marking(Label.AMBER, hubs=("care",))
OPEN, HIDDEN, NUMBERED = "lei:EXAMPLE0010000001202", "lei:EXAMPLE0010000000135", "kvk:12345678"


def need(provider: str) -> Need:
    return Need("name:Ede", provider, "uses", "", "", "", None, None, None, None, 1.0, "r:1")


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with closing(SqliteStore(":memory:")) as made:
        for part, marking, facts in (
            ("open", CLEAR, Facts(needs=(need(OPEN),))),
            ("care", CARE, Facts(needs=(need(HIDDEN), need(OPEN)))),
        ):
            made.replace(Import("register", part, "2025-12-01", marking, 80, ""), [facts])
        yield made


def told(store: SqliteStore, marking: Marking | None, *, everything: bool = False) -> list[Finding]:
    """Import the list, and return what is told of the parties that it betrays."""
    answer = import_source(
        store,
        GLEIF,
        Given((Path("data_samples/gleif"),)),
        today="2026-01-01",
        marking=marking,
        allow_implausible=True,
        may_weaken=True,
        everything=everything,
    )
    return [finding for finding in answer.findings if finding.code == BETRAYED]


def test_whoever_imports_is_told_whom_closer_data_alone_name(store: SqliteStore) -> None:
    (found,) = told(store, None)
    assert found.message == (
        "1 party is kept that only data of a closer marking name: all who may see what is marked tlp:clear see by this"
        " import that the store names it; mark it as what names it is (--marking), or keep all of the list (--all)"
    )
    with store.load() as snapshot:
        kept = {finding.code for imported in snapshot.imports for finding in imported.findings}
    assert BETRAYED not in kept, "others see what is kept with the import"


def test_it_is_found_by_the_number_in_a_register_too(store: SqliteStore) -> None:
    closer = Facts(nodes=(Node("name:Numbered", {"identifiers": (NUMBERED,)}, "r:2"),))
    store.replace(Import("register", "more", "2025-12-01", CARE, 80, ""), [closer])
    kept = Kept(store, Import("gleif", "", "2026-01-01", CLEAR, 75, ""), known_to(store, without="gleif"))
    listed = [Facts((Node(OPEN, {"identifiers": (NUMBERED,)}, "l:1"),)), Facts((Node("lei:A", {}, "l:2"),))]
    assert list(kept.passing(listed)) == listed
    assert not kept.findings(), "open data name it as well, by another id"
    list(kept.passing([Facts((Node("lei:A", {"identifiers": (NUMBERED,)}, "l:1"),))]))
    assert [finding.message[:18] for finding in kept.findings()] == ["1 party is kept th"]


def test_there_is_nothing_to_tell_where_all_who_see_it_see_what_names_them(store: SqliteStore) -> None:
    assert not told(store, CARE)
    assert not told(store, None, everything=True)

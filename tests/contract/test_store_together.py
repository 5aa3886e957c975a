"""What every store promises when several use it at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.model import Facts, Import
    from depgraph.ports import Store

    Run = Callable[..., Import]
    Made = Callable[..., list[Facts]]
    Held = Callable[..., list[tuple[str, ...]]]


def test_a_reader_is_not_disturbed_by_an_import(open_store: Callable[[], Store], run: Run, facts: Made) -> None:
    reader, writer = open_store(), open_store()
    writer.replace(run("one"), facts("a", "b"))
    writer.replace(run("two"), facts("c"))
    with reader.load() as snapshot:
        one, two = snapshot.imports
        nodes = iter(one.nodes)
        assert next(iter(nodes)).id == "name:a"
        writer.replace(run("one"), facts("x"))
        writer.replace(run("two"), facts("y"))
        writer.prune()
        assert snapshot.revision == 2
        assert [node.id for node in nodes] == ["name:b"]
        assert [node.id for node in two.nodes] == ["name:c"]
        assert [need.provider for need in one.needs] == ["name:b"]


def test_an_import_is_seen_by_others_when_it_is_done_and_not_before(
    open_store: Callable[[], Store], run: Run, facts: Made, held: Held
) -> None:
    reader, writer = open_store(), open_store()
    writer.replace(run(), facts("a"))
    before = held(reader)
    seen = []

    def watched() -> Iterator[Facts]:
        yield from facts(*map(str, range(2500)))
        seen.append((held(reader), reader.search("a", limit=5), reader.describe().revision))

    writer.replace(run(), watched())
    assert seen == [(before, ["name:a"], 1)]
    assert reader.describe().revision == 2
    assert reader.search("2499", limit=5) == ["name:2499"]


def test_two_imports_at_once_are_done_one_after_the_other(
    open_store: Callable[[], Store], run: Run, facts: Made
) -> None:
    writers = [open_store() for _ in range(2)]
    start = Barrier(len(writers))

    def import_it(source: str, writer: Store) -> int:
        start.wait(60)
        return writer.replace(run(source), iter(facts(*(f"{source}{at}" for at in range(2000))))).revision

    with ThreadPoolExecutor() as threads:
        revisions = list(threads.map(import_it, ("one", "two"), writers))
    assert sorted(revisions) == [1, 2]
    with writers[0].load() as snapshot:
        assert [item.run.source for item in snapshot.imports] == ["one", "two"]
        assert [len(list(item.nodes)) for item in snapshot.imports] == [2000, 2000]


def test_an_import_waits_for_another_but_not_for_ever(
    open_store: Callable[..., Store], run: Run, facts: Made, held: Held
) -> None:
    first, second = open_store(), open_store(busy_seconds=0.5)
    second.replace(run("two"), facts("a"))
    before = held(second)

    def meanwhile() -> Iterator[Facts]:
        started = time.monotonic()
        with pytest.raises(
            StoreUnavailableError, match="is busy with another import: try again when that has finished"
        ):
            second.replace(run("two"), facts("b"))
        assert 0.5 <= time.monotonic() - started < 20
        assert held(second) == before
        yield from facts("c")

    first.replace(run("one"), meanwhile())
    assert second.replace(run("two"), facts("b")).revision == 3


def test_one_store_serves_many_threads(store: Store, run: Run, facts: Made, held: Held) -> None:
    store.replace(run(), facts(*map(str, range(300))))
    expected = held(store)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: (held(store), store.search("299", limit=1)), range(24)))
    assert answers == [(expected, ["name:299"])] * 24

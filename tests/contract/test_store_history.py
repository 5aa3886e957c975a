"""What every store promises of several imports: each source and part speaks for itself, and the past can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UsageError
from depgraph.ports import UNKNOWN_RECEIPT, Counts, InputFile, Receipt, Superseded, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.model import Facts, Import
    from depgraph.ports import Store

    Run = Callable[..., Import]
    Made = Callable[..., list[Facts]]
    Held = Callable[..., list[tuple[str, ...]]]


def _ids(store: Store, revision: int | None = None) -> list[list[str]]:
    with store.load(revision) as snapshot:
        return [[node.id for node in imported.nodes] for imported in snapshot.imports]


def test_importing_again_replaces_what_that_source_said(store: Store, run: Run, facts: Made) -> None:
    store.replace(run("one"), facts("a", "b"))
    store.replace(run("two"), facts("c"))
    store.replace(run("one"), facts("b", "d"))
    assert _ids(store) == [["name:b", "name:d"], ["name:c"]]


def test_each_part_speaks_for_itself(store: Store, run: Run, facts: Made) -> None:
    store.replace(run("one", "east"), facts("a"))
    store.replace(run("one", "west"), facts("b"))
    store.replace(run("one"), facts("c"))
    store.replace(run("one", "west"), facts("d"))
    assert _ids(store) == [["name:c"], ["name:a"], ["name:d"]]


def test_imports_are_in_alphabetical_order_of_source_and_part(store: Store, run: Run, facts: Made) -> None:
    names = [("z", ""), ("é", ""), ("a", "10"), ("a", "2"), ("B", ""), ("a", ""), ("\U0001f600", ""), ("\uffee", "")]
    for source, part in names:
        store.replace(run(source, part), facts("a"))
    with store.load() as snapshot:
        assert [(item.run.source, item.run.part) for item in snapshot.imports] == sorted(names)


def test_an_import_without_facts_replaces_with_nothing(store: Store, run: Run, facts: Made) -> None:
    store.replace(run(), facts("a"))
    assert store.replace(run(), []).counts == Counts()
    assert _ids(store) == [[]]
    assert store.search("a", limit=5) == []


def test_every_revision_stays_readable(store: Store, run: Run, facts: Made) -> None:
    store.replace(run("one"), facts("a"))
    store.replace(run("two"), facts("b"))
    store.replace(run("one", retrieved="2026-02-01"), facts("c"))
    store.replace(run("two"), [])
    assert [_ids(store, revision) for revision in range(5)] == [
        [],
        [["name:a"]],
        [["name:a"], ["name:b"]],
        [["name:c"], ["name:b"]],
        [["name:c"], []],
    ]
    with store.load(2) as snapshot:
        assert snapshot.revision == 2
        assert [(item.revision, item.run.retrieved) for item in snapshot.imports] == [
            (1, "2026-01-01"),
            (2, "2026-01-01"),
        ]


@pytest.mark.parametrize("revision", [-1, 2, 10**30])
def test_a_revision_that_does_not_exist(store: Store, run: Run, facts: Made, revision: int) -> None:
    store.replace(run(), facts("a"))
    with pytest.raises(UsageError, match=f"no revision {revision}"), store.load(revision):
        pass
    with pytest.raises(UsageError, match=f"no revision {revision}"):
        store.search("a", limit=5, revision=revision)


def test_history_says_what_replaced_what(store: Store, run: Run, facts: Made) -> None:
    first, second, third = run("one"), run("two", "east"), run("one", retrieved="2026-03-01", trust=60)
    store.replace(first, facts("a", "b", "c"))
    store.replace(second, facts("d"))
    store.replace(third, facts("e"))
    description = store.describe()
    assert description.revision == 3
    assert description.history == (
        Superseded(first, 1, (Term(1, 3),), Counts(nodes=3, needs=2)),
        Superseded(second, 2, (Term(2, None),), Counts(nodes=1)),
        Superseded(third, 3, (Term(3, None),), Counts(nodes=1)),
    )
    assert description.kind
    assert description.location
    assert description.version
    assert description.pending == ""


RECEIPT = Receipt(
    (InputFile("a/needs.csv", 2**40, "0f" * 32), InputFile("tab\tü", 0, "00" * 32)),
    (("depgraph", "0.1"), ("list", "2026")),
    3,
    1,
)


def test_each_import_keeps_its_receipt_which_is_asked_for_once_when_all_is_read(
    store: Store, run: Run, facts: Made
) -> None:
    seen: list[str] = []

    def watched() -> Iterator[Facts]:
        yield from facts("a", "b")
        seen.append("read")

    def receipt() -> Receipt:
        seen.append("asked")
        return RECEIPT

    assert store.replace(run("one"), watched(), receipt=receipt).receipt == RECEIPT
    assert seen == ["read", "asked"]
    assert store.replace(run("two"), facts("c")).receipt == UNKNOWN_RECEIPT
    assert [item.receipt for item in store.describe().history] == [RECEIPT, UNKNOWN_RECEIPT]
    with store.load() as snapshot:
        assert [item.receipt for item in snapshot.imports] == [RECEIPT, UNKNOWN_RECEIPT]


def test_a_receipt_that_cannot_be_made_leaves_the_store_as_it_was(
    store: Store, run: Run, facts: Made, held: Held
) -> None:
    store.replace(run(), facts("a"))
    was = held(store)

    def receipt() -> Receipt:
        raise UsageError("no")

    with pytest.raises(UsageError, match="no"):
        store.replace(run(), facts("b"), receipt=receipt)
    assert held(store) == was


def test_pruning_forgets_what_was_replaced(store: Store, run: Run, facts: Made, held: Held) -> None:
    store.replace(run("one"), facts("a"))
    store.replace(run("one"), facts("b"))
    store.replace(run("one"), facts("c"))
    store.replace(run("two"), facts("d"))
    now = held(store)
    assert store.prune() == 2
    assert held(store) == held(store, 4) == held(store, 3) + held(store)[1:] == now
    assert [item.revision for item in store.describe().history] == [3, 4]
    for revision in (1, 2):
        with pytest.raises(UsageError, match=f"revision {revision} was pruned"), store.load(revision):
            pass
    assert store.search("b", limit=5) == []
    assert store.prune() == 0


def test_numbers_go_on_after_pruning(store: Store, run: Run, facts: Made) -> None:
    store.replace(run(), facts("a"))
    store.replace(run(), facts("b"))
    store.prune()
    assert store.replace(run(), facts("c")).revision == 3
    assert _ids(store, 2) == [["name:b"]]
    assert store.prune() == 1
    with pytest.raises(UsageError, match="revision 2 was pruned: the oldest that can be read is 3"), store.load(2):
        pass


def test_an_import_can_be_taken_out_and_brought_back(store: Store, run: Run, facts: Made, held: Held) -> None:
    store.replace(run("one"), facts("alpha", "b"))
    store.replace(run("two"), facts("c"))
    then = held(store)
    assert store.put_in_force([2]) == 3
    assert _ids(store) == [["name:c"]]
    assert store.search("alpha", limit=5) == []
    assert store.search("alpha", limit=5, revision=2) == ["name:alpha"]
    assert store.put_in_force([1, 2]) == 4
    assert held(store) == held(store, 2) == then
    assert store.search("alpha", limit=5) == ["name:alpha"]
    assert [item.terms for item in store.describe().history] == [(Term(1, 3), Term(4, None)), (Term(2, None),)]
    assert store.put_in_force([]) == 5
    assert [_ids(store, revision) for revision in (1, 3, 5)] == [[["name:alpha", "name:b"]], [["name:c"]], []]
    assert store.replace(run("one"), facts("d")).revision == 6
    assert [item.until for item in store.describe().history] == [5, 5, None]
    assert store.check() == ""


def test_an_import_takes_the_place_of_one_that_was_brought_back(store: Store, run: Run, facts: Made) -> None:
    store.replace(run(), facts("a"))
    store.replace(run(), facts("b"))
    store.put_in_force([1])
    assert _ids(store) == [["name:a"]]
    store.replace(run(), facts("c"))
    assert _ids(store) == [["name:c"]]
    assert [_ids(store, revision) for revision in (2, 3)] == [[["name:b"]], [["name:a"]]]


@pytest.mark.parametrize("imports", [[3], [1, 2], [0]])
def test_what_cannot_be_put_in_force(store: Store, run: Run, facts: Made, held: Held, imports: list[int]) -> None:
    store.replace(run(), facts("a"))
    store.replace(run(), facts("b"))
    before = held(store), store.describe()
    with pytest.raises(UsageError, match=r"no import of revision|speak for one source and part"):
        store.put_in_force(imports)
    assert (held(store), store.describe()) == before


def test_pruning_keeps_what_was_brought_back(store: Store, run: Run, facts: Made, held: Held) -> None:
    store.replace(run("one"), facts("a"))
    store.put_in_force([])
    store.put_in_force([1])
    store.replace(run("two"), facts("b"))
    now = held(store)
    assert store.prune() == 0
    assert held(store) == now
    assert store.describe().oldest == 3
    with pytest.raises(UsageError, match="revision 2 was pruned"), store.load(2):
        pass
    store.put_in_force([4])
    assert store.prune() == 1
    assert (_ids(store), store.describe().revision, store.describe().oldest) == ([["name:b"]], 5, 5)


def test_an_import_kept_as_history_is_in_force_at_no_revision(store: Store, run: Run, facts: Made) -> None:
    store.replace(run(retrieved="2026-01-01"), facts("new", "host"))
    kept = store.replace(run(retrieved="2024-01-01"), facts("old", "host"), in_force=False)
    assert kept.revision == 2
    assert [_ids(store, revision) for revision in (1, 2, None)] == [[["name:new", "name:host"]]] * 3
    assert store.search("old", limit=5) == []
    told = store.describe()
    assert [held.terms for held in told.history] == [(Term(1, None),), (Term(2, 2),)]
    with store.load(imports=(2,)) as snapshot:
        assert [node.id for imported in snapshot.imports for node in imported.nodes] == ["name:old", "name:host"]
    assert store.check() == ""
    assert store.put_in_force([1]) == 3
    assert _ids(store) == [["name:new", "name:host"]]
    assert store.prune() == 1
    assert [held.revision for held in store.describe().history] == [1]
    assert store.check() == ""


def test_the_first_import_may_be_history_alone(store: Store, run: Run, facts: Made) -> None:
    store.replace(run(), facts("old", "host"), in_force=False)
    assert _ids(store) == []
    assert store.check() == ""
    store.replace(run(retrieved="2026-03-01"), facts("new", "host"))
    assert _ids(store) == [["name:new", "name:host"]]
    assert store.search("old", limit=5) == []


def test_any_imports_of_the_history_are_read_together(store: Store, run: Run, facts: Made) -> None:
    store.replace(run("one"), facts("a"))
    store.replace(run("two"), facts("b"))
    store.replace(run("one"), facts("c"))
    with store.load(imports=(2, 1)) as snapshot:
        assert [[node.id for node in imported.nodes] for imported in snapshot.imports] == [["name:a"], ["name:b"]]
    for wrong, told in (((7,), "no import of revision 7"), ((1, 3), "speak for one source and part")):
        with pytest.raises(UsageError, match=told), store.load(imports=wrong):
            pass

"""Copy a store into another one, of the same kind or not: every import, with the revision that it made."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from depgraph.errors import EmptyStoreError, StoreError, UsageError
from depgraph.model import Facts
from depgraph.ports import Origin, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.ports import Description, Imported, Receipt, Store, Superseded

T = TypeVar("T")

_BATCH: Final = 1_000


def copy_store(of: Store, to: Store) -> tuple[Superseded, ...]:
    """Copy all imports that `to` lacks, oldest first; return those that were copied.

    A copy that was broken off goes on where it stopped, and one that is made again copies
    only what is new. Every revision of `of` reads the same from `to` afterwards.

    Raises
    ------
    EmptyStoreError
        If there is nothing to copy, as where an address is mistyped.
    UsageError
        If `to` holds something else; it is unchanged.
    StoreError
        If either fails, or `of` is changed meanwhile; `to` holds a whole revision, and the
        same call completes it.

    """
    source, target = of.describe(), to.describe()
    if not source.history:
        raise EmptyStoreError(f"'{source.location}' is empty: there is nothing to copy: give another --store")
    held = target.history
    if _until(held, target.revision) != _until(source.history, target.revision) or (
        held and target.oldest != source.oldest
    ):
        raise UsageError(
            f"'{target.location}' holds imports that '{source.location}' does not: copy into an empty store,"
            " or into an earlier copy"
        )
    made = {one.revision: one for one in source.history}
    lacking = [revision for revision in _turns(source) if revision > target.revision]
    for revision in lacking:
        origin = Origin(revision, source.oldest)
        if revision in made:
            one = made[revision]
            with facts_of(of, one) as facts:
                receipt = partial(_receipt, one)
                to.replace(one.run, facts, origin=origin, receipt=receipt, in_force=one.held_at(revision))
        else:
            # What was forgotten or brought back there.
            to.put_in_force([one.revision for one in source.history if one.held_at(revision)], origin=origin)
    return tuple(made[revision] for revision in lacking if revision in made)


@contextmanager
def facts_of(store: Store, one: Superseded) -> Iterator[Iterator[Facts]]:
    """Give the facts of one import in the history of a store, each sort in its order.

    Raises
    ------
    StoreError
        If it was pruned meanwhile.

    """
    with ExitStack() as opened:
        try:
            snapshot = opened.enter_context(store.load(imports=(one.revision,)))
        except UsageError:
            raise StoreError(f"revision {one.revision} was pruned while it was copied: copy again") from None
        yield _facts(snapshot.imports[0])


def _receipt(one: Superseded) -> Receipt:
    return one.receipt


def _turns(description: Description) -> list[int]:
    """Return the revisions that made a difference, in order, and the latest."""
    terms = [term for one in description.history for term in one.terms]
    ends = {term.until for term in terms if term.until is not None and term.until >= description.oldest}
    return sorted({term.since for term in terms} | ends | {description.revision})


def _until(history: tuple[Superseded, ...], revision: int) -> list[Superseded]:
    """Return a history as it stood at a revision."""
    return [
        replace(one, terms=tuple(_cut(term, revision) for term in one.terms if term.since <= revision))
        for one in history
        if one.revision <= revision
    ]


def _cut(term: Term, revision: int) -> Term:
    return term if term.until is not None and term.until <= revision else Term(term.since, None)


def _facts(imported: Imported) -> Iterator[Facts]:
    """Yield the facts of an import, each sort in its order."""
    yield Facts(findings=imported.findings)
    for nodes in _batches(imported.nodes):
        yield Facts(nodes=nodes)
    for needs in _batches(imported.needs):
        yield Facts(needs=needs)
    for ties in _batches(imported.ties):
        yield Facts(ties=ties)
    for decisions in _batches(imported.decisions):
        yield Facts(decisions=decisions)


def _batches(facts: Iterable[T]) -> Iterator[tuple[T, ...]]:
    iterator = iter(facts)
    while batch := tuple(islice(iterator, _BATCH)):
        yield batch

"""`VisibleStore`: a store as one viewer has it, in which what he may not see never was."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from depgraph.errors import AccessError, UsageError
from depgraph.graph import closest, may_see
from depgraph.ports import Description, Snapshot, Superseded, Term

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from depgraph.graph import Viewer
    from depgraph.model import Import, Marking
    from depgraph.ports import GraphKey, Imported, Kept, Shelf, ShelfTold, Store

Place = tuple[str, str]
"""A source and its part: what an import replaces."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a viewer is told of a store, and which import each of his numbers means there."""

    told: Description
    own: Mapping[int, int]


class VisibleStore:
    """A store for reading, of which one viewer sees what the markings let through.

    A fact is judged by the marking that it had and by the one that its part has now, and both must let it
    through; it is told with the closer one. Revisions are counted in what is visible: one that brought or took
    nothing that he may see is none, so that no gap in the numbers tells of it, and the latest is that of the last
    import that he may see. All use cases read through it, so what is hidden is gone before anything is computed.

    Parameters
    ----------
    store : Store
    viewers : tuple of Viewer
        Each of them must be let through: somebody who asks as somebody else sees no more by that.

    """

    def __init__(self, store: Store, viewers: tuple[Viewer, ...]) -> None:
        self.store = store
        self.viewers = viewers

    @property
    def graphs(self) -> Shelf:
        """Where graphs are kept: those of the store, of which a reader drops none that others need."""
        return _Shared(self.store)

    def describe(self) -> Description:
        """Return what the store holds for the viewer."""
        return self._seen().told

    @contextmanager
    def load(self, revision: int | None = None, *, imports: Collection[int] | None = None) -> Iterator[Snapshot]:
        """Give the visible facts of one revision, by the viewer's numbers."""
        seen = self._seen()
        told = seen.told
        moment = told.revision if revision is None else revision
        if moment < 0 or moment > told.revision:
            raise UsageError(f"the store has no revision {moment}: the latest is {told.revision}")
        if moment < told.oldest:
            raise UsageError(f"revision {moment} was pruned: the oldest that can be read is {told.oldest}")
        known = {held.revision: held for held in told.history}
        wanted = {held.revision for held in told.history if held.held_at(moment)} if imports is None else set(imports)
        missing = sorted(wanted.difference(known))
        if missing:
            raise UsageError(f"the store has no import {missing[0]}")
        if not wanted:
            yield Snapshot(moment, ())
            return
        number = {theirs: own for own, theirs in seen.own.items()}
        with self.store.load(imports=[seen.own[each] for each in sorted(wanted)]) as snapshot:
            yield Snapshot(moment, tuple(_renumbered(each, known[number[each.revision]]) for each in snapshot.imports))

    def search(self, text: str, *, limit: int, revision: int | None = None) -> list[str]:
        """Return ids that may match: of the store's index where it has all that is visible, and else every visible id.

        Whoever asks compares them with the visible graph.
        """
        seen = self._seen()
        moment = seen.told.revision if revision is None else revision
        wanted = {seen.own[held.revision] for held in seen.told.history if held.held_at(moment)}
        base = self.store.describe()
        covering = next(
            (
                since
                for since in sorted({term.since for held in base.history for term in held.terms}, reverse=True)
                if since >= base.oldest and wanted <= {held.revision for held in base.history if held.held_at(since)}
            ),
            None,
        )
        if covering is not None:
            found = self.store.search(text, limit=limit, revision=covering)
            if len(found) < limit:
                return found
        with self.load(moment) as snapshot:
            return sorted({node_id for imported in snapshot.imports for node_id in _ids(imported)})

    def replace(self, *_: object, **__: object) -> NoReturn:
        """Refuse, as all that writes."""
        raise AccessError("a store that is looked at as somebody else sees it is for reading: leave out --as")

    put_in_force = prune = check = replace

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def material(self) -> tuple[str, ...]:
        """Return what the viewer may see now, import by import, by names that stay while the store keeps it."""
        seen = self._seen()
        return tuple(f"{seen.own[held.revision]} {held.sha256}" for held in seen.told.history)

    def _seen(self) -> _Seen:
        return _as_seen(self.store.describe(), self.viewers)


def material_of(store: Store, viewer: Viewer | None) -> tuple[str, ...]:
    """Return what somebody may see now of a store, import by import; of its keeper, who may see all, nothing is asked.

    What was made for him may be shown to him while all of it is still there.
    """
    seen = visible_to(store, viewer)
    return seen.material() if isinstance(seen, VisibleStore) else ()


def visible_to(store: Store, viewer: Viewer | None) -> Store:
    """Return a store as a viewer has it; no viewer is its keeper, or whoever it was made for already."""
    if viewer is None:
        return store
    if isinstance(store, VisibleStore):
        return store if viewer in store.viewers else VisibleStore(store.store, (*store.viewers, viewer))
    return VisibleStore(store, (viewer,))


class _Cut(VisibleStore):
    """A store that was cut to what its viewer sees: all of it, by the numbers that it had."""

    def _seen(self) -> _Seen:
        told = self.store.describe()
        return _Seen(told, {held.revision: held.revision for held in told.history})


def as_cut(store: Store, viewer: Viewer | None) -> Store:
    """Return a store that holds what a viewer saw and nothing else, under his numbers, as he has it."""
    return store if viewer is None else _Cut(store, (viewer,))


class _Shared:
    """The shelf of a store that others read too."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, key: GraphKey) -> Kept | None:
        return self._store.graphs.find(key)

    def keep(self, key: GraphKey, kept: Kept) -> None:
        self._store.graphs.keep(key, kept)

    def drop(self, in_force: Collection[str] = ()) -> None:  # noqa: ARG002 - what others need is not his to tell
        """Drop what rests on imports that are in force no more, whoever it is of."""
        held = self._store.describe().history
        self._store.graphs.drop({each.sha256 for each in held if each.until is None})

    def describe(self) -> ShelfTold:
        return self._store.graphs.describe()


def _as_seen(base: Description, viewers: tuple[Viewer, ...]) -> _Seen:
    """Tell the history of a store again, without what is hidden."""
    markings = _judged(base)
    visible = {rev for rev, judged in markings.items() if all(may_see(v, m) for v in viewers for m in judged)}
    made = {held.revision: held for held in base.history}
    moments = {each for held in base.history for term in held.terms for each in term if each is not None}
    count, oldest = 0, 0
    own: dict[int, int] = {}
    state: dict[Place, int] = {}
    terms: dict[int, list[Term]] = {revision: [] for revision in visible}
    for moment in sorted(moments | made.keys()):
        new = made.get(moment)
        if new is not None:
            changed: dict[Place, int | None] = {_place(new.run): moment} if moment in visible else {}
            if moment in visible:
                own[count + 1] = moment
            if not new.held_at(moment):
                terms.get(moment, []).append(Term(count + 1, count + 1))
                count += moment in visible
                changed = {}
        else:
            before, after = (_in_force(base, at) for at in (moment - 1, moment))
            touched = {part for part in before.keys() | after.keys() if before.get(part) != after.get(part)}
            changed = {part: position if (position := after.get(part)) in visible else None for part in touched}
            changed = {part: position for part, position in changed.items() if state.get(part) != position}
        if changed:
            count += 1
            for part, position in changed.items():
                if part in state:
                    _end(terms[state.pop(part)], count)
                if position is not None:
                    state[part] = position
                    terms[position].append(Term(count, None))
        if moment <= base.oldest:
            oldest = count
    history = tuple(
        Superseded(
            made[theirs].run._replace(marking=closest(markings[theirs])),
            number,
            tuple(terms[theirs]),
            made[theirs].counts,
            made[theirs].receipt,
            made[theirs].sha256,
        )
        for number, theirs in sorted(own.items())
    )
    told = Description(base.kind, "the store", base.version, count, history, oldest=oldest if base.oldest else 0)
    return _Seen(told, own)


def _judged(base: Description) -> dict[int, tuple[Marking, Marking]]:
    """Return of each import the marking that it had, and the one that its part has now or had last."""
    last: dict[Place, Superseded] = {}
    for held in base.history:
        place = _place(held.run)
        if place not in last or _lasted(last[place]) <= _lasted(held):
            last[place] = held
    return {held.revision: (held.run.marking, last[_place(held.run)].run.marking) for held in base.history}


def _lasted(held: Superseded) -> tuple[bool, bool, int, int]:
    # What was kept as history alone never said how its part is marked, unless nothing else did.
    was_in_force = any(term.until is None or term.since < term.until for term in held.terms)
    return was_in_force, held.until is None, held.until or 0, held.revision


def _place(run: Import) -> Place:
    return run.source, run.part


def _in_force(base: Description, moment: int) -> dict[Place, int]:
    return {_place(held.run): held.revision for held in base.history if held.held_at(moment)}


def _end(terms: list[Term], until: int) -> None:
    terms[-1] = terms[-1]._replace(until=until)


def _renumbered(imported: Imported, held: Superseded) -> Imported:
    return replace(imported, run=held.run, revision=held.revision)


def _ids(imported: Imported) -> Iterator[str]:
    for node in imported.nodes:
        yield node.id
    for need in imported.needs:
        yield from (need.dependent, need.provider)
    for tie in imported.ties:
        yield from (tie.subject, tie.object)

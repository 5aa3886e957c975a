"""Why a fact changed: which of the imports that say it are other ones, and how these were read."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.ids import id_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from depgraph.graph.columns import Evidence
    from depgraph.graph.core import Graph, Run
    from depgraph.graph.dormancy import Dormant
    from depgraph.model import Decision
    from depgraph.ports import Receipt


class ChangeClass(StrEnum):
    """Why a fact changed: what an auditor tells apart."""

    RECORD = "record"
    """A record changed."""
    DATE = "date"
    """It began or ended by its own dates."""
    LEARNED = "learned"
    """Something is known on one side alone: a requirement declared, an unknown named, a source added."""
    DECIDED = "decided"
    """People decided that parties are one, or that they are not."""
    READ = "read"
    """The same files were read by another version."""
    NOT_SEPARABLE = "not separable"
    """Other files were read, and by another version; or nobody kept which."""


class Basis(NamedTuple):
    """What a graph rests on, beside its facts in force.

    Attributes
    ----------
    receipts : mapping of int to Receipt, or None
        By the revision of the import. None: how imports were read is not asked, and two of one revision are one.
    dormant : Dormant or None
        What is not in force on its date.
    decisions : tuple of Decision
    store : str
        Where its imports are: those of two stores may have one revision and be two.

    """

    receipts: Mapping[int, Receipt] | None = None
    dormant: Dormant | None = None
    decisions: tuple[Decision, ...] = ()
    store: str = ""


NOTHING: Final = Basis()

_BUILT_IN: Final = 0
"""The revision of what no store holds: the reference list, which is the same everywhere."""


class Moved(NamedTuple):
    """Of each import behind two graphs why it is another one on the other side; None where it is the same."""

    before: tuple[ChangeClass | None, ...]
    after: tuple[ChangeClass | None, ...]

    def of(self, sides: Iterable[tuple[Collection[int], Collection[int]]]) -> ChangeClass | None:
        """Return the one class of facts that these imports say before and after; None if none of them is another one.

        What another source adds beside a record that changed is part of that.
        """
        found: set[ChangeClass] = set()
        for before, after in sides:
            found |= {why for run in before if (why := self.before[run])}
            found |= {why for run in after if (why := self.after[run])}
        return settled(found)

    def all(self) -> ChangeClass | None:
        """Return the one class of everything."""
        return settled({why for side in self for why in side if why})


def settled(classes: Collection[ChangeClass]) -> ChangeClass | None:
    """Return the one class that several come to; None of none.

    Examples
    --------
    >>> settled({ChangeClass.LEARNED, ChangeClass.RECORD})
    <ChangeClass.RECORD: 'record'>
    >>> settled({ChangeClass.READ, ChangeClass.RECORD})
    <ChangeClass.NOT_SEPARABLE: 'not separable'>

    """
    others = set(classes) - {ChangeClass.LEARNED} or set(classes)
    if len(others) > 1:
        return ChangeClass.NOT_SEPARABLE
    return next(iter(others), None)


def moved(before: Graph, after: Graph, basis: tuple[Basis, Basis]) -> Moved:
    """Return which imports behind two graphs differ, and how."""
    places = [{(run.run.source, run.run.part): run for run in graph.runs} for graph in (before, after)]
    each_side = []
    for graph, others in ((before, places[1]), (after, places[0])):
        sides: tuple[ChangeClass | None, ...] = tuple(
            _why(run, others.get((run.run.source, run.run.part)), basis, swapped=graph is after) for run in graph.runs
        )
        each_side.append(sides)
    return Moved(*each_side)


def _why(one: Run, other: Run | None, basis: tuple[Basis, Basis], *, swapped: bool) -> ChangeClass | None:
    if other is None:
        return ChangeClass.LEARNED
    mine, theirs = (side.receipts for side in (basis[::-1] if swapped else basis))
    same = one == other and (basis[0].store == basis[1].store or one.import_id == _BUILT_IN)
    if mine is None or theirs is None:
        return None if same else ChangeClass.RECORD
    return read_otherwise(mine.get(one.import_id), theirs.get(other.import_id), same=same)


def read_otherwise(one: Receipt | None, other: Receipt | None, *, same: bool) -> ChangeClass | None:
    """Return what differs between two imports of one source and part by their receipts; None if nothing does.

    Parameters
    ----------
    same : bool
        Whether they may be one and the same import: then receipts that nobody kept tell nothing against it.

    """
    if one == other and (same or (one is not None and one.files)):
        return None
    if one is None or other is None or not one.files or not other.files:
        return ChangeClass.NOT_SEPARABLE
    files = sorted(file.sha256 for file in one.files) == sorted(file.sha256 for file in other.files)
    versions = one.versions == other.versions
    if files and versions:
        # Records that were left out one time, or read with other options.
        return None if (one.records, one.left_out) == (other.records, other.left_out) else ChangeClass.READ
    if files:
        return ChangeClass.READ
    return ChangeClass.RECORD if versions else ChangeClass.NOT_SEPARABLE


def speakers(evidence: Evidence, items: Iterable[int]) -> set[int]:
    """Return the imports that say so of some items, by their positions in the runs."""
    found: set[int] = set()
    for item in items:
        found.update(evidence.run[int(evidence.indptr[item]) : int(evidence.indptr[item + 1])].tolist())
    return found


def away(graph: Graph, need: int, as_of: str) -> bool:
    """Say whether a need of a graph is not in force on another date, by its own dates."""
    day = np.datetime64(as_of, "D") if as_of else np.datetime64("NaT", "D")
    begins, ends = graph.needs.valid_from[need], graph.needs.valid_to[need]
    return bool(begins > day or ends < day)  # no date compares with NaT, which is open


def decided(ids: Collection[str], basis: tuple[Basis, Basis]) -> bool:
    """Say whether one side has a decision about some of these ids that the other has not."""
    keys = set(map(id_key, ids))
    made = [{(id_key(one.first), id_key(one.second), one.same) for one in side.decisions} for side in basis]
    return any(keys & {first, second} for first, second, _ in made[0] ^ made[1])

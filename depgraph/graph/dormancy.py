"""Needs and ties that are not in force on the date of a graph: ended, or not begun."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.graph.columns import RELATIONS, TIE_KINDS, Strings, strings
from depgraph.graph.remembering import remembered
from depgraph.graph.rows import Rows, concatenate
from depgraph.graph.touching import Touching

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Ints
    from depgraph.graph.core import Run
    from depgraph.graph.rows import Tables

ENDED: Final = "ended"
NOT_BEGUN: Final = "not begun"


class DormantLink(NamedTuple):
    """One record of a need or tie that is not in force.

    Attributes
    ----------
    dependent, provider : str
        Ids; of a tie, its subject and object.
    relation : str
        Of a tie, its kind.
    cost_eur : float
        NaN where unknown.
    valid_from, valid_to : str
        ISO 8601, empty where open.
    state : str
        `ENDED` or `NOT_BEGUN`.
    record : str
        With its source: ``register:needs.csv:2``.

    """

    dependent: str
    provider: str
    relation: str
    requirement: str
    service_type: str
    cost_eur: float
    valid_from: str
    valid_to: str
    state: str
    record: str


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Dormant:
    """What is not in force.

    Attributes
    ----------
    needs, ties : Rows
        Their ends are positions in `ids`, and so for requirements and service types.
    ended, not_begun : int
        How many needs, each counted once, that have no record in force; of one that
        ended and will begin again, that it is not begun.

    """

    needs: Rows = field(default_factory=lambda: concatenate([]))
    ties: Rows = field(default_factory=lambda: concatenate([]))
    ids: Strings = field(default_factory=lambda: strings([]))
    requirements: Strings = field(default_factory=lambda: strings([]))
    service_types: Strings = field(default_factory=lambda: strings([]))
    runs: Sequence[Run] = ()
    as_of: str = ""
    ended: int = 0
    not_begun: int = 0

    def of(self, node_ids: Collection[str]) -> tuple[DormantLink, ...]:
        """Return what is not in force of one node, by any of its ids: needs, then ties, each in order."""
        if not (len(self.needs) or len(self.ties)):
            return ()
        known = _codes(self)
        codes = [code for node_id in node_ids for code in known.get(node_id, ())]
        if not codes:
            return ()
        needs, ties = (touching.find(codes) for touching in _touching(self))
        return (*sorted(self._links(self.needs, needs, RELATIONS)), *sorted(self._links(self.ties, ties, TIE_KINDS)))

    def _links(self, rows: Rows, chosen: Sequence[int], kinds: Sequence[str]) -> Iterator[DormantLink]:
        names, types = self.requirements, self.service_types
        today = np.datetime64(self.as_of, "D") if self.as_of else np.datetime64("NaT", "D")
        for row in chosen:
            run = self.runs[rows.run[row]].run
            yield DormantLink(
                str(self.ids[rows.first[row]]),
                str(self.ids[rows.second[row]]),
                str(kinds[rows.kind[row]]),
                str(names[rows.requirement[row]]),
                str(types[rows.service_type[row]]),
                float(rows.cost[row]),
                _day(rows.valid_from[row]),
                _day(rows.valid_to[row]),
                NOT_BEGUN if rows.valid_from[row] > today else ENDED,
                f"{run.source}:{rows.record[row]}",
            )


@remembered
def _touching(dormant: Dormant) -> tuple[Touching, Touching]:
    """Return which needs and which ties name something."""
    needs, ties = (Touching.of(rows.first, rows.second) for rows in (dormant.needs, dormant.ties))
    return needs, ties


@remembered
def _codes(dormant: Dormant) -> dict[str, list[int]]:
    """Return the positions of each id."""
    found: dict[str, list[int]] = {}
    for code, node_id in enumerate(dormant.ids):
        found.setdefault(node_id, []).append(code)
    return found


def resting(  # noqa: PLR0917 - all that there is
    needs: Rows,
    ties: Rows,
    names: Sequence[str],
    tables: Tables,
    runs: Sequence[Run],
    as_of: str,
    count: tuple[int, int],
) -> Dormant:
    """Return what is not in force, with those texts alone that it speaks of.

    Parameters
    ----------
    needs, ties : Rows
        With codes of `names` and `tables`; they are changed.
    count : (int, int)
        As of `asleep`.

    """
    if not (len(needs) or len(ties)):
        return Dormant(runs=runs, as_of=as_of, ended=count[0], not_begun=count[1])
    used = np.unique(np.concatenate((needs.first, needs.second, ties.first, ties.second)))
    for rows in (needs, ties):
        rows.first, rows.second = (np.searchsorted(used, ends).astype(np.int32) for ends in (rows.first, rows.second))
    # A tie has neither: of both tables the first text is the empty one.
    requirements, needs.requirement = tables.requirements.ranked(needs.requirement)
    types, needs.service_type = tables.service_types.ranked(needs.service_type)
    needs.at_least = np.zeros_like(needs.at_least)  # codes of words that nobody asks for
    ids = strings([names[code] for code in used.tolist()])
    return Dormant(needs, ties, ids, requirements, types, runs, as_of, *count)


def asleep(needs: Rows, dormant: Rows, position: Ints, as_of: str) -> tuple[int, int]:
    """Return how many needs ended and how many are not begun, and let those in force go on that a dormant row follows.

    A need that is followed at once by another row of itself does not end there.

    Parameters
    ----------
    needs : Rows
        In force, settled, with positions of nodes as ends.
    dormant : Rows
        Settled, with codes of ids as ends.
    position : int32[codes]
        Of each id's node, -1 where the graph has none.

    """
    if not len(dormant):
        return 0, 0
    place = np.where(position >= 0, position, len(position) + np.arange(len(position)))
    first, second = place[dormant.first], place[dormant.second]
    begun = dormant.valid_from > np.datetime64(as_of, "D")
    spoken = np.zeros(2 * len(position) + 1, dtype=np.bool_)
    spoken[first] = True
    near = np.flatnonzero(spoken[needs.first])
    columns = [
        np.concatenate((getattr(needs, name)[near], other))
        for name, other in (
            ("first", first),
            ("requirement", dormant.requirement),
            ("second", second),
            ("kind", dormant.kind),
            ("service_type", dormant.service_type),
        )
    ]
    need = _numbered(columns)
    going, sleeping = need[: len(near)], need[len(near) :]
    awake = np.isin(sleeping, going)
    _follow(needs, near, going, dormant, np.flatnonzero(awake & begun), sleeping)
    later = np.unique(sleeping[~awake & begun])
    ended = np.setdiff1d(sleeping[~awake & ~begun], later)
    return len(ended), len(later)


def _follow(  # noqa: PLR0917 - rows in force and dormant ones, each with the number of its need
    needs: Rows,
    near: NDArray[np.int64],
    going: NDArray[np.int64],
    dormant: Rows,
    rows: NDArray[np.int64],
    sleeping: NDArray[np.int64],
) -> None:
    """Put off the end of needs in force to that of the rows that follow them at once."""
    if not len(rows):
        return
    # A million needs may stand beside few that are followed by a row of themselves.
    followed = np.isin(going, sleeping[rows])
    near, going = near[followed], going[followed]
    ends: dict[int, np.datetime64] = {}
    for number, row in zip(going.tolist(), near.tolist(), strict=True):
        end = needs.valid_to[row]
        known = ends.get(number, end)
        ends[number] = known if np.isnat(known) else end if np.isnat(end) else max(known, end)
    last = dict(ends)
    for row in sorted(rows.tolist(), key=lambda each: (dormant.valid_from[each], each)):
        number = int(sleeping[row])
        end = last[number]
        if not np.isnat(end) and dormant.valid_from[row] <= end + np.timedelta64(1, "D"):
            following = dormant.valid_to[row]
            last[number] = following if np.isnat(following) else max(end, following)
    put_off = [
        row
        for number, row in zip(going.tolist(), near.tolist(), strict=True)
        if not np.isnat(ends[number]) and last[number] is not ends[number]
    ]
    if put_off:
        numbers = dict(zip(near.tolist(), going.tolist(), strict=True))
        needs.valid_to = needs.valid_to.copy()
        needs.valid_to[put_off] = np.array([last[numbers[row]] for row in put_off], dtype="datetime64[D]")


def _numbered(columns: Sequence[NDArray[np.integer]]) -> NDArray[np.int64]:
    """Return a number for each row, the same for rows that are the same in all columns."""
    order = np.lexsort(columns)
    new = np.zeros(len(order), dtype=np.bool_)
    for column in columns:
        new[1:] |= column[order][1:] != column[order][:-1]
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(new)
    return numbers


def _day(date: np.datetime64) -> str:
    return "" if np.isnat(date) else str(date)

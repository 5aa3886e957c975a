"""Nodes outside their dates: ids that only needs and ties name which are not in force, and when they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from depgraph.counting import counted
from depgraph.graph.columns import Strings, freeze, strings
from depgraph.ids import id_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Ints
    from depgraph.graph.rows import Rows


def _never() -> NDArray[Any]:
    return np.zeros(0, dtype="datetime64[D]")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Outside:
    """Ids that the graph of one date has no node for, since nothing of them is in force.

    Attributes
    ----------
    needs, ties : int32[n]
        How many records name each.
    ended : datetime64[D][n]
        The last day on which one of them was in force, NaT if none has been.
    begins : datetime64[D][n]
        The first day on which one of them will be, NaT if none will.

    """

    id: Strings = field(default_factory=lambda: strings([]))
    needs: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    ties: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    ended: NDArray[Any] = field(default_factory=_never)
    begins: NDArray[Any] = field(default_factory=_never)
    as_of: str = ""

    def __post_init__(self) -> None:
        freeze(self)

    def find(self, node_ids: Collection[str]) -> list[int]:
        """Return where those of these ids stand that are here, in any spelling."""
        wanted = {id_key(node_id) for node_id in node_ids} if len(self.id) else ()
        return [at for at, node_id in enumerate(self.id.tolist()) if id_key(node_id) in wanted]

    def told(self, row: int) -> str:
        """Return why the graph has no node for it, and on which date it has."""
        held = [(int(self.needs[row]), "need"), (int(self.ties[row]), "tie")]
        what = " and ".join(counted(count, word) for count, word in held if count)
        total = sum(count for count, _ in held)
        ended, begins = self.ended[row], self.begins[row]
        whens = [f"{'the last ' * (total > 1)}ended {ended}"] * (not np.isnat(ended))
        whens += [f"{'the next ' * (total > 1)}begins {begins}"] * (not np.isnat(begins))
        nearest = ended if not np.isnat(ended) else begins
        which = "that is" if total == 1 else "that are"
        return (
            f"'{self.id[row]}' is in {what} {which} not in force on {self.as_of} ({', '.join(whens)}):"
            f" ask --as-of {nearest}"
        )


def outside(needs: Rows, ties: Rows, names: Sequence[str], position: Ints, as_of: str) -> Outside:
    """Return the ids that only these rows name, in their order.

    Parameters
    ----------
    needs, ties : Rows
        Not in force, with codes of ids as ends.
    position : int32[codes]
        Of each id's node, -1 where the graph has none.

    """
    size = len(names)
    counts = [_counted(rows, size) for rows in (needs, ties)]
    here = np.flatnonzero((counts[0] + counts[1] > 0) & (position < 0))
    if not len(here):
        return Outside(as_of=as_of)
    today = np.datetime64(as_of, "D")
    # The smallest and the largest number of numpy's days stand for no date.
    last, first = np.full(size, np.iinfo(np.int64).min + 1), np.full(size, np.iinfo(np.int64).max)
    for rows in (needs, ties):
        later = rows.valid_from > today
        for ends in (rows.first, rows.second):
            np.maximum.at(last, ends[~later], rows.valid_to[~later].astype(np.int64))
            np.minimum.at(first, ends[later], rows.valid_from[later].astype(np.int64))
    order = here[np.argsort(np.array([names[code] for code in here.tolist()], dtype=object), kind="stable")]
    never = np.iinfo(np.int64)
    return Outside(
        id=strings([names[code] for code in order.tolist()]),
        needs=counts[0][order],
        ties=counts[1][order],
        ended=_days(last[order], never.min + 1),
        begins=_days(first[order], never.max),
        as_of=as_of,
    )


def _counted(rows: Rows, size: int) -> Ints:
    ends = np.concatenate((rows.first, rows.second))
    return np.bincount(ends, minlength=size).astype(np.int32)


def _days(days: NDArray[np.int64], none: int) -> NDArray[Any]:
    found = days.astype("datetime64[D]")
    found[days == none] = np.datetime64("NaT", "D")
    return found

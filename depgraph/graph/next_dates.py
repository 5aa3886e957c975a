"""Until when a graph stays as it is: dates at which facts begin and end, and those next to the date of a graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depgraph.graph.rows import Rows


class NextDates(NamedTuple):
    """What begins and ends last before the date of a graph and first after it; empty where nothing does.

    Attributes
    ----------
    begun, begins : str
        ISO 8601: the last date on or before it, and the first after it, on which anything begins.
    ended, ends : str
        The last date before it, and the first on or after it, up to which anything is valid.

    """

    begun: str = ""
    begins: str = ""
    ended: str = ""
    ends: str = ""

    def allow(self, date: str) -> bool:
        """Return whether the graph is the same as of another date.

        Examples
        --------
        >>> near = NextDates(begun="2025-01-01", begins="2026-07-01", ends="2026-05-31")
        >>> [near.allow(date) for date in ("2024-12-31", "2025-01-01", "2026-05-31", "2026-06-01")]
        [False, True, True, False]

        """
        since = self.begun <= date and self.ended < date
        return since and (not self.begins or date < self.begins) and (not self.ends or date <= self.ends)


@dataclass(slots=True)
class FactDates:
    """The dates on which facts begin, and those up to which they are valid, in force or not."""

    begins: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)

    def add(self, rows: Rows, texts: Sequence[str]) -> None:
        """Take in those of rows whose dates are still codes of texts; evidence is there from its date on."""
        self.begins |= _used(rows.valid_from, texts) | _used(rows.dated, texts)
        self.ends |= _used(rows.valid_to, texts)

    def next_to(self, as_of: str, begins: Iterable[str] = ()) -> NextDates:
        """Return those next to a date; `begins` are further dates on which something begins."""
        begins = self.begins.union(begins)
        return NextDates(
            begun=max((date for date in begins if date <= as_of), default=""),
            begins=min((date for date in begins if date > as_of), default=""),
            ended=max((date for date in self.ends if date < as_of), default=""),
            ends=min((date for date in self.ends if date >= as_of), default=""),
        )


def _used(codes: np.ndarray[tuple[int], np.dtype[np.int32]], texts: Sequence[str]) -> set[str]:
    """Return the texts that codes use, but for the empty one, which is code 0."""
    return {texts[code] for code in np.flatnonzero(np.bincount(codes)).tolist() if code}

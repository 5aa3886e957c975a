"""Which LEIs are kept: those that the store knows, who they became, and all above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.ids import scheme_of, value_of

if TYPE_CHECKING:
    from depgraph.ports import Known


class Selection:
    """Grows while files are read.

    Parameters
    ----------
    known : Known or None
        None: everything is kept.

    Attributes
    ----------
    everything : bool
    wanted : set of str
        LEIs.
    numbers : frozenset of str
        Ids in national registers that the store knows: an LEI with such a number is wanted too.

    """

    def __init__(self, known: Known | None) -> None:
        ids = known.ids if known else frozenset()
        self.everything = known is None
        self.wanted = {value_of(one) for one in ids if scheme_of(one) == "lei"}
        self.asked = frozenset(self.wanted)
        self.numbers = frozenset(one for one in ids if scheme_of(one) in ("kvk", "kbo", "rcs"))
        self._above: dict[str, tuple[str, ...]] = {}

    def link(self, below: str, above: str) -> None:
        """Take note that whoever keeps `below` keeps `above`, a parent or a successor."""
        had = self._above.get(below, ())
        if above not in had:
            self._above[below] = (*had, above)

    def close(self) -> frozenset[str]:
        """Add all above those that are wanted; return what was added."""
        waiting = list(self.wanted)
        added = set()
        while waiting:
            for above in self._above.get(waiting.pop(), ()):
                if above not in self.wanted:
                    self.wanted.add(above)
                    added.add(above)
                    waiting.append(above)
        return frozenset(added)

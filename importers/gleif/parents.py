"""Direct and ultimate parents are one chain: who is directly above whom, on which days.

Level 2 states two parents of a child, the nearest that consolidates it and the one on top. Both are true at once and
neither is a second owner, so that the child is owned by the direct one, on days without a direct one by the ultimate
one. Where a chain of direct parents ends below the ultimate one, its end belongs to that: a consolidated group is
consolidated whole.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from importers.gleif.records import Span
from importers.gleif.rows import DIRECT, ULTIMATE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from importers.gleif.records import Relation
    from importers.readers.tally import Tally

_FIRST: Final = "0001-01-01"
LAST: Final = "9999-12-31"
"""The end of what has none."""


class Step(NamedTuple):
    """A child has a parent directly above it, in a period."""

    child: str
    parent: str
    begin: str
    end: str
    share: float | None
    record: str

    @property
    def span(self) -> Span:
        """The period, open where it has no bound."""
        return Span(None if self.begin == _FIRST else self.begin, None if self.end == LAST else self.end)


def steps(relations: Mapping[tuple[str, str], Relation], parentless: Collection[str], tally: Tally) -> list[Step]:
    """Return who is directly above whom, by child.

    Parameters
    ----------
    relations : mapping of (child, type) to Relation
    parentless : collection of str
        LEIs that declare that nobody is above them.
    tally : Tally
        Counts ultimate parents that contradict the chain of direct ones.

    """
    above: defaultdict[str, list[Step]] = defaultdict(list)
    for relation in _of(relations, DIRECT):
        above[relation.child] += _steps(relation)
    covered: list[Step] = []
    for relation in _of(relations, ULTIMATE):
        direct = list(above.get(relation.child, ()))
        for step in _steps(relation):
            covered += [piece for one in direct if (piece := _overlap(step, one))]
            above[relation.child] += _without(step, direct)
    for piece in covered:
        top = _top(piece, above)
        if top == piece.parent:
            continue
        if top in parentless or not top:
            tally.add("other-ultimate", piece.record)
        else:
            above[top] += _without(piece._replace(child=top, share=None), tuple(above[top]))
    return [step for child in sorted(above) for step in sorted(above[child], key=lambda one: (one.begin, one.parent))]


def _of(relations: Mapping[tuple[str, str], Relation], kind: str) -> list[Relation]:
    return [relations[key] for key in sorted(relations) if key[1] == kind]


def _steps(relation: Relation) -> Iterable[Step]:
    for begin, end in relation.spans:
        yield Step(relation.child, relation.parent, begin or _FIRST, end or LAST, relation.share, relation.record)


def _overlap(step: Step, other: Step) -> Step | None:
    begin, end = max(step.begin, other.begin), min(step.end, other.end)
    return step._replace(begin=begin, end=end) if begin <= end else None


def _without(step: Step, others: Iterable[Step]) -> list[Step]:
    """Return a step on the days on which no other one holds."""
    gaps = []
    begin = step.begin
    for other in sorted(others, key=lambda one: one.begin):
        if other.begin > begin:
            gaps.append(step._replace(begin=begin, end=min(step.end, _before(other.begin))))
        begin = max(begin, after(other.end))
    gaps.append(step._replace(begin=begin))
    return [gap for gap in gaps if gap.begin <= gap.end]


def _before(day: str) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(1)).isoformat()


def after(day: str) -> str:
    """Return the next day; after the last one that a date can be comes what is later than all."""
    return "9999-12-32" if day >= LAST else (dt.date.fromisoformat(day) + dt.timedelta(1)).isoformat()


def _top(piece: Step, steps_of: Mapping[str, list[Step]]) -> str:
    """Return where the chain from a child ends on the last day of a piece, or the ultimate parent if it is met.

    Empty if the chain runs in a circle.
    """
    here, seen = piece.child, {piece.child}
    while True:
        above = next((one.parent for one in steps_of.get(here, ()) if one.begin <= piece.end <= one.end), "")
        if not above or here == piece.parent:
            return here
        if above in seen:
            return piece.parent if piece.parent in seen else ""
        seen.add(above)
        here = above

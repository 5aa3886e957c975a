"""What made a figure change: the facts, each with its record, and what the figure would be without it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.basis.owners import owner_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.change_causes import FIGURES, Sides, change_causes
from depgraph.analytics.measures.share_causes import INDICES, SHARE, share_causes
from depgraph.graph.change import ChangeSort
from depgraph.graph.change_classes import ChangeClass
from depgraph.graph.columns import RELATIONS
from depgraph.graph.facts_between import toggles
from depgraph.ids import id_key, key
from depgraph.usecases.questions.differences import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.change import Change
    from depgraph.graph.columns import Evidence, Floats
    from depgraph.graph.toggles import Fact, Toggles
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View

SHOWN: Final = 5
"""How many causes are told of one figure: those that are necessary or sufficient, then the largest effects."""

_LARGEST: Final = 2
"""Of how many of several facts that no one explains the effects are told in words."""

_ENDS: Final = {(False, False): "", (True, False): "lower", (False, True): "upper", (True, True): "both"}


@dataclass(frozen=True, slots=True)
class CauseFact:
    """A fact that changed."""

    fact: Annotated[str, "what it says"]
    change: Annotated[str, "came, went, or declared otherwise"]
    why: Annotated[ChangeClass, "why it changed: as of the facts of diff"]
    dependent: Annotated[str, "the dependent of the need or requirement"]
    requirement: Annotated[str, "the requirement"]
    records_before: Annotated[tuple[str, ...], "who said so before"]
    records_after: Annotated[tuple[str, ...], "who says so after"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One fact, or two that take each other, and what the figure would be without them and with them alone."""

    facts: Annotated[tuple[CauseFact, ...], "the fact; two where no single one explains the figure"]
    necessary: Annotated[str, "at which end the figure is as before without it: lower, upper, both; empty: at none"]
    sufficient: Annotated[str, "at which end it alone makes the figure what it is after; empty: at none"]
    without_at_lower: Annotated[float | None, "the figure after without it, at the lower end"]
    without_at_upper: Annotated[float | None, "the figure after without it, at the upper end"]
    alone_at_lower: Annotated[float | None, "the figure before with it alone, at the lower end"]
    alone_at_upper: Annotated[float | None, "the figure before with it alone, at the upper end"]


@dataclass(frozen=True, slots=True)
class Explained(Difference):
    """A measure before and after, and what made it change."""

    because: Annotated[str, "in words what made it change; empty where that is not asked of this measure"] = ""
    ask: Annotated[str, "the one question that would close what is open, where the upper end alone moved"] = ""
    rescoped_at_lower: Annotated[
        float | None, "before, by the units, scope and weights of after, at the lower end: what differs is their doing"
    ] = None
    rescoped_at_upper: Annotated[float | None, "likewise at the upper end"] = None
    causes: Annotated[tuple[Cause, ...], "the facts that made it change, those that explain it first"] = ()
    remaining_at_lower: Annotated[
        float | None, "what the single effects of all facts leave of the difference, at the lower end"
    ] = None
    remaining_at_upper: Annotated[float | None, "likewise at the upper end"] = None


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What was found of one figure; float64[2] by end, of facts and pairs float64[f, 2]."""

    before: Floats
    rescoped: Floats
    after: Floats
    sets: Sequence[tuple[int, ...]]
    without: Floats
    alone: Floats
    untried: int
    untried_pairs: int
    pairs: bool = True
    """Whether pairs were tried too."""


def explained(
    before: View,
    after: View,
    rows: Sequence[Difference],
    changes: Sequence[Change],
    *,
    by: str,
    sector: str = "",
    hub: str = "",
    progress: Progress | None = None,
) -> tuple[Explained, ...]:
    """Return rows with what made each of their figures change.

    Figures are the score, functions, organisations and people of a unit, shares and indices. Others are as they were
    given: what made them change is told of the units behind them.

    Parameters
    ----------
    before, after : View
    rows : sequence of Difference
    changes : sequence of Change
        What came, went and changed between them: where the class and the records of a fact are from.
    by, sector, hub : str
        By what the rows were measured.
    progress : callable, optional

    """
    moved = [row for row in rows if _asks(row)]
    if not moved:
        return tuple(unexplained(row) for row in rows)
    between = toggles(before.graph, after.graph, after.lens.doubt)
    told = _Told(between, changes)
    found = {
        **_of_units(between, before, after, moved, by, sector, hub, progress),
        **_of_shares(between, moved, by, sector, hub, progress),
    }
    return tuple(
        told.row(row, found[row.measure, row.id]) if (row.measure, row.id) in found else unexplained(row)
        for row in rows
    )


def _asks(row: Difference) -> bool:
    known = (row.measure in FIGURES and row.id) or row.measure == SHARE or row.measure in INDICES
    numbers = (row.before_at_lower, row.before_at_upper, row.after_at_lower, row.after_at_upper)
    return bool(known) and None not in numbers and numbers[:2] != numbers[2:]


def unexplained(row: Difference) -> Explained:
    """Return a row of which nobody asks what made it move."""
    return Explained(**{field.name: getattr(row, field.name) for field in fields(Difference)})


def _of_units(  # noqa: PLR0917 - the question, as it was asked
    between: Toggles,
    before: View,
    after: View,
    rows: Sequence[Difference],
    by: str,
    sector: str,
    hub: str,
    progress: Progress | None,
) -> dict[tuple[str, str], _Found]:
    ids = list(dict.fromkeys(row.id for row in rows if row.measure in FIGURES))
    if not ids:
        return {}
    one, other = (
        Sides(view.graph, units(view.graph, By(by)), scope_of(view.graph, sector=sector, hub=hub))
        for view in (before, after)
    )
    given = {(row.measure, row.id): (row.before_at_lower, row.before_at_upper) for row in rows}
    found = {}
    for node_id, cause in zip(ids, change_causes(between, one, other, ids, progress=progress), strict=True):
        single = [(int(fact),) for fact in cause.fact]
        sets = [*single, *(tuple(pair) for pair in cause.pair.tolist())]
        without = np.concatenate((cause.without, cause.pair_without))
        alone = np.concatenate((cause.alone, cause.pair_alone))
        for at, figure in enumerate(FIGURES):
            if (figure, node_id) not in given:
                continue
            found[figure, node_id] = _Found(
                np.array(given[figure, node_id], dtype=np.float64),
                cause.rescoped[at],
                cause.after[at],
                sets,
                without[:, at],
                alone[:, at],
                cause.untried,
                cause.untried_pairs,
            )
    return found


def _of_shares(  # noqa: PLR0917 - the question, as it was asked
    between: Toggles,
    rows: Sequence[Difference],
    by: str,
    sector: str,
    hub: str,
    progress: Progress | None,
) -> dict[tuple[str, str], _Found]:
    asked = [row for row in rows if row.measure == SHARE or row.measure in INDICES]
    if not asked:
        return {}
    over = By.PARTY if by == By.SERVICE else By(by)
    only = None
    if sector or hub:
        masks = [scope_of(each, sector=sector, hub=hub).victim for each in (between.before, between.after)]
        only = (masks[0], masks[1])
    wanted = [(row.measure, row.id) for row in asked]
    cause = share_causes(between, over, wanted, only=only, progress=progress)
    found = {}
    for at, row in enumerate(asked):
        given = [row.before_at_lower, row.before_at_upper]
        before: Floats = np.round(np.array(given, dtype=np.float64), 9).astype(np.float64)
        found[row.measure, row.id] = _Found(
            before,
            cause.rescoped[at],
            cause.after[at],
            [(int(fact),) for fact in cause.fact],
            cause.without[:, at],
            cause.alone[:, at],
            cause.untried,
            0,
            pairs=False,
        )
    return found


class _Told:
    """Facts in words, with their classes and records."""

    def __init__(self, between: Toggles, changes: Sequence[Change]) -> None:
        self._between = between
        self._owner = owner_of(between.after)
        self._change: dict[tuple[str, ...], Change] = {}
        for change in changes:
            if change.sort in (ChangeSort.NEED, ChangeSort.REQUIREMENT):
                place = id_key(change.dependent), key(change.requirement)
                more = (id_key(change.provider), change.relation) if change.sort is ChangeSort.NEED else ()
                self._change.setdefault((*place, *more), change)

    def row(self, row: Difference, found: _Found) -> Explained:
        """Return a row with what made its figure change."""
        moved = found.after != found.rescoped
        necessary = moved & (found.without == found.rescoped)
        sufficient = moved & (found.alone == found.after)
        effect = np.maximum(np.abs(found.after - found.without), np.abs(found.alone - found.rescoped)).max(axis=1)
        explains = (necessary | sufficient).any(axis=1)
        single = np.array([len(each) == 1 for each in found.sets], dtype=np.bool_)
        # Of two facts nothing is told unless they explain what neither does.
        some = single & (effect > 0) | ~single & self._new(necessary, sufficient, single)
        order = np.lexsort((-effect, ~single, ~explains))
        chosen = [at for at in order.tolist() if some[at]][:SHOWN]
        causes = tuple(
            Cause(
                tuple(self.fact(fact) for fact in found.sets[at]),
                _ENDS[bool(necessary[at, 0]), bool(necessary[at, 1])],
                _ENDS[bool(sufficient[at, 0]), bool(sufficient[at, 1])],
                *map(_number, (*found.without[at], *found.alone[at])),
            )
            for at in chosen
        )
        left = found.after - found.rescoped - (found.after - found.without[single]).sum(axis=0)
        return Explained(
            **{field.name: getattr(row, field.name) for field in fields(Difference)},
            because=" ".join(self._because(found, moved, causes)),
            ask=self._ask(found, [found.sets[at] for at in chosen]),
            rescoped_at_lower=_number(found.rescoped[0]),
            rescoped_at_upper=_number(found.rescoped[1]),
            causes=causes,
            remaining_at_lower=_number(np.round(left[0], 9)),
            remaining_at_upper=_number(np.round(left[1], 9)),
        )

    @staticmethod
    def _new(
        necessary: NDArray[np.bool_], sufficient: NDArray[np.bool_], single: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return which sets are necessary or sufficient where no single fact is."""
        fresh = (necessary & ~necessary[single].any(axis=0)) | (sufficient & ~sufficient[single].any(axis=0))
        return np.asarray(fresh.any(axis=1), dtype=np.bool_)

    @staticmethod
    def _because(found: _Found, moved: NDArray[np.bool_], causes: Sequence[Cause]) -> Iterator[str]:
        """Yield what made a figure change, in sentences: the scope first."""
        if (found.rescoped != found.before).any():
            yield (
                "The units, the scope or the weights are other ones after: that alone makes it"
                f" {_range(found.rescoped)} before, not {_range(found.before)}."
            )
        if not moved.any():
            return
        explaining = [cause for cause in causes if cause.necessary or cause.sufficient]
        if explaining:
            first = explaining[0]
            ends = (("necessary", first.necessary), ("sufficient", first.sufficient))
            how = " and ".join(f"{word}{_at(at)}" for word, at in ends if at)
            yield f"{_capital(_what(first))}: {how}."
            if len(explaining) > 1:
                yield f"So {'is' if len(explaining) == 2 else 'are'} {len(explaining) - 1} more."
        else:
            two = "no two that were tried do" if found.untried_pairs or found.untried else "no two do"
            yield (
                f"Several chains together: no single fact explains it, and {two}."
                if found.pairs
                else "Several facts together: no single one explains it."
            )
            end = 1 if moved[1] else 0
            effects = [
                (_what(cause), found.after[end] - _ends_of(cause)[end]) for cause in causes if len(cause.facts) == 1
            ]
            if told := [f"{what} ({effect:+g})" for what, effect in effects if effect][:_LARGEST]:
                yield f"The largest effects are: {'; '.join(told)}."
        if found.untried:
            yield f"{found.untried:,} facts were not tried."
        if found.untried_pairs:
            yield f"{found.untried_pairs:,} pairs of facts were not tried."

    def _ask(self, found: _Found, chosen: Sequence[tuple[int, ...]]) -> str:
        """Return the one question, where the upper end alone rose."""
        rose, certain = found.after[1] > found.before[1], found.after[0] == found.before[0]
        if not (rose and certain):
            return ""
        graph = self._between.after
        for fact in (fact for each in chosen for fact in each):
            at = self._between.facts[fact].requirement[1]
            if at >= 0 and graph.requirements.k_lower[at] < graph.requirements.k_upper[at]:
                dependent = int(graph.requirements.dependent[at])
                whom = graph.nodes.name[self._owner[dependent]] or graph.nodes.id[self._owner[dependent]]
                n = int(graph.requirements.indptr[at + 1] - graph.requirements.indptr[at])
                which = str(graph.requirements.names[graph.requirements.name[at]])
                what = f"requirement '{which}'" if which else "its requirement without a name"
                return (
                    f"the upper end alone rose, what is certain did not: ask {whom} how many of the {n} providers of"
                    f" {what} of '{graph.nodes.id[dependent]}' must work"
                )
        return "the upper end alone rose, what is certain did not"

    def fact(self, number: int) -> CauseFact:
        """Return a fact in words."""
        fact = self._between.facts[number]
        if not fact.before and not fact.after:
            return self._declared(fact)
        graph, at = (self._between.after, fact.after[0]) if fact.after else (self._between.before, fact.before[0])
        dependent, provider, relation, requirement = _names(graph, at)
        change = self._change.get((id_key(dependent), key(requirement), id_key(provider), relation))
        records = [
            _records(each, each.needs.evidence, positions)
            for each, positions in ((self._between.before, fact.before), (self._between.after, fact.after))
        ]
        more = len(fact.before) + len(fact.after) - 1
        return CauseFact(
            f"'{dependent}' {relation} '{provider}'" + (f" (and {more} more of who runs it)" if more else ""),
            "came" if fact.after else "went",
            change.why if change else ChangeClass.RECORD,
            dependent,
            requirement,
            *records,
        )

    def _declared(self, fact: Fact) -> CauseFact:
        graphs = self._between.before, self._between.after
        said, records = [], []
        for graph, at in zip(graphs, fact.requirement, strict=True):
            word = str(graph.requirements.words[graph.requirements.at_least[at]]) if at >= 0 else ""
            said.append(word or "nothing")
            begin, end = np.searchsorted(graph.needs.requirement, (at, at + 1)).tolist()
            records.append(_records(graph, graph.needs.evidence, range(begin, end) if at >= 0 else ()))
        graph, at = (graphs[1], fact.requirement[1]) if fact.requirement[1] >= 0 else (graphs[0], fact.requirement[0])
        dependent = str(graph.nodes.id[graph.requirements.dependent[at]])
        requirement = str(graph.requirements.names[graph.requirements.name[at]])
        change = self._change.get((id_key(dependent), key(requirement)))
        what = f"requirement '{requirement}'" if requirement else "the requirement without a name"
        return CauseFact(
            f"what is declared of {what} of '{dependent}' ({said[0]}, then {said[1]})",
            "declared otherwise",
            change.why if change else ChangeClass.RECORD,
            dependent,
            requirement,
            *records,
        )


def _names(graph: Graph, at: int) -> tuple[str, str, str, str]:
    needs, requirements = graph.needs, graph.requirements
    return (
        str(graph.nodes.id[needs.dependent[at]]),
        str(graph.nodes.id[needs.provider[at]]),
        RELATIONS[needs.relation[at]].value,
        str(requirements.names[requirements.name[needs.requirement[at]]]),
    )


def _records(graph: Graph, evidence: Evidence, items: Sequence[int]) -> tuple[str, ...]:
    said = dict.fromkeys(one for item in items for one in graph.provenance(evidence, item))
    return tuple(f"{one.source}{f' ({one.part})' if one.part else ''}:{one.record}" for one in said)


def _what(cause: Cause) -> str:
    return " and ".join(f"{fact.fact} {_verb(fact)}" for fact in cause.facts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ends_of(cause: Cause) -> tuple[float, float]:
    """Return what the figure would be without a cause; NaN where it is not known."""
    ends = cause.without_at_lower, cause.without_at_upper
    low, high = (float("nan") if end is None else end for end in ends)
    return low, high


def _verb(fact: CauseFact) -> str:
    return "changed" if fact.change == "declared otherwise" else fact.change


def _at(ends: str) -> str:
    return "" if ends == "both" else f" at the {ends} end"


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _range(ends: Floats) -> str:
    low, high = (f"{float(end):g}" for end in ends)
    return low if low == high else f"{low} to {high}"

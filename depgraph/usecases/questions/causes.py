"""What made a figure change: the facts, each with its record, and what the figure would be without it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.basis.owners import owner_of
from depgraph.analytics.basis.scope import scope_of_any
from depgraph.analytics.measures.cut_causes import CUTS
from depgraph.counting import counted
from depgraph.graph.facts_between import toggles
from depgraph.graph.standings import standings
from depgraph.ids import id_key
from depgraph.usecases.questions.cause_facts import Cause, CauseFacts
from depgraph.usecases.questions.cause_figures import Asking, asks, figures_of, same
from depgraph.usecases.questions.cause_words import explanation, largest_effects, range_in_words
from depgraph.usecases.questions.differences import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Floats
    from depgraph.graph import Graph
    from depgraph.graph.change import Change
    from depgraph.graph.toggles import Toggles
    from depgraph.usecases.questions.cause_facts import CauseFact
    from depgraph.usecases.questions.cause_figures import Found
    from depgraph.usecases.questions.spof import RankedPoint
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View

SHOWN: Final = 5
"""How many causes are told of one figure: those that are necessary or sufficient, then the largest effects."""

EXPLAINING: Final = 100
"""Of single facts that are necessary or sufficient so many are told."""

_ALONE: Final = "the upper end alone rose, what is certain did not"

_AT: Final = (" at the lower end", " at the upper end")

_ENDS: Final = {(False, False): "", (True, False): "lower", (False, True): "upper", (True, True): "both"}


@dataclass(frozen=True, slots=True)
class Explained(Difference):
    """A measure before and after, and what made it change."""

    because: Annotated[str, "in words what made it change; empty where nobody asked that"] = ""
    ask: Annotated[str, "the one question that would close what is open, where the upper end alone moved"] = ""
    rescoped_at_lower: Annotated[
        float | None, "before, by the units, scope and weights of after, at the lower end: what differs is their doing"
    ] = None
    rescoped_at_upper: Annotated[float | None, "likewise at the upper end"] = None
    scoped: Annotated[
        tuple[Cause, ...],
        "the ties and attributes that did so, with what the figure before would be by all but each, and by each alone",
    ] = ()
    causes: Annotated[tuple[Cause, ...], "the facts that made it change, those that explain it first"] = ()
    remaining_at_lower: Annotated[
        float | None, "what the single effects of all facts leave of the difference, at the lower end"
    ] = None
    remaining_at_upper: Annotated[float | None, "likewise at the upper end"] = None


def explained(
    before: View,
    after: View,
    rows: Sequence[Difference],
    changes: Sequence[Change],
    *,
    by: str,
    sector: str = "",
    hub: str = "",
    ranking: Sequence[RankedPoint] = (),
    progress: Progress | None = None,
) -> tuple[Explained, ...]:
    """Return rows with what made each of their figures change.

    Figures are what a unit stops (score, fails, functions, organisations, people), the highest score of all units and
    how many are single points, numbers of cut sets of functions, shares and indices. Where one is not known on one side
    that is said; what moved it at the other end is told.

    Parameters
    ----------
    before, after : View
    rows : sequence of Difference
    changes : sequence of Change
        What came, went and changed between them: where the class and the records of a fact are from.
    by, sector, hub : str
        By what the rows were measured.
    ranking : sequence of RankedPoint
        All units of after, where it is at hand: those that no fact can touch are not measured again.
    progress : callable, optional

    """
    as_one = {(row.measure, row.id): _as_one(row, before.graph, after.graph) for row in rows}
    moved = [row for row in rows if asks(row) and not as_one[row.measure, row.id]]
    otherwise = {(row.measure, row.id): as_one[row.measure, row.id] or _nothing_known(row) for row in rows}
    if not moved:
        return tuple(replace(unexplained(row), because=otherwise[row.measure, row.id]) for row in rows)
    between = toggles(before.graph, after.graph, after.lens.doubt)
    asking = Asking(between, before, after, by, sector, hub, ranking, progress)
    figures = figures_of(asking, moved, tuple(standings(before.graph, after.graph, changes)))
    sizes = [int(scope_of_any(view.graph, sector=sector, hub=hub).size.sum()) for view in (before, after)]
    told = _Told(between, changes, (sizes[0], sizes[1]))
    return tuple(
        told.row(row, figures[row.measure, row.id])
        if (row.measure, row.id) in figures
        else replace(unexplained(row), because=otherwise[row.measure, row.id])
        for row in rows
    )


def _nothing_known(row: Difference) -> str:
    """Return why facts are not had and not had for a measure; empty where it is known."""
    unknown = _unknown(row)
    return f"{unknown}: there is nothing to have a fact, or not have it, of." if unknown else ""


def _unknown(row: Difference) -> str:
    """Return that a measure which is another one is not known on some side, at some end; empty if it is."""
    before, after = (row.before_at_lower, row.before_at_upper), (row.after_at_lower, row.after_at_upper)
    if before == after or None not in (*before, *after):
        return ""
    sides = [
        f"{word}{_AT[ends.index(None)] if ends.count(None) == 1 else ''}"
        for word, ends in (("before", before), ("after", after))
        if None in ends
    ]
    return f"It is not known {' and '.join(sides)}"


def _as_one(row: Difference, before: Graph, after: Graph) -> str:
    """Return that something has no figures on one side since it is one with something else there; empty if it is not.

    Its figures there are the other one's, of whose row facts are the cause.
    """
    sides = (
        (after, (row.after_at_lower, row.after_at_upper), "is one with", "after"),
        (before, (row.before_at_lower, row.before_at_upper), "was one with", "before"),
    )
    for graph, ends, verb, when in sides:
        at = graph.find(row.id) if row.id and not any(ends) else None
        other = row.id if at is None else str(graph.nodes.id[at])
        if id_key(other) != id_key(row.id):
            return f"It {verb} '{other}' {when}, which has its figures."
    return ""


def unexplained(row: Difference) -> Explained:
    """Return a row of which nobody asks what made it move."""
    return Explained(**{field.name: getattr(row, field.name) for field in fields(Difference)})


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """A figure that sets of facts made go from `first` to `last`; float64[2] by end, of sets float64[f, 2]."""

    first: Floats
    last: Floats
    without: Floats
    alone: Floats
    single: NDArray[np.bool_]

    @property
    def moved(self) -> NDArray[np.bool_]:
        """At which end it went anywhere."""
        return ~same(self.first, self.last)

    @property
    def necessary(self) -> NDArray[np.bool_]:
        """Without which sets, at which end, the figure is as first."""
        return self.moved & same(self.without, self.first)

    @property
    def sufficient(self) -> NDArray[np.bool_]:
        """Which sets alone, at which end, make it what it is last."""
        return self.moved & same(self.alone, self.last)

    def chosen(self) -> tuple[list[int], int]:
        """Return the sets that are told, and how many explain the figure: these first, then the largest single effects.

        Of pairs those alone count that explain it where no single fact does.
        """
        necessary, sufficient, single = self.necessary, self.sufficient, self.single
        effect = np.nan_to_num(np.abs(self.last - self.without)).max(axis=1)
        alone = np.nan_to_num(np.abs(self.alone - self.first)).max(axis=1)
        explains = np.asarray((necessary | sufficient).any(axis=1), dtype=np.bool_)
        # Of two facts nothing is told unless they explain what neither does.
        fresh = (necessary & ~necessary[single].any(axis=0)) | (sufficient & ~sufficient[single].any(axis=0))
        some = single & ((effect > 0) | (alone > 0)) | ~single & fresh.any(axis=1)
        order = [at for at in np.lexsort((-alone, -effect, ~single, ~explains)).tolist() if some[at]]
        named = int(np.count_nonzero(explains & single))
        return order[: max(SHOWN, min(named, EXPLAINING))], int(np.count_nonzero(explains[order]))

    def cause(self, at: int, facts: tuple[CauseFact, ...]) -> Cause:
        """Return one set as a cause."""
        needed, enough = (_ENDS[bool(each[at, 0]), bool(each[at, 1])] for each in (self.necessary, self.sufficient))
        return Cause(facts, needed, enough, *map(_number, (*self.without[at], *self.alone[at])))


class _Told:
    """What was found of figures, told as rows."""

    def __init__(self, between: Toggles, changes: Sequence[Change], sizes: tuple[int, int]) -> None:
        self._between, self._sizes = between, sizes
        self._facts = CauseFacts(between, changes)
        self._owner = owner_of(between.after)

    def row(self, row: Difference, figure: Found) -> Explained:
        """Return a row with what made its figure change."""
        single = np.array([len(each) == 1 for each in figure.sets], dtype=np.bool_)
        step = _Step(figure.rescoped, figure.after, figure.without, figure.alone, single)
        chosen, explaining = step.chosen()
        causes = tuple(step.cause(at, tuple(self._facts.fact(fact) for fact in figure.sets[at])) for at in chosen)
        scoped, scoped_words = self._scoped(figure, row.measure)
        left = figure.after - figure.rescoped - (figure.after - figure.without[single]).sum(axis=0)
        unknown = [f"{words}."] if (words := _unknown(row)) else []
        return Explained(
            **{field.name: getattr(row, field.name) for field in fields(Difference)},
            because=" ".join([*scoped_words, *self._because(figure, row.measure, causes, explaining), *unknown]),
            # Numbers of cut sets are no bounds: that more of them may be than are says nothing of what is certain.
            ask="" if row.measure in CUTS else self._ask(figure, [figure.sets[at] for at in chosen]),
            rescoped_at_lower=_number(figure.rescoped[0]),
            rescoped_at_upper=_number(figure.rescoped[1]),
            scoped=scoped,
            causes=causes,
            remaining_at_lower=_number(np.round(left[0], 9)),
            remaining_at_upper=_number(np.round(left[1], 9)),
        )

    def _scoped(self, figure: Found, measure: str) -> tuple[tuple[Cause, ...], list[str]]:
        """Return the ties and attributes that made the figure before another one, and this in sentences."""
        if same(figure.before, figure.rescoped).all():
            return (), []
        now, then = (range_in_words(measure, ends) for ends in (figure.rescoped, figure.before))
        does = f"makes it {now}, not {then}" if now != then else f"moves it by less than is shown here, from {then}"
        words = [f"The units, the scope or the weights are other ones after: that alone {does}."]
        one, other = self._sizes
        if one != other:
            scope = counted(other, "function or requirement is", "functions and requirements are")
            words.append(f"{scope} in scope, not {one:,}.")
        if figure.scoped is None:
            return (), words
        facts, without, alone = figure.scoped.facts, figure.scoped.without, figure.scoped.alone
        single = np.array([len(each) == 1 for each in facts], dtype=np.bool_)
        step = _Step(figure.before, figure.rescoped, without, alone, single)
        chosen, explaining = step.chosen()
        causes = tuple(step.cause(at, (self._facts.standing(facts[at]),)) for at in chosen)
        words += explanation(causes, explaining)
        if causes and not explaining:
            words += largest_effects(measure, causes, figure.rescoped)
        if figure.scoped.untried:
            words.append(
                f"{counted(figure.scoped.untried, 'tie or attribute was', 'ties and attributes were')} not tried alone."
            )
        return causes, words

    @staticmethod
    def _because(figure: Found, measure: str, causes: Sequence[Cause], explaining: int) -> Iterator[str]:
        """Yield which facts made a figure change by the scope of after, in sentences."""
        if same(figure.rescoped, figure.after).all():
            return
        if explaining:
            yield from explanation(causes, explaining)
        else:
            some = figure.untried_pairs or figure.untried or figure.some_pairs
            two = "no two that were tried do" if some else "no two do"
            yield (
                f"Several chains together: no single fact explains it, and {two}."
                if figure.pairs
                else "Several facts together: no single one explains it."
            )
            yield from largest_effects(measure, causes, figure.after)
        if figure.untried:
            yield f"{counted(figure.untried, 'fact was', 'facts were')} not tried."
        if figure.untried_pairs:
            yield f"{counted(figure.untried_pairs, 'pair of facts was', 'pairs of facts were')} not tried."

    def _ask(self, figure: Found, chosen: Sequence[tuple[int, ...]]) -> str:
        """Return the one question, where the upper end alone rose."""
        rose, certain = figure.after[1] > figure.before[1], figure.after[0] == figure.before[0]
        if not (rose and certain):
            return ""
        questions = (self._question(fact) for each in chosen for fact in each)
        asked = next(filter(None, questions), "")
        return f"{_ALONE}: {asked}" if asked else _ALONE

    def _question(self, number: int) -> str:
        """Return what is to be asked of a fact: who an unknown provider is, or how many providers must work."""
        graph = self._between.after
        fact = (self._between.facts + self._between.restated)[number]
        needs, requirements = graph.needs, graph.requirements
        for need in fact.after:
            if graph.nodes.unknown[needs.provider[need]]:
                dependent = int(needs.dependent[need])
                return f"ask {self._whom(dependent)} who the unknown provider of '{graph.nodes.id[dependent]}' is"
        at = fact.requirement[1]
        if at < 0 or requirements.k_lower[at] == requirements.k_upper[at]:
            return ""
        dependent = int(requirements.dependent[at])
        n = int(requirements.indptr[at + 1] - requirements.indptr[at])
        which = str(requirements.names[requirements.name[at]])
        what = f"requirement '{which}'" if which else "its requirement without a name"
        return (
            f"ask {self._whom(dependent)} how many of the {n} providers of {what} of '{graph.nodes.id[dependent]}' must"
            " work"
        )

    def _whom(self, node: int) -> str:
        nodes, owner = self._between.after.nodes, self._owner[node]
        return str(nodes.name[owner] or nodes.id[owner])


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)

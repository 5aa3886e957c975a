"""Candidates for one party in a graph, found once for all that is decided, and those that are likely to be one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from depgraph.ids import is_single
from depgraph.model import TieKind
from depgraph.ports import GraphKey, Kept
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from depgraph.graph import Graph
    from depgraph.ports import Shelf, Store
    from depgraph.resolution.candidates import Candidate
    from depgraph.usecases.view import View

_ASKED: Final = "candidates"


def open_candidates(
    store: Store, view: View, progress: Callable[[int, int], None] | None = None
) -> tuple[Candidate, ...]:
    """Return the candidates about which nobody decided, the likeliest first.

    They are looked for among parties as identifiers alone make them, so that a decision leaves them as they are, and
    kept beside the graph of these. What is one in the view by now is none, and of two parties the best pair of what
    they were counts.
    """
    before = _undecided(store, view)
    known = _kept(store.graphs, before.key)
    if known is None:
        from depgraph.resolution.candidates import candidates  # noqa: PLC0415 - its libraries take a second to load
        from depgraph.resolution.parties import parties_of  # noqa: PLC0415 - as above

        known = candidates(parties_of(before.graph, before.shared), progress=progress)
        if before.key:
            rows = [[*one[:3], one.answer.value, one.reasons] for one in known]
            store.graphs.keep(_key(before.key), Kept({_ASKED: rows}, {}))
    return tuple(_open(known, view.graph))


def kept_candidates(store: Store, view: View) -> tuple[Candidate, ...] | None:
    """Return the same where they were found before; None where nobody looked for them."""
    known = _kept(store.graphs, _undecided(store, view).key)
    return None if known is None else tuple(_open(known, view.graph))


def are_two(first: str, second: str) -> bool:
    """Say whether two ids forbid that they are one: two LEIs."""
    return is_single(first) and is_single(second)


def likely_pairs(store: Store, view: View) -> tuple[tuple[str, str], ...]:
    """Return the pairs that are likely one party: with one identifier, then by score down to the threshold."""
    from depgraph.resolution.candidates import THRESHOLD, Same  # noqa: PLC0415 - as above

    asked = (pair for each in view.unlike for pair in pairwise(each.parties) if not are_two(*pair))
    scored = (
        (one.first, one.second)
        for one in open_candidates(store, view)
        if one.answer is Same.PARTY and one.score >= THRESHOLD
    )
    return tuple(dict.fromkeys((*asked, *scored)))


def _undecided(store: Store, view: View) -> View:
    """Return the view of the same facts without what people decided; how sure needs are has no say in who is who."""
    if not view.decisions and not view.lens.min_confidence and view.lens.resolution != "likely":
        return view
    return open_view(
        store,
        replace(view.lens, as_of=view.graph.as_of, revision=view.revision, resolution="strict", min_confidence=0.0),
    )


def _open(candidates: Iterable[Candidate], graph: Graph) -> Iterable[Candidate]:
    """Yield candidates as a graph has them: the best of each two parties that are two and may be one.

    Of which one owns the other, or is a part of it, are two by what facts say; and of one group are those that have
    one owner, or are parts of one, so that this is no question.
    """
    ties = _ties(graph)
    two = {frozenset(pair) for pair in graph.apart} | {frozenset(tie) for tie in ties}
    above = defaultdict(set)
    for subject, owner in ties:
        above[subject].add(owner)
    seen = set()
    for one in candidates:
        at = graph.find(one.first), graph.find(one.second)
        if at[0] is None or at[1] is None or at[0] == at[1]:
            continue
        first, second = sorted(str(graph.nodes.id[each]) for each in at)
        pair = frozenset((first, second))
        known = one.answer == "same-group" and not above[first].isdisjoint(above[second])
        if pair not in two and pair not in seen and not known:
            seen.add(pair)
            yield one._replace(first=first, second=second)


def _ties(graph: Graph) -> list[tuple[str, str]]:
    """Return who is owned by whom, or is a part of whom."""
    ids = graph.nodes.id
    ties = (graph.tied(kind) for kind in (TieKind.OWNED_BY, TieKind.PART_OF))
    return [
        (str(ids[one]), str(ids[other]))
        for subjects, objects in ties
        for one, other in zip(subjects.tolist(), objects.tolist(), strict=True)
    ]


def _kept(shelf: Shelf, key: GraphKey | None) -> tuple[Candidate, ...] | None:
    kept = shelf.find(_key(key)) if key else None
    if kept is None:
        return None
    from depgraph.resolution.candidates import Candidate, Same  # noqa: PLC0415 - as above

    return tuple(
        Candidate(first, second, score, Same(answer), tuple(reasons))
        for first, second, score, answer, reasons in kept.said[_ASKED]
    )


def _key(key: GraphKey) -> GraphKey:
    return GraphKey(key.imports, {**key.lens, "asked": _ASKED})

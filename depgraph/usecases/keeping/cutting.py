"""A store cut to what one viewer saw at one revision, or from one to another: enough to make the same graphs again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from depgraph.model import TRACES
from depgraph.ports import Origin
from depgraph.usecases.keeping.copy import facts_of
from depgraph.usecases.visible import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.ports import Receipt, Store, Superseded
    from depgraph.usecases.view import View


def cut_store(of: Store, to: Store, view: View, *, since: int | None = None) -> None:
    """Copy into an empty store what a view rests on, by the numbers of its viewer; no other revision can be read.

    Decisions go with it also where the view does without them: what it says of other readings rests on them.

    Parameters
    ----------
    of, to : Store
    view : View
    since : int, optional
        The revisions from this one on can be read too: what changed rests on them.

    Raises
    ------
    StoreError
        If either store fails, or `of` was pruned meanwhile.

    """
    seen = visible_to(of, view.lens.viewer)
    history = seen.describe().history
    first = view.revision if since is None else min(since, view.revision)
    held = [one for one in history if one.held_at(first)]
    # What was drawn of the facts and traced is told of a revision whenever it was noted: the last log has all of it.
    logs = {one.run.marking: one for one in history if one.run.source == TRACES}.values()
    since_then = [one for one in history if first < one.revision <= view.revision]
    wanted = {one.revision: one for one in (*held, *since_then, *logs)}
    for revision in sorted({*wanted, *_turns(history, first, view.revision)}):
        one = wanted.get(revision)
        if revision > first:
            _settle(to, held, first, first)
        if one is None:
            _settle(to, [each for each in history if each.held_at(revision)], revision, first)
            continue
        if revision > view.revision:
            _settle(to, [each for each in history if each.held_at(view.revision)], view.revision, first)
        with facts_of(seen, one) as facts:
            origin = Origin(revision, min(revision, first))
            in_force = one.held_at(max(revision, first) if revision <= view.revision else view.revision)
            to.replace(one.run, facts, origin=origin, receipt=partial(_receipt, one), in_force=in_force)
    _settle(to, [each for each in history if each.held_at(view.revision)], view.revision, first)


def _turns(history: Sequence[Superseded], first: int, last: int) -> set[int]:
    """Return the revisions after the first in which imports came into force again, or were taken out."""
    ends = {end for one in history for term in one.terms for end in term if end is not None}
    return {revision for revision in ends if first < revision <= last}


def _settle(to: Store, held: Sequence[Superseded], revision: int, oldest: int) -> None:
    """Let a revision hold what it held, if no import made it."""
    if to.describe().revision < revision:
        to.put_in_force([one.revision for one in held], origin=Origin(revision, min(oldest, revision)))


def _receipt(one: Superseded) -> Receipt:
    return one.receipt

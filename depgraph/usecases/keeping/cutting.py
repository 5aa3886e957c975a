"""A store cut to what one viewer saw at one revision: enough to make the same graph again, and nothing else."""

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


def cut_store(of: Store, to: Store, view: View) -> None:
    """Copy into an empty store what a view rests on, by the numbers of its viewer; no earlier revision can be read.

    Decisions go with it also where the view does without them: what it says of other readings rests on them.

    Raises
    ------
    StoreError
        If either store fails, or `of` was pruned meanwhile.

    """
    seen = visible_to(of, view.lens.viewer)
    history = seen.describe().history
    held = [one for one in history if one.held_at(view.revision)]
    # What was drawn of the facts and traced is told of a revision whenever it was noted: the last log has all of it.
    logs = {one.run.marking: one for one in history if one.run.source == TRACES}.values()
    wanted = {one.revision: one for one in (*held, *logs)}
    for one in (wanted[revision] for revision in sorted(wanted)):
        if one.revision > view.revision:
            _settle(to, held, view.revision)
        with facts_of(seen, one) as facts:
            origin = Origin(one.revision, min(one.revision, view.revision))
            to.replace(one.run, facts, origin=origin, receipt=partial(_receipt, one), in_force=one in held)
    _settle(to, held, view.revision)


def _settle(to: Store, held: Sequence[Superseded], revision: int) -> None:
    """Let a revision hold what it held, if no import made it."""
    if to.describe().oldest < revision:
        to.put_in_force([one.revision for one in held], origin=Origin(revision, revision))


def _receipt(one: Superseded) -> Receipt:
    return one.receipt

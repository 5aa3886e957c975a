"""Pairs for an answer that is made of more than pairs: all that was asked for, or an end to the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.usecases.questions.pairs import rank_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.usecases.answer import Answer
    from depgraph.usecases.questions.pairs import Pair, PairAdds
    from depgraph.usecases.view import View


def rank_whole_pairs(
    view: View,
    *,
    by: str,
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    progress: Callable[[int, int], None] | None = None,
) -> Answer[Pair, PairAdds]:
    """Return pairs as `rank_pairs` does, but let a keyboard interrupt end more than the ranking.

    Raises
    ------
    KeyboardInterrupt
        If one ended the ranking early.

    """
    found = rank_pairs(view, by=by, sector=sector, hub=hub, limit=limit, progress=progress)
    if found.interrupted:
        raise KeyboardInterrupt
    return found

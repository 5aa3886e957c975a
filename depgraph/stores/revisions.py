"""Which revision a store is asked for, and which imports may be in force together: for both stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from depgraph.ports import Superseded


def resolve(revision: int | None, *, latest: int, oldest: int) -> int:
    """Return the revision that is asked for, or the latest.

    Raises
    ------
    UsageError
        If it does not exist or was pruned.

    """
    if revision is None:
        return latest
    if revision < 0 or revision > latest:
        raise UsageError(f"the store has no revision {revision}: the latest is {latest}")
    if revision < oldest:
        raise UsageError(f"revision {revision} was pruned: the oldest that can be read is {oldest}")
    return revision


def check_known(imports: Collection[int], history: Sequence[Superseded], location: str) -> None:
    """Refuse imports that the history does not have, or two that speak for one source and part.

    Raises
    ------
    UsageError
        If there are such.

    """
    known = {held.revision: held for held in history}
    if missing := sorted(set(imports).difference(known)):
        raise UsageError(f"'{location}' holds no import of revision {missing[0]}: depgraph status lists those it does")
    places: dict[tuple[str, ...], int] = {}
    for revision in sorted(set(imports)):
        other = places.setdefault(known[revision].run[:2], revision)
        if other != revision:
            raise UsageError(f"imports {other} and {revision} speak for one source and part: choose one of them")

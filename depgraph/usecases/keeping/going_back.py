"""Take an import out, or go back to an earlier revision: each makes a new revision, and changes no fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.errors import EmptyStoreError, UsageError

if TYPE_CHECKING:
    from depgraph.ports import Description, Store, Superseded


def import_in_force(description: Description, source: str, part: str) -> Superseded:
    """Return the import of a source and part that is in force.

    Raises
    ------
    UsageError
        If there is none; it names those that there are.

    """
    now = [one for one in description.history if one.until is None]
    for one in now:
        if (one.run.source, one.run.part) == (source, part):
            return one
    if not now:
        raise EmptyStoreError(f"'{description.location}' holds no import that is in force: nothing to forget")
    called = f"'{source}'" + (f" of part '{part}'" if part else "")
    held = ", ".join(f"{one.run.source}{f' --part {one.run.part}' if one.run.part else ''}" for one in now)
    raise UsageError(f"no import of {called} is in force: there are {held}")


def forget_import(store: Store, source: str, part: str = "") -> int:
    """Take what a source and part say out of a store; return the revision that this makes.

    Earlier revisions can be read until they are pruned.

    Raises
    ------
    UsageError
        If there is no such import. The store is unchanged.

    """
    description = store.describe()
    gone = import_in_force(description, source, part)
    return store.put_in_force([one.revision for one in description.history if one.until is None and one != gone])


def imports_at(description: Description, revision: int) -> tuple[Superseded, ...]:
    """Return the imports of a revision.

    Raises
    ------
    UsageError
        If it does not exist, was pruned, or is what is in force already.

    """
    if not 0 <= revision <= description.revision:
        raise UsageError(f"the store has no revision {revision}: the latest is {description.revision}")
    if revision < description.oldest:
        raise UsageError(f"revision {revision} was pruned: the oldest that can be read is {description.oldest}")
    then = tuple(one for one in description.history if one.held_at(revision))
    if then == tuple(one for one in description.history if one.until is None):
        raise UsageError(f"revision {revision} holds what the latest, {description.revision}, holds: nothing to change")
    return then


def revert(store: Store, revision: int) -> int:
    """Make a new revision that holds what an earlier one held; return its number.

    Raises
    ------
    UsageError
        As `imports_at`. The store is unchanged.

    """
    return store.put_in_force([one.revision for one in imports_at(store.describe(), revision)])

"""The sorts of things that are left out or read with care; of each there is one finding, with their number."""

from __future__ import annotations

from typing import Final

from depgraph.model import Level

SORTS: Final = {
    "bad-lei": (Level.WARNING, "a record with an LEI of a wrong form or check digits (ISO 17442) is left out"),
    "two-records": (Level.WARNING, "a record of what another record of this file has: the one updated last is read"),
    "fund-relation": (
        Level.NOTE,
        "a relation of a fund (managed by, sub-fund of, feeder to) says nothing of control: not read",
    ),
    "other-relation": (Level.WARNING, "a relation of a type that is not known is not read"),
    "other-node": (Level.WARNING, "a relation with what is no LEI is not read"),
    "not-published": (Level.NOTE, "a relation that is withdrawn, moved or not confirmed is not read"),
    "ended-undated": (Level.NOTE, "a relation that has ended, nobody says when, is not read"),
    "lapsed": (Level.NOTE, "a relation stands as it was last confirmed: its registration has lapsed"),
    "bad-period": (Level.WARNING, "a period that ends before it begins is not read"),
    "share": (
        Level.NOTE,
        "a percentage is not read: who is consolidated is controlled, and 1.00 may be one per cent or all",
    ),
    "deleted": (Level.NOTE, "a record is deleted by a later file"),
    "no-parent": (Level.NOTE, "an entity declares that no other one is its parent (natural persons, or nobody known)"),
    "parent-unknown": (Level.NOTE, "an entity has a parent that is not named"),
    "successor-of-several": (Level.WARNING, "an entity has several successors: nobody can say which of them it is now"),
    "successor-missing": (Level.WARNING, "an entity is a duplicate or was merged, into which one is not stated"),
    "successor-circle": (Level.WARNING, "entities are successors of each other in a circle: taken for none"),
    "shared-number": (Level.WARNING, "a number in a national register that another entity has too: read of none"),
    "annulled": (Level.WARNING, "an LEI was annulled: who uses it should correct it"),
    "ties-of-aliases": (Level.NOTE, "a relation of an entity that is another one by now is not read"),
    "other-ultimate": (
        Level.WARNING,
        "an ultimate parent is not on top of the direct parents: these are read",
    ),
}
"""What each sort is: how bad, and what is told of one."""

"""The sorts of things that are left out or read with care; of each there is one finding, with their number."""

from __future__ import annotations

from typing import Final

from depgraph.model import Level

SORTS: Final = {
    "person": (Level.NOTE, "a person is not imported, nor whom it owns"),
    "replaced": (Level.NOTE, "a statement is replaced by a later one"),
    "indirect": (Level.NOTE, "an indirect interest is told by its components, or by direct owners: counted once"),
    "minority": (Level.NOTE, "an interest is no control: half or less, or of another kind"),
    "control-unknown": (
        Level.WARNING,
        "an interest may be control or not, as its size or kind is not stated: not read",
    ),
    "trust": (Level.NOTE, "an interest in a trust, or as nominee, is a tie of its own kind: not read as ownership"),
    "other-interest": (Level.WARNING, "an interest of a kind that is not known is not read"),
    "unstated": (Level.NOTE, "an owner is not stated, for a reason that the statement gives: neither one nor none"),
    "unknown-owner": (Level.NOTE, "an owner is an entity that nobody names: a parent that is not known"),
    "reference-missing": (Level.WARNING, "a statement about what no statement describes is not read"),
    "bad-share": (Level.WARNING, "a share that is no number from 0 to 100 is taken as not stated"),
    "bad-period": (Level.WARNING, "an interest that ends before it begins is not read"),
    "own-owner": (Level.WARNING, "an entity that owns itself: not read"),
}
"""What each sort is: how bad, and what is told of one."""

"""Needs that somebody denies: they stay, count as weak, and are told, until an auditor decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.graph.rows import DENIED, DISPUTED
from depgraph.graph.settling import settle
from depgraph.ids import id_key, key
from depgraph.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from depgraph.arrays import Ints
    from depgraph.graph.columns import Codes
    from depgraph.graph.rows import Rows, Tables
    from depgraph.model import Decision

Pending = tuple[str, str, str]
"""Which need is denied: the keys of its dependent, its provider and the name of its requirement."""

PENDING: Final = "need-disputed"
STANDS: Final = "denied-need-stands"
GIVEN_UP: Final = "denied-need-taken-out"
NOWHERE: Final = "denied-need-gone"
"""What becomes of a denial, as the code of a finding."""


def need_key(dependent: str, provider: str, requirement: str) -> Pending:
    """Return what names a denied need: the same in any spelling."""
    return id_key(dependent), id_key(provider), key(requirement)


def decided_disputes(log: Iterable[Decision]) -> dict[Pending, Decision]:
    """Return the last decision about each denied need, unless it was undone.

    Examples
    --------
    >>> from depgraph.model import Decision
    >>> stands = Decision("name:a", "name:x", same=True, evidence="", record="1", reasons=("mail",))
    >>> undo = stands._replace(undone=True)
    >>> [list(decided_disputes(log)) for log in ([stands], [stands, undo])]
    [[('name:a', 'name:x', 'mail')], []]

    """
    last: dict[Pending, Decision] = {}
    for one in log:
        about = need_key(one.first, one.second, one.reasons[0] if one.reasons else "")
        last.pop(about, None)
        if not one.undone:
            last[about] = one
    return last


def denials_of(needs: Rows) -> Rows:
    """Take the rows that deny a need out of those that state needs, and return them."""
    denies = needs.stance == DENIED
    taken = needs.taken(np.flatnonzero(denies))
    if len(taken):
        needs.keep(~denies)
    return taken


def dispute(  # noqa: PLR0917 - all that a denial is held against
    needs: Rows,
    denials: Rows,
    ids: Sequence[str],
    tables: Tables,
    decided: Mapping[Pending, Decision],
    known: tuple[Ints, Codes],
) -> list[Finding]:
    """Mark the needs that are denied and about which nobody decided, and take out those that an auditor gave up.

    Parameters
    ----------
    needs, denials : Rows
        With positions in `ids` as ends, those of a denial -1 where there is no such node; needs are settled.
    ids : sequence of str
    tables : Tables
    decided : mapping
        As `decided_disputes`.
    known : (int32[n], uint8[n])
        Service type and kind of each node, by which denials are settled as needs are.

    Returns
    -------
    list of Finding
        What became of each denial.

    """
    findings: list[Finding] = []
    if not len(denials):
        return findings
    if len(ids):
        _settle(denials, tables, known)
    gone = np.zeros(len(needs), dtype=np.bool_)
    names = [key(name) for name in tables.requirements.strings()]
    shown = tables.requirements.strings()
    for at in range(len(denials)):
        first, second = int(denials.first[at]), int(denials.second[at])
        asked = names[denials.requirement[at]]
        between = np.flatnonzero((needs.first == first) & (needs.second == second))
        denied = [row for row in between.tolist() if names[needs.requirement[row]] == asked]
        record = str(denials.record[at])
        if not denied:
            message = "denies a need that no other record states any more: nothing is disputed"
            findings.append(Finding(Level.NOTE, NOWHERE, record, "", message))
            continue
        called = f"that '{ids[first]}' needs '{ids[second]}'"
        if shown[needs.requirement[denied[0]]]:
            called += f" (requirement '{shown[needs.requirement[denied[0]]]}')"
        others = ", ".join(dict.fromkeys(str(needs.record[row]) for row in denied))
        decision = decided.get((id_key(ids[first]), id_key(ids[second]), asked))
        if decision is None:
            needs.stance[denied] = DISPUTED
            message = (
                f"denies {called}, which {others} states: it is disputed, and counts as a need that may not be there,"
                " until an auditor decides (depgraph clearing accept, reject)"
            )
            findings.append(Finding(Level.WARNING, PENDING, record, "", message))
        elif decision.same:
            message = f"denies {called}, which {others} states: it stands, as {decision.who} decided"
            findings.append(Finding(Level.NOTE, STANDS, record, "", message))
        else:
            gone[denied] = True
            message = f"denies {called}, which {others} states: it is taken out, as {decision.who} decided"
            findings.append(Finding(Level.NOTE, GIVEN_UP, record, "", message))
    if gone.any():
        needs.keep(~gone)
    return findings


def _settle(denials: Rows, tables: Tables, known: tuple[Ints, Codes]) -> None:
    """Give each denial the requirement that the need has which it denies."""
    ends = denials.first, denials.second
    denials.first, denials.second = np.maximum(ends[0], 0), np.maximum(ends[1], 0)
    settle(denials, *known, tables)
    denials.first, denials.second = ends

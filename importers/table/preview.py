"""The first rows of a table as they would be read by a mapping that may still be open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importers.table.mapping import OPEN
from importers.table.rows import rows_of

if TYPE_CHECKING:
    from importers.table.proposing import Proposal

_SHOWN: Final = 3
_OPEN: Final = {"dependent": "(open)", "provider": "(open, too)"}
"""Names of parties that are not told yet: two, since the numbers of one are not those of the other."""


def preview(proposal: Proposal) -> list[tuple[str, dict[str, str]]]:
    """Return the first rows: each with its record and column -> what it would be, or what is wrong with it."""
    if not proposal.sheets or not proposal.sheets[0].layout.header:
        return []
    sheet = proposal.sheets[0]
    told = proposal.told
    for name in ("dependent", "provider"):
        if not told.text(f"{name}.value") and name not in sheet.columns:
            told = told.with_values({f"{name}.value": _OPEN[name]})
    rows = rows_of((sheet,), told)
    shown: list[tuple[int, str, dict[str, str]]] = [
        (need.line, f"{need.label}:{need.line}", {name: _shown(text) for name, text in need.cells.items() if text})
        for need in rows.needs[:_SHOWN]
    ]
    for findings in rows.bad[:_SHOWN]:
        record = findings[0].record
        said = {finding.field or "row": f"bad: {finding.message}" for finding in findings}
        shown.append((int(record.rpartition(":")[2]), record, said))
    return [(record, cells) for _, record, cells in sorted(shown, key=lambda one: one[0])[:_SHOWN]]


def _shown(text: str) -> str:
    return OPEN if text in {f"name:{one}" for one in _OPEN.values()} else text

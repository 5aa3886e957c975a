"""A file of decisions, as `depgraph resolve decisions --csv` writes it: what each row decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError, MissingPathError
from depgraph.model import Finding, Label, Marking
from depgraph.usecases.keeping.decided import ACCEPT, REJECT
from depgraph.usecases.keeping.deciding import Proposal
from importers.readers.faults import read_each
from importers.readers.separated import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from importers.readers.record import Record

_WORDS: Final = {ACCEPT: True, REJECT: False}
_TOLD: Final = ("undone_by", "undone", "undone_note")
"""Columns that say what became of a decision that is no longer in force."""

_LISTS: Final = ("hubs", "organisations", "recipients")
_QUOTED: Final = ("=", "+", "-", "@")
"""What a text begins with before which the export puts an apostrophe, for spreadsheets."""


class DecisionFile(NamedTuple):
    """What the rows of a file decide, and how many were left out, since they were undone where they come from."""

    proposals: list[Proposal]
    undone: int


def read_decisions(path: Path) -> DecisionFile:
    """Return what a CSV file decides.

    Raises
    ------
    MissingPathError
        If it is not there.
    InputError
        If a row is bad: its findings are all that is wrong.

    """
    findings: list[Finding] = []
    try:
        with path.open("rb") as stream:
            table = read_table(stream, path.name)
            proposals = list(read_each(table.rows(), _proposal, findings))
    except OSError as error:
        raise MissingPathError(f"'{path}' cannot be read: {error.strerror}") from error
    if findings:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        raise InputError(f"{findings[0]}{more}: nothing was stored", findings)
    kept = [proposal for proposal in proposals if proposal]
    return DecisionFile(kept, len(proposals) - len(kept))


def _proposal(row: Record) -> Proposal | None:
    first, second, who = row.text("first"), row.text("second"), row.text("who")
    same = row.read("decision", _same)
    label = row.maybe_read("marking", _label)
    named = {name: row.maybe_read(name, _listed) or () for name in _LISTS}
    if any(named.values()) and not label:
        raise row.fault("marking", "is empty, and somebody is named who may see it: write a label such as tlp:amber")
    proposal = Proposal(
        first=first,
        second=second,
        same=same,
        who=who,
        decided=row.text("decided"),
        evidence=_plain(row.maybe_text("evidence")),
        note=_plain(row.maybe_text("note")),
        reasons=row.maybe_read("reasons", _listed) or (),
        marking=Marking(label, **named) if label else None,
        record=row.record,
    )
    in_force = row.maybe_read("in_force", _truth)
    for name in _TOLD:
        row.maybe_text(name)
    row.close()
    return None if in_force is False else proposal


def _same(written: str) -> bool:
    try:
        return _WORDS[written.lower()]
    except KeyError:
        raise ValueError(f"'{written}' is no decision: write {ACCEPT} or {REJECT}") from None


def _label(written: str) -> Label:
    try:
        return Label(written.lower())
    except ValueError:
        raise ValueError(f"'{written}' is no label: write one of {', '.join(Label)}") from None


def _truth(written: str) -> bool:
    found = {"true": True, "false": False}.get(written.lower())
    if found is None:
        raise ValueError(f"'{written}' is neither true nor false")
    return found


def _listed(written: str) -> tuple[str, ...]:
    """Return a list as the export writes it, in JSON, or one text."""
    if not written.startswith("["):
        return (written,)
    try:
        found = json.loads(written)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(f"'{written}' is no list of texts in JSON")
    return tuple(found)


def _plain(written: str) -> str:
    return written[1:] if written.startswith("'") and written[1:].startswith(_QUOTED) else written

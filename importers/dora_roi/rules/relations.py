"""Rule 807: what a row names in another table is there, letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.spelling import key
from importers.dora_roi.filing import Breach
from importers.dora_roi.rules.rule import Asked, Quality, Rule, Weight
from importers.dora_roi.taxonomy import relations
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing, Line, Table
    from importers.dora_roi.taxonomy import Related


def _related(filing: Filing, _: Asked) -> Iterator[Breach]:
    """Yield the rows that name what is not there; a table that is not there whole is a cause of its own."""
    for relation in relations(filing.taxonomy):
        child, parent = filing.tables.get(relation.child), filing.tables.get(relation.parent)
        if child and parent and parent.parsed and parent.present.issuperset(relation.parent_columns):
            yield from _broken(relation, child, parent)


def _broken(relation: Related, child: Table, parent: Table) -> Iterator[Breach]:
    there = _values(parent, relation.parent_columns)
    positions = [child.template.at[code] for code in relation.child_columns]
    missing = {value for value in _values(child, relation.child_columns) - there if all(map(str.strip, value))}
    if not missing:
        return
    nearly = {tuple(map(key, value)) for value in there}
    columns = "+".join(relation.parent_columns)
    for line in child.lines:
        value = tuple([line.cells[place] for place in positions])
        if value in missing:
            near = tuple(map(key, value)) in nearly
            cure = "it differs from one in blanks or case only" if near else "add the row, or correct this one"
            said = _shown(relation, child, line)
            message = f"{said}no row of {relation.parent} has this {columns} (relation {relation.name}): {cure}"
            yield Breach("807", child.record(line), "+".join(relation.child_columns), message)


_KINDS: Final = {
    ("B_02.02", "c0030"): "c0040",
    ("B_03.02", "c0020"): "c0030",
    ("B_05.01", "c0110"): "c0120",
    ("B_05.02", "c0030"): "c0040",
    ("B_05.02", "c0060"): "c0070",
    ("B_07.01", "c0020"): "c0030",
}
"""The columns that identify providers, each with the one that says which type of code stands there."""

_OF_COMPANIES: Final = ("qx2000", "qx2002", "qx2003", "qx2004")
"""Types of codes that no individual has: LEI, EUID, CRN, VAT. Others, and a code without a type, may be a person's."""


def _shown(relation: Related, child: Table, line: Line) -> str:
    """Return what stands in the columns, for the message; nothing where it may be the number of a person."""
    at = child.template.at
    for column in relation.child_columns:
        kind = _KINDS.get((relation.child, column))
        if kind and line.cells[at[kind]].strip().removeprefix("eba_qCO:") not in _OF_COMPANIES:
            return ""
    return f"{', '.join(shown(line.cells[at[column]]) for column in relation.child_columns)}: "


def _values(table: Table, columns: tuple[str, ...]) -> set[tuple[str, ...]]:
    at = [table.template.at[code] for code in columns]
    if len(at) == 1:
        return {(cell,) for cell in {line.cells[at[0]] for line in table.lines}}
    return {tuple([line.cells[place] for place in at]) for line in table.lines}


RULES: Final = (Rule("807", Weight.REJECTS, Quality.INTEGRITY, "foreign keys are there", _related),)
"""The rules of this room."""

"""Rule 807: what a row names in another table is there, letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.spelling import key
from importers.dora_roi.filing import Breach
from importers.dora_roi.rules.rule import Asked, Quality, Rule, Weight
from importers.dora_roi.taxonomy import relations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing, Table
    from importers.dora_roi.taxonomy import Related


def _related(filing: Filing, _: Asked) -> Iterator[Breach]:
    """Yield the rows that name what is not there; a table that is not there whole is a cause of its own."""
    for relation in relations(filing.taxonomy):
        child, parent = filing.tables.get(relation.child), filing.tables.get(relation.parent)
        if child and parent and parent.parsed and parent.present.issuperset(relation.parent_columns):
            yield from _broken(relation, child, parent)


def _broken(relation: Related, child: Table, parent: Table) -> Iterator[Breach]:
    there = _values(parent, relation.parent_columns)
    at = [child.template.at[code] for code in relation.child_columns]
    missing = {value for value in _values(child, relation.child_columns) - there if all(map(str.strip, value))}
    if not missing:
        return
    nearly = {tuple(map(key, value)) for value in there}
    columns = "+".join(relation.parent_columns)
    for line in child.lines:
        value = tuple([line.cells[place] for place in at])
        if value in missing:
            near = tuple(map(key, value)) in nearly
            cure = "it differs from one in blanks or case only" if near else "add the row, or correct this one"
            message = f"no row of {relation.parent} has this {columns} ({relation.name}): {cure}"
            yield Breach("807", child.record(line), "+".join(relation.child_columns), message)


def _values(table: Table, columns: tuple[str, ...]) -> set[tuple[str, ...]]:
    at = [table.template.at[code] for code in columns]
    if len(at) == 1:
        return {(cell,) for cell in {line.cells[at[0]] for line in table.lines}}
    return {tuple([line.cells[place] for place in at]) for line in table.lines}


RULES: Final = (Rule("807", Weight.REJECTS, Quality.INTEGRITY, "foreign keys are there", _related),)
"""The rules of this room."""

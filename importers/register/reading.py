"""From the tables of a register to facts: nodes first, since needs refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.errors import InputError
from depgraph.model import Facts, Finding, Level, TieKind
from importers.faults import facts_of_each, fault
from importers.register import needs, nodes
from importers.register.needs import Ends, NeedReader
from importers.register.nodes import Declared, declare, read_node
from importers.register.opening import open_register
from importers.register.requirements import Requirements
from importers.tables import column_findings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from depgraph.ports import Given
    from importers.register.opening import Register
    from importers.tables import Table


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each row of a register, and what is wrong with it.

    Raises
    ------
    MissingPathError, UsageError
        If the paths are no register.
    InputError
        If nothing more can be read.

    """
    with open_register(given.paths) as register:
        _check_columns(register, {name.strip().lower() for name in given.ignore})
        if register.findings:
            yield Facts(findings=register.findings)
        declared = Declared()
        ends = Ends(declared)
        tied = []
        for facts in _node_facts(register.nodes, declared):
            if facts.ties:
                tied.append(facts)
            else:
                yield facts
        if register.needs:
            yield from _need_facts(register.needs, ends, declared)
        known = declared.records.keys() | {end.id for end in ends.values()}
        for facts in tied:
            yield _settled(facts, known)


def _check_columns(register: Register, ignore: Collection[str]) -> None:
    findings: list[Finding] = []
    for table, columns in ((register.nodes, nodes), (register.needs, needs)):
        if table:
            findings += column_findings(table, required=columns.REQUIRED, optional=columns.OPTIONAL, ignore=ignore)
    if findings:
        raise InputError(str(findings[0]), findings)


def _node_facts(table: Table | None, declared: Declared) -> Iterator[Facts]:
    for facts in facts_of_each(table.rows() if table else (), lambda row: read_node(row, declared)):
        declare(facts, declared)
        yield facts


def _need_facts(table: Table, ends: Ends, declared: Declared) -> Iterator[Facts]:
    """Yield the facts of each need; this loop is what a large import spends its time in."""
    reader = NeedReader(table.header, ends, declared.service_types)
    read_need = reader.read
    requirements = Requirements()
    release = requirements.release if "at_least" in table.header else lambda need: (need,)
    label = table.label
    for line, cells in table.lines:
        if isinstance(cells, Finding):
            yield Facts(findings=(cells,))
            continue
        record = f"{label}:{line}"
        try:
            released = release(read_need(cells, record))
        except (InputError, ValueError) as error:
            yield Facts(findings=tuple(reader.findings(cells, record, error)))
        else:
            yield Facts._make(((), released, (), (), ()))
    for finding in requirements.lacking():
        yield Facts(findings=(finding,))


def _settled(facts: Facts, known: Collection[str]) -> Facts:
    """Return the facts of a node with ties, now that all ids of the register are known.

    An owner must be one of them: a function whose owner is misspelt would count for an
    organisation that does not exist. A parent may well stand outside the register.
    """
    foreign = [tie for tie in facts.ties if tie.object not in known]
    if not foreign:
        return facts
    for tie in foreign:
        if tie.kind == TieKind.OWNER:
            message = f"'{tie.object}' is in no other row of the register: correct it, or add a row to nodes"
            return Facts(findings=fault(tie.record, tie.kind, message, "unknown-owner").findings)
    notes = tuple(
        Finding(
            Level.NOTE, "undeclared-party", tie.record, tie.kind, f"'{tie.object}' is in no other row of the register"
        )
        for tie in foreign
    )
    return facts._replace(findings=(*facts.findings, *notes))

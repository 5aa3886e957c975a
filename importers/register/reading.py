"""From the tables of a register to facts: nodes first, since needs refer to them."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from depgraph.model import Facts, Finding, Level, TieKind
from importers.faults import fault
from importers.register import needs, nodes
from importers.register.needs import Ends, NeedReader
from importers.register.nodes import Declared, NodeReader, declare
from importers.register.opening import open_register
from importers.register.requirements import Requirements
from importers.tables import column_findings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from depgraph.ports import Given
    from importers.register.opening import Register
    from importers.tables import Line, Table

_TOGETHER: Final = 128
"""Good rows whose facts go together: more save no time, and a store takes many facts at once."""


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each row of a register, and what is wrong with it.

    Raises
    ------
    MissingPathError, UsageError
        If the paths are no register.
    InputError
        If nothing more can be read.

    """
    named = frozenset(name.strip().lower() for name in given.ignore)
    with open_register(given.paths, named) as register:
        _check_columns(register, named)
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
    for table, columns, asked in ((register.nodes, nodes, ()), (register.needs, needs, needs.ASKED)):
        if table:
            findings += column_findings(
                table, required=columns.REQUIRED, optional=columns.OPTIONAL, ignore={*ignore, *asked}
            )
    if findings:
        raise InputError(str(findings[0]), findings)


def _node_facts(table: Table | None, declared: Declared) -> Iterator[Facts]:
    if not table:
        return
    reader = NodeReader(table.header, declared)
    for line, cells in table.lines:
        if isinstance(cells, Finding):
            yield Facts(findings=(cells,))
            continue
        try:
            facts = reader.read(cells, f"{table.label}:{line}")
        except InputError as error:
            yield Facts(findings=error.findings)
        else:
            declare(facts, declared)
            yield facts


def _need_facts(table: Table, ends: Ends, declared: Declared) -> Iterator[Facts]:
    """Yield the facts of the needs, those of many good rows together: a large import spends its time here."""
    reader = NeedReader(table.header, ends, declared.service_types)
    requirements = Requirements()

    def facts_of(block: Sequence[Line]) -> Iterator[Facts]:
        lines, rows = zip(*block, strict=True)
        records = [f"{table.label}:{line}" for line in lines]
        try:
            released = requirements.release(reader.read(rows, records))
        except (InputError, ValueError) as error:
            if len(block) == 1:
                yield Facts(findings=tuple(reader.findings(rows[0], records[0], error)))
            else:
                yield from one_by_one(block)
        else:
            yield Facts(needs=tuple(released))

    def one_by_one(block: Sequence[Line]) -> Iterator[Facts]:
        for line in block:
            if isinstance(line[1], Finding):
                yield Facts(findings=(line[1],))
            else:
                yield from facts_of((line,))

    for block in _blocks(table.lines):
        whole = Finding not in set(map(type, map(itemgetter(1), block)))
        yield from facts_of(block) if whole else one_by_one(block)
    for finding in requirements.lacking():
        yield Facts(findings=(finding,))


def _blocks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Yield rows many at a time; what ends the reading does not hide the rows before it."""
    block: list[Line] = []
    ending = None
    try:
        for line in lines:
            block.append(line)
            if len(block) == _TOGETHER:
                yield block
                block = []
    except InputError as error:
        ending = error
    if block:
        yield block
    if ending:
        raise ending


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

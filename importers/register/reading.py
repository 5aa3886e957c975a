"""From the tables of a register to facts: nodes first, since needs refer to them."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from depgraph.model import Facts, Finding, Level
from importers.readers.notation import Decimal
from importers.readers.tables import column_findings
from importers.register import needs, nodes
from importers.register.cells import repeated_header
from importers.register.declared import Declared
from importers.register.needs import Ends, NeedReader
from importers.register.nodes import NodeReader
from importers.register.opening import open_register
from importers.register.requirements import Requirements
from importers.register.ties import TieReader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from depgraph.ports import Given
    from importers.readers.tables import Line, Table
    from importers.register.nodes import NodeRow
    from importers.register.opening import Register

_BLOCK: Final = 128
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
    ignored = _ignored(given)
    with open_register(given.paths, ignored) as register:
        _check_columns(register, ignored)
        if register.findings:
            yield Facts(findings=register.findings)
        nodes, needs = ([table] if table else [] for table in (register.nodes, register.needs))
        yield from facts_of(nodes, needs, given, texts=partial(_texts, given))


def facts_of(
    nodes: Iterable[Table],
    needs: Iterable[Table],
    given: Given,
    *,
    texts: Callable[[str, str], Iterable[str]] = lambda *_: (),
) -> Iterator[Facts]:
    """Yield the facts of tables of nodes and of needs, which together are one register, and what is wrong with them.

    Parameters
    ----------
    given : Given
        What the user says of decimals and placeholders.
    texts : callable
        Gives all cells of a column of ``nodes`` or ``needs``, for numbers that show by others how they are written.

    """
    declared = Declared()
    ends = Ends(declared, placeholders=bool(given.placeholders))
    tied: list[NodeRow] = []
    label = ""
    for table in nodes:
        label = table.label
        for row in _node_rows(given, table, declared, partial(texts, "nodes")):
            if isinstance(row, Facts):
                yield row
            elif row.referrals:
                tied.append(row)
            else:
                yield row.facts
    requirements = Requirements(declared)
    for table in needs:
        yield from _need_facts(
            given, table, ends, declared=declared, requirements=requirements, texts=partial(texts, "needs")
        )
    for finding in requirements.lacking():
        yield Facts(findings=(finding,))
    ties = TieReader(declared, (end.id for end in ends.values()), placeholders=bool(given.placeholders))
    yield from map(ties.read, tied)
    if ties.replaced:
        yield Facts(findings=(ties.told(label),))


def _ignored(given: Given) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in given.ignore)


def _check_columns(register: Register, ignore: Collection[str]) -> None:
    findings: list[Finding] = []
    for table, columns, asked in ((register.nodes, nodes, ()), (register.needs, needs, needs.ASKED)):
        if table:
            findings += column_findings(
                table, required=columns.REQUIRED, optional=columns.OPTIONAL, ignore={*ignore, *asked}
            )
    if findings:
        raise InputError(str(findings[0]), findings)


def _texts(given: Given, table: str, column: str) -> Iterator[str]:
    """Yield all cells of a column, in a second look at the input.

    Few files need it, so that all others are read once, and nothing has to be kept of them.
    """
    try:
        with open_register(given.paths, _ignored(given)) as register:
            found: Table = getattr(register, table)
            at = found.header.index(column)
            for _, cells in found.lines:
                if not isinstance(cells, Finding):
                    yield cells[at]
    except InputError:
        # What ends the reading here ends it the first time too, where it is told.
        return


def _node_rows(
    given: Given, table: Table, declared: Declared, texts: Callable[[str], Iterable[str]]
) -> Iterator[NodeRow | Facts]:
    """Yield what each row says of a node, or findings alone."""
    decimal = Decimal(given.decimal) if given.decimal else None
    reader = NodeReader(table.header, declared, decimal=decimal, texts=texts)
    for line, cells in table.lines:
        if isinstance(cells, Finding):
            yield Facts(findings=(cells,))
        else:
            record = f"{table.label}:{line}"
            yield reader.read(cells, record) or Facts(findings=(repeated_header(record),))


def _need_facts(
    given: Given,
    table: Table,
    ends: Ends,
    *,
    declared: Declared,
    requirements: Requirements,
    texts: Callable[[str], Iterable[str]],
) -> Iterator[Facts]:
    """Yield the facts of the needs, those of many good rows together: a large import spends its time here."""
    decimal = Decimal(given.decimal) if given.decimal else None
    reader = NeedReader(table.header, ends, declared, decimal=decimal, texts=texts)
    for block in _blocks(table.lines):
        whole = Finding not in set(map(type, map(itemgetter(1), block)))
        yield from (_together if whole else _one_by_one)(block, table.label, reader, requirements)
    if reader.replaced:
        yield Facts(findings=(reader.told(table.label),))


def _together(block: Sequence[Line], label: str, reader: NeedReader, requirements: Requirements) -> Iterator[Facts]:
    """Yield the facts of rows that can be read, all at once if they are good."""
    lines, rows = zip(*block, strict=True)
    records = [f"{label}:{line}" for line in lines]
    try:
        released = requirements.release(reader.read(rows, records))
    except (InputError, ValueError) as error:
        if len(block) == 1:
            yield Facts(findings=reader.findings(rows[0], records[0]) or _told(error, records[0]))
        else:
            yield from _one_by_one(block, label, reader, requirements)
    else:
        reader.count(rows)
        yield Facts(needs=tuple(released))


def _one_by_one(block: Sequence[Line], label: str, reader: NeedReader, requirements: Requirements) -> Iterator[Facts]:
    for line, cells in block:
        if isinstance(cells, Finding):
            yield Facts(findings=(cells,))
        elif reader.repeats_header(cells):
            yield Facts(findings=(repeated_header(f"{label}:{line}"),))
        else:
            yield from _together(((line, cells),), label, reader, requirements)


def _told(error: Exception, record: str) -> tuple[Finding, ...]:
    """Return what is wrong between a row and others."""
    if isinstance(error, InputError) and error.findings:
        return error.findings
    return (Finding(Level.ERROR, "bad-value", record, "", str(error)),)


def _blocks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Yield rows many at a time; what ends the reading does not hide the rows before it."""
    block: list[Line] = []
    ending = None
    try:
        for line in lines:
            block.append(line)
            if len(block) == _BLOCK:
                yield block
                block = []
    except InputError as error:
        ending = error
    if block:
        yield block
    if ending:
        raise ending

"""What tracing a sample showed, line by line of a worksheet, held against what was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.ids import text
from depgraph.model import Finding, Level
from depgraph.usecases.legible import legible
from depgraph.usecases.traces import CORRECT, FACTS, INFLUENCE, RESULTS, UNTRACEABLE, WRONG, Counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from depgraph.usecases.answer import Answer
    from depgraph.usecases.auditor.sample import Drawn, Sampled

RESULT, REMARK = "result", "remark"
"""The columns of a worksheet that people fill."""

LONGEST: Final = 2_000
"""Characters of a cell: what is longer is cut, since the record itself has all of it."""

_CUT: Final = " … (cut: see the record)"
_NEAR: Final = 1e-9


class Line(NamedTuple):
    """One row of a worksheet: where it stands, and the texts of its cells by column."""

    record: str
    cells: Mapping[str, str]


def cells_of(row: Drawn) -> dict[str, str | float | None]:
    """Return what a worksheet says of a fact that was drawn, by column."""
    return {
        "sample": row.sample,
        "number": row.number,
        "drawn": row.drawn,
        "sort": row.sort,
        "says": _short(row.says),
        "source": row.source,
        "record": _short(row.record),
        "file": _short(row.file),
        "line": row.line,
        "further_records": _short("; ".join(row.further_records)),
        "influence": row.influence,
    }


def count_results(answer: Answer[Drawn, Sampled], lines: Sequence[Line]) -> tuple[Counted, ...]:
    """Return how many draws of each sample turned out how.

    Parameters
    ----------
    answer : Answer of Drawn
        What the seed of the worksheet draws.
    lines : sequence of Line

    Raises
    ------
    InputError
        If a line is about a fact that was not drawn, or says something else of one, if a fact has no line or no
        result, two, or two that differ: its findings are all that is wrong.

    """
    findings: list[Finding] = []
    results: dict[tuple[str, int], tuple[str, str]] = {}
    drawn = {(row.sample, str(row.number)): row for row in answer.rows}
    for line in lines:
        row = drawn.get((line.cells.get("sample", ""), line.cells.get("number", "")))
        found = list(_wrong(line, row, results))
        if row and not found:
            results[row.sample, row.number] = line.cells[RESULT].strip().lower(), line.record
        elif row:
            results.setdefault((row.sample, row.number), ("", line.record))
        findings += found
    for row in answer.rows:
        if (row.sample, row.number) not in results:
            message = f"there is no row of sample {row.sample}, number {row.number} ({row.says}): restore it"
            findings.append(Finding(Level.ERROR, "trace-missing", "sample", "number", message))
    if not findings:
        findings = list(_differing(answer, results))
    if findings:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        raise InputError(f"{findings[0]}{more}: nothing was stored", findings)
    return tuple(_counted(answer, results))


def _wrong(line: Line, row: Drawn | None, known: Mapping[tuple[str, int], object]) -> Iterator[Finding]:
    if row is None:
        told = f"sample '{line.cells.get('sample', '')}', number '{line.cells.get('number', '')}'"
        message = f"{told} is no fact that was drawn: take the row out, results are for facts of the draw alone"
        yield Finding(Level.ERROR, "trace-not-drawn", line.record, "number", message)
        return
    if (row.sample, row.number) in known:
        message = f"sample {row.sample}, number {row.number} has two rows: keep one"
        yield Finding(Level.ERROR, "trace-twice", line.record, "number", message)
    for column, value in cells_of(row).items():
        if not _same(line.cells.get(column, ""), value):
            message = f"says '{line.cells.get(column, '')}', but what was drawn says '{value}': restore it"
            yield Finding(Level.ERROR, "trace-changed", line.record, column, message)
    result = line.cells.get(RESULT, "").strip().lower()
    if result not in RESULTS:
        what = f"'{result}' is no result" if result else "has no result"
        message = f"{what}: write {', '.join(RESULTS[:-1])} or {RESULTS[-1]}"
        yield Finding(Level.ERROR, "trace-no-result", line.record, RESULT, message)


def _same(read: str, value: str | float | None) -> bool:
    if isinstance(value, float):
        try:
            return abs(float(read) - value) <= _NEAR
        except ValueError:
            return False
    return read == ("" if value is None else text(legible(str(value))))


def _differing(answer: Answer[Drawn, Sampled], results: Mapping[tuple[str, int], tuple[str, str]]) -> Iterator[Finding]:
    """Yield where one fact has two results, since both samples drew it."""
    by_fact: dict[tuple[str, str, str], tuple[str, str]] = {}
    for row in answer.rows:
        result, record = results[row.sample, row.number]
        before, where = by_fact.setdefault((row.sort, row.says, row.record), (result, record))
        if before != result:
            message = f"is {result} here and {before} in {where}: it is one fact, write the same"
            yield Finding(Level.ERROR, "trace-differs", record, RESULT, message)


def _counted(answer: Answer[Drawn, Sampled], results: Mapping[tuple[str, int], tuple[str, str]]) -> Iterator[Counted]:
    adds = answer.adds
    for sample, frame in ((FACTS, adds.frame), (INFLUENCE, adds.frame_influence)):
        mine = [row for row in answer.rows if row.sample == sample]
        times = {word: sum(row.drawn for row in mine if results[row.sample, row.number][0] == word) for word in RESULTS}
        if mine:
            yield Counted(
                sample=sample,
                frame=frame,
                drawn=sum(times.values()),
                correct=times[CORRECT],
                wrong=times[WRONG],
                untraceable=times[UNTRACEABLE],
            )


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[: LONGEST - len(_CUT)] + _CUT

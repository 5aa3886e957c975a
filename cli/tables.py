"""Tables for people: bounds as one column, numbers to the right, notes below."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from depgraph.counting import counted
from depgraph.usecases.answer import Meta, Plain, captions, plain
from depgraph.usecases.legible import legible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console

    from depgraph.usecases.answer import Answer
    from depgraph.usecases.questions.concentration import MarketTold, Shares
    from depgraph.usecases.questions.simulation import Distribution, SimulationAdds

_PERCENT: Final = ("score", "share", "unknown_share", "cr1", "cr3", "cr5", "probability", "interval", "in_tail")
_FOLD: Final = 24
"""How wide a column of texts must be at least, if its texts are."""

_KEPT: Final = 2
"""How many columns stay in any case: who, and the number that was asked for."""

_ENDS: Final = ("_at_lower", "_at_upper")
"""What is reported for both ends and is no bound: the first may be the larger one."""

_HEADERS: Final = {"stops_name": "what stops", "stops": "id"}
"""Columns that people call something else."""

_NONE: Final = ("replaced_by",)
"""Columns in which nothing means that there is none; in others it means that nobody knows."""

_LONG: Final = 8
"""How many items of a list a cell shows."""

_SHORT: Final = 2
"""How many functions of an organisation a cell shows beside it: there may be hundreds."""


def console(*, to_error: bool = False) -> Console:
    """Return where people read: standard output, or standard error."""
    from rich.console import Console

    class Paper(Console):
        """Writes as a console does, but leaves it to `cli.main` how a command ends whose reader has gone."""

        def print(self, *objects: Any, **how: Any) -> None:
            """Write texts in characters that leave the terminal alone."""
            super().print(*(legible(each) if isinstance(each, str) else each for each in objects), **how)

        def on_broken_pipe(self) -> None:
            raise  # noqa: PLE0704 - called while it is handled

    return Paper(
        file=sys.stderr if to_error else sys.stdout, highlight=False, soft_wrap=False, emoji=False, markup=False
    )


def write_table(
    answer: Answer[Any, object],
    row: type[object],
    *,
    columns: Sequence[str] = (),
    keep: int = _KEPT,
    title: str = "",
    most: int = 0,
) -> None:
    """Write the rows as a table, and below it what limits them.

    `columns` are in order of weight: where the terminal is too narrow the last ones are
    left out, and named; the first `keep` of them stay, however narrow they get. Where there
    are more rows than `most`, the first of them are shown and the others counted; 0 is all.
    """
    out = console()
    rows = [plain(item) for item in answer.rows[: most or None]]
    more = len(answer.rows) - len(rows)
    wanted, empty = _telling(list(columns) or _paired(list(captions(row))), rows, keep)
    if title:
        out.print(title, style="bold")
    if rows:
        left = write_rows(out, rows, wanted, keep=keep)
        if left:
            out.print(f"too narrow for: {', '.join(left)}; --csv has all", style="dim")
        if empty:
            out.print(f"0 in every row{' shown' * bool(more)}: {', '.join(map(_header, empty))}", style="dim")
        write_more(out, more)
    else:
        out.print("nothing found" + _meant(answer.meta))
    write_notes(answer.meta, out)


def write_more(out: Console, more: int) -> None:
    """Say how many rows a table leaves out."""
    if more:
        out.print(f"and {more:,} more: --limit 0 shows all, --csv and --json have all", style="dim")


def _meant(meta: Meta[object]) -> str:
    """Ask after what is near to a text that nothing matches."""
    from depgraph.usecases.questions.nodes import FoundAdds

    meant = meta.adds.near or () if isinstance(meta.adds, FoundAdds) else ()
    near = " or ".join(f"{node.name} ({node.id})" for node in meant)
    return f": did you mean {near}?" if near else ""


def _unique(wanted: Sequence[str], rows: Sequence[Plain]) -> bool:
    """Whether no two rows of different ids have one name; also where a table has not both."""
    if "id" not in wanted or "name" not in wanted:
        return True
    ids: dict[Plain, Plain] = {}
    return all(ids.setdefault(str(_value(row, "name")), _value(row, "id")) == _value(row, "id") for row in rows)


def _telling(wanted: Sequence[str], rows: Sequence[Plain], keep: int) -> tuple[list[str], list[str]]:
    """Return the columns that say something, and those that are 0 in every row; one without any text just goes."""
    silent = {
        column
        for column in wanted[keep:]
        if all(_value(row, column) in ("", [], 0, [0, 0], None if column in _NONE else 0) for row in rows)
    }
    zeros = [column for column in wanted if column in silent and any(_is_number(_value(row, column)) for row in rows)]
    return [column for column in wanted if column not in silent], zeros


def write_rows(out: Console, rows: Sequence[Plain], wanted: Sequence[str], *, keep: int = _KEPT) -> list[str]:
    """Write a table of the columns that fit, and in any case the first `keep`; return those that do not fit."""
    from rich import box
    from rich.table import Table

    if not _unique(wanted, rows) and wanted.index("id") > wanted.index("name"):
        # Two of one name are told apart by their ids, which then stand beside it.
        wanted = [column for column in wanted if column != "id"]
        wanted.insert(wanted.index("name") + 1, "id")
        keep += 1
    cells = {column: [_written(_cell(item, column), out) for item in rows] for column in wanted}
    numeric = {column: any(_is_number(_value(item, column)) for item in rows) for column in wanted}
    # What its writer has broken into lines is not broken again.
    whole = {column: numeric[column] or any("\n" in text for text in texts) for column, texts in cells.items()}
    shown = _fitting(out.width, cells, whole, keep)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for column in shown:
        side: Literal["left", "right"] = "right" if numeric[column] else "left"
        table.add_column(_header(column), justify=side, overflow="fold", no_wrap=whole[column])
    for texts in zip(*(cells[column] for column in shown), strict=True):
        table.add_row(*texts)
    out.print(table)
    return [_header(column) for column in wanted if column not in shown]


def _written(text: str, out: Console) -> str:
    """Return what comes out where a text is written: escaped where it must be, before it is measured."""
    return legible(text).encode(out.encoding, "backslashreplace").decode(out.encoding)


def _header(column: str) -> str:
    return _HEADERS.get(column, column.replace("_", " "))


def _fitting(width: int, cells: Mapping[str, Sequence[str]], whole: Mapping[str, bool], keep: int) -> list[str]:
    """Return the columns that fit: numbers whole, texts folded at `_FOLD`; the first `keep` in any case."""
    shown: list[str] = []
    used = -3
    for column, texts in cells.items():
        natural = max(len(line) for text in (_header(column), *texts) for line in text.split("\n"))
        used += 3 + (natural if whole[column] else min(natural, _FOLD))
        if len(shown) >= keep and used > width:
            break
        shown.append(column)
    return shown


def write_notes(meta: Meta[object], out: Console) -> None:
    """Write as of when the answer holds, and what it does not know."""
    counts = meta.counts
    parts = [
        f"as of {meta.as_of}, revision {meta.revision}",
        f"{counted(counts.nodes, 'node')}, {counted(counts.needs, 'need')}",
        f"{counts.undeclared_requirements:,} of {counted(counts.requirements, 'requirement')} undeclared",
        counted(counts.unknown_providers, "unknown provider"),
    ]
    if meta.marking.text:
        out.print(f"marking: {meta.marking.text}", style="bold")
    if counts.not_in_force:
        ended, later = meta.not_in_force.ended, meta.not_in_force.not_begun
        parts.append(f"{counted(counts.not_in_force, 'need')} not in force ({ended:,} ended, {later:,} not begun)")
    if counts.left_out:
        parts.append(f"{counted(counts.left_out, 'record')} left out")
    out.print("; ".join(parts) if meta.graph_digest else "the store is empty", style="dim")
    if meta.partial:
        out.print(meta.partial, style="dim")
    # Answers of many sorts have a weight, and this is told of each of them.
    weight = getattr(meta.adds, "weight", "")
    for text in (*meta.notes, *((weight,) if weight else ())):
        out.print(f"note: {text}", style="dim")


def _paired(names: Sequence[str]) -> list[str]:
    """Return the columns, each pair of bounds as one."""
    columns: list[str] = []
    for name in names:
        for end in ("_lower", "_upper", "_at_lower", "_at_upper"):
            if name.endswith(end):
                name = name.removesuffix(end).removesuffix("_at")  # noqa: PLW2901 - the pair goes under one name
                break
        if name not in columns:
            columns.append(name)
    return columns


def _value(row: Plain, column: str) -> Plain:
    assert isinstance(row, dict)  # noqa: S101 - rows are dataclasses
    if column in row:
        return row[column]
    for ends in (("_lower", "_upper"), ("_at_lower", "_at_upper")):
        if column + ends[0] in row:
            return [row[column + ends[0]], row[column + ends[1]]]
    raise KeyError(column)


def _is_number(value: Plain) -> bool:
    found = value if isinstance(value, list) else [value]
    known = [item for item in found if item is not None]
    return bool(known) and all(isinstance(item, int | float) and not isinstance(item, bool) for item in known)


def _cell(row: Plain, column: str) -> str:
    value = _value(row, column)
    assert isinstance(row, dict)  # noqa: S101 - rows are dataclasses
    if isinstance(value, list) and column not in row:
        low, high = (number(item, column) for item in value)
        if column + _ENDS[0] in row:
            return low if low == high else f"{low} | {high}"
        if value[0] == 0 and value[1] is None:
            return "?"
        return low if low == high else f"{low} \u2013 {high}"
    if isinstance(value, list):
        texts = [number(item, column) for item in value]
        most = _SHORT if column == "functions" else _LONG
        return ", ".join(texts[:most]) + (f", and {len(texts) - most} more" if len(texts) > most else "")
    return number(value, column)


def number(value: Plain, column: str = "") -> str:
    """Return a value as people read it: thousands, per cent for shares, three digits otherwise."""
    match value:
        case None:
            return "" if column in _NONE else "?"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            if column in _PERCENT:
                return f"{100 * value:.1f} %"
            return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
    return str(value)


def write_markets(answer: Shares) -> None:
    """Write the indices of each market, and where they lie among named thresholds."""
    out = console()
    markets = answer.adds.markets
    rows = [row for market in markets for row in _by_blanks(market)]
    if not rows:
        return
    out.print()
    columns = ["market", "hhi", "cr1", "cr3", "cr5", "effective_number", "unknown_share", "dependants"]
    columns[1:1] = ["blank_costs"] * any(market.at_zero and market.at_zero.indices for market in markets)
    columns += ["needs_without_cost", "dependants_without_cost"] if markets[0].blanks else ["left_out"]
    keep = columns.index("hhi") + 1
    wanted, _ = _telling(columns, rows, keep)
    left = write_rows(out, rows, wanted, keep=keep)
    if left:
        out.print(f"too narrow for: {', '.join(left)}; --json has all", style="dim")
    measured = markets[0].measured
    if len(rows) == 1 and measured and measured.indices:
        for scale in measured.indices.thresholds:
            ends = dict.fromkeys((scale.at_lower, scale.at_upper))
            out.print(f"HHI by the {scale.source}: {' to '.join(ends)}", style="dim")


def _by_blanks(market: MarketTold) -> Iterator[Plain]:
    """Yield what a market with indices is: one row, or one with blank costs at zero and one with these at most."""
    for words, measured in (("", market.measured), ("at zero", market.at_zero), ("at most", market.at_most)):
        if measured and measured.indices:
            flat = plain(replace(market, measured=measured, at_zero=None, at_most=None))
            yield {"blank_costs": words, **flat} if isinstance(flat, dict) else flat


def write_chances(answer: Answer[Distribution, SimulationAdds]) -> None:
    """Write the functions most likely to fail, and what strikes more often where the most fails."""
    out = console()
    for told, title, columns in (
        (answer.adds.functions, "Most likely to fail:", ("name", "probability", "interval", "id")),
        (
            answer.adds.tail,
            "Struck more often in the worst 5 % of the trials:",
            ("name", "kind", "probability", "in_tail", "id"),
        ),
    ):
        rows = [plain(item) for item in told]
        if rows:
            out.print()
            out.print(title, style="bold")
            write_rows(out, rows, columns)

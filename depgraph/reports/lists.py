"""The lists of a report, whatever its kind: each with its columns, what these mean, and its rows."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from depgraph.usecases.answer import Answer, Meta, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.reports.kinds import Report

Cell: TypeAlias = "str | float | int | None"
"""What one place of a list holds; None is not known, or does not apply."""

_PLAIN: Final = ("", "sections")
"""Lists whose own name says nothing of the lists in them."""

_TELLING: Final = ("id", "name", "source", "part", "evidence", "population sector", "population hub")
"""Columns that tell one object from another."""


@dataclass(slots=True)
class Listed:
    """One list of a report: its columns with what each means, and its rows by column."""

    name: str
    columns: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, Cell]] = field(default_factory=list)


def lists_of(report: Report) -> list[Listed]:
    """Return what a report is, its lists, what limits these, and what each column means.

    A list in an object is a list of its own, of which each row says whose it is.
    """
    collected = _Collected()
    about = Listed("report", {"what": "", "value": ""})
    cells = collected.cells(report, {}, "")
    for name, value in (*_flat("", report.meta.plain()), *cells.items()):
        about.rows.append({"what": name.replace("_", " "), "value": value})
    lists = [each for each in collected.lists.values() if each.rows]
    limits = Listed("notes", {"list": "", "note": ""})
    limits.rows += [{"list": name, "note": note} for name, note in dict.fromkeys(collected.notes)]
    meant = Listed("columns", {"list": "", "column": "", "meaning": ""})
    for each in lists:
        meant.rows += [
            {"list": each.name, "column": column, "meaning": said} for column, said in each.columns.items() if said
        ]
    return [about, *lists, *(each for each in (limits, meant) if each.rows)]


class _Collected:
    """The lists found so far, and what answers say of theirs."""

    def __init__(self) -> None:
        self.lists: dict[str, Listed] = {}
        self.notes: list[tuple[str, str]] = []

    def cells(self, value: object, where: Mapping[str, Cell], name: str) -> dict[str, Cell]:
        """Return the cells of one object, and keep the lists that are in it; `where` says in which object it is."""
        cells: dict[str, Cell] = {}
        lists: list[tuple[str, Any]] = []
        for part, item in _parts(value):
            if isinstance(item, Answer) or _is_list(item):
                lists.append((_within(name, part), item))
            elif _is_object(item) and not isinstance(item, Meta):
                inner = self.cells(item, {**where, **_telling(cells, name)}, _within(name, part))
                cells |= {f"{part} {each}": cell for each, cell in inner.items()}
            elif not isinstance(item, Meta):
                cells[part] = _cell(item)
        of = {**where, **_telling(cells, name)}
        for listed, item in lists:
            if isinstance(item, Answer):
                self._answer(item, of, listed)
            else:
                self._list(item, of, listed)
        return cells

    def _answer(self, answer: Answer[Any, Any], of: Mapping[str, Cell], name: str) -> None:
        meta = answer.meta
        self.notes += [(name, note) for note in (*meta.notes, *([meta.partial] if meta.partial else []))]
        self._list(answer.rows, of, name)
        for part, item in _parts(meta.adds):
            if _is_list(item):
                self._list(item, of, f"{name} {part}")

    def _list(self, items: Iterable[Any], of: Mapping[str, Cell], name: str) -> None:
        listed = self.lists.setdefault(name, Listed(name))
        for item in items:
            cells = self.cells(item, of, name)
            row = {**{f"of {part}": cell for part, cell in of.items()}, **cells}
            meanings = _captions(type(item))  # type: ignore[arg-type]  # mypy does not know that every class is hashable
            for column in row:
                listed.columns.setdefault(column, meanings.get(column, ""))
            listed.rows.append(row)


@cache
def _captions(of: Any) -> Mapping[str, str]:
    """Return what the columns of a class mean, as its annotations say: the types need not be known at run time."""
    found = {}
    for each in fields(of) if is_dataclass(of) else ():
        written = ast.parse(str(each.type), mode="eval").body
        if isinstance(written, ast.Subscript) and ast.unparse(written.value) == "Annotated":
            found[each.name] = str(ast.literal_eval(ast.unparse(written.slice.elts[1])))  # type: ignore[attr-defined]
    return found


def _telling(cells: Mapping[str, Cell], name: str) -> dict[str, Cell]:
    """Return what tells one object of a list from the others."""
    return {part: cell for part, cell in cells.items() if part in _TELLING} if name else {}


def _parts(value: Any) -> list[tuple[str, Any]]:
    if is_dataclass(value):
        return [(each.name, getattr(value, each.name)) for each in fields(value)]
    return list(value._asdict().items())


def _is_object(value: object) -> bool:
    return (is_dataclass(value) and not isinstance(value, type)) or hasattr(value, "_asdict")


def _is_list(value: object) -> bool:
    """Say whether a value is a list of objects."""
    return isinstance(value, list | tuple) and not _is_object(value) and any(map(_is_object, value))


def _cell(value: object) -> Cell:
    """Return a value as a cell holds it."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return json.dumps(plain(value), ensure_ascii=False, sort_keys=True)
    if isinstance(value, list | tuple):
        return "; ".join(map(_told, value))
    return value if value is None or isinstance(value, int) else str(value)


def _told(value: object) -> str:
    """Return one of several values in a cell."""
    return " ".join(map(_told, value)) if isinstance(value, list | tuple) else str(_cell(value))


def _within(name: str, part: str) -> str:
    """Return the name of a list in a list."""
    return part if name in _PLAIN else f"{name} {part}"


def _flat(name: str, value: object) -> Iterator[tuple[str, Cell]]:
    if isinstance(value, Mapping):
        for part, item in value.items():
            yield from _flat(f"{name} {part}".strip(), item)
    elif isinstance(value, list):
        for item in value:
            yield from _flat(name, item)
    else:
        yield name, _cell(value)

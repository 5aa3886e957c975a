"""An assembled graph as named arrays and what JSON can say, and back: what a file of a graph holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from itertools import starmap
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

import numpy as np

from depgraph.graph.assembly import Assembled
from depgraph.graph.claims import Unlike
from depgraph.graph.columns import Evidence, Needs, Nodes, Requirements, Said, Strings, Ties
from depgraph.graph.core import Graph, Run
from depgraph.graph.dormancy import Dormant
from depgraph.graph.next_dates import NextDates
from depgraph.graph.outside import Outside
from depgraph.graph.rows import Rows
from depgraph.graph.texts import TextMap, Texts, at_rest
from depgraph.model import Decision, Finding, Import, Label, Level, Marking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

T = TypeVar("T")

_TABLES: Final = {
    "nodes": Nodes,
    "needs": Needs,
    "requirements": Requirements,
    "ties": Ties,
    "outside": Outside,
}
_DORMANT: Final = ("ids", "requirements", "service_types")


class Findings(Sequence[Finding]):
    """Findings at rest: each is made when it is looked at."""

    def __init__(self, columns: Sequence[Texts]) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, at: int) -> Finding: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Finding]: ...
    def __getitem__(self, at: int | slice) -> Finding | Sequence[Finding]:
        """Return one, or some."""
        if isinstance(at, slice):
            return tuple(self)[at]
        level, *rest = (str(column[at]) for column in self._columns)
        return Finding(Level(level), *rest)

    def __iter__(self) -> Iterator[Finding]:
        rows = zip(*(column.tolist() for column in self._columns), strict=True)
        return (Finding(Level(level), *rest) for level, *rest in rows)


def to_arrays(assembled: Assembled, notes: Sequence[str] = ()) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what JSON says of a graph and what comes with it, `notes` included, and its arrays by name.

    The same graph gives the same names and bytes.
    """
    graph, dormant = assembled.graph, assembled.dormant
    arrays: dict[str, NDArray[Any]] = {}
    for name in _TABLES:
        _put_table(arrays, name, getattr(graph, name))
    if graph.said is not None:
        _put_table(arrays, "said", graph.said)
    if graph.doubted is not None:
        arrays["doubted"] = graph.doubted
    _put_texts(arrays, "aliases.keys", at_rest(list(graph.aliases)))
    _put_texts(arrays, "aliases.values", at_rest(list(graph.aliases.values())))
    for name in ("needs", "ties"):
        _put_table(arrays, f"dormant.{name}", getattr(dormant, name))
    for name in _DORMANT:
        _put_texts(arrays, f"dormant.{name}", getattr(dormant, name))
    for at, name in enumerate(Finding._fields):
        _put_texts(arrays, f"findings.{name}", at_rest([str(finding[at]) for finding in assembled.findings]))
    said = {
        "runs": list(map(_written, graph.runs)),
        "apart": graph.apart,
        "as_of": graph.as_of,
        "outside_as_of": graph.outside.as_of,
        "digest": graph.digest,
        "dormant": [dormant.as_of, dormant.ended, dormant.not_begun],
        "next_dates": assembled.next_dates,
        "decisions": assembled.decisions,
        "unlike": assembled.unlike,
        "shared": assembled.shared,
        "notes": notes,
    }
    return said, arrays


def from_arrays(said: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Assembled:
    """Return the graph that `to_arrays` was given, resting on these arrays."""
    runs = tuple(starmap(_run, said["runs"]))
    graph = Graph(
        nodes=_table(arrays, "nodes", Nodes),
        needs=_table(arrays, "needs", Needs),
        requirements=_table(arrays, "requirements", Requirements),
        ties=_table(arrays, "ties", Ties),
        runs=runs,
        aliases=TextMap(_texts(arrays, "aliases.keys"), _texts(arrays, "aliases.values")),
        apart=tuple((first, second) for first, second in said["apart"]),
        as_of=said["as_of"],
        said=_table(arrays, "said", Said) if "said.at_least" in arrays else None,
        outside=_table(arrays, "outside", Outside, as_of=said["outside_as_of"]),
        doubted=arrays.get("doubted"),
    )
    vars(graph)["digest"] = said["digest"]
    needs, ties = (_table(arrays, f"dormant.{name}", Rows) for name in ("needs", "ties"))
    ids, requirements, types = (_texts(arrays, f"dormant.{name}") for name in _DORMANT)
    as_of, ended, not_begun = said["dormant"]
    dormant = Dormant(needs, ties, ids, requirements, types, runs, as_of, ended, not_begun)
    findings = Findings([_texts(arrays, f"findings.{name}") for name in Finding._fields])
    decisions = tuple(one._replace(reasons=tuple(one.reasons)) for one in starmap(Decision, said["decisions"]))
    unlike = tuple(Unlike(one, tuple(parties), tuple(names)) for one, parties, names in said["unlike"])
    return Assembled(graph, findings, next_dates_in(said), dormant, decisions, unlike, said["shared"])


def next_dates_in(said: Mapping[str, Any]) -> NextDates:
    """Return between which dates nothing changes in a graph, from what JSON says of it."""
    return NextDates(*said["next_dates"])


def with_runs(said: Mapping[str, Any], becomes: Mapping[int, Run], as_of: str) -> dict[str, Any]:
    """Return what JSON says of the same graph, made by other imports: each by the revision of the one before.

    `as_of` is a date up to which nothing changes in it.
    """
    runs = [_written(becomes[made]) if made in becomes else (*rest, made) for *rest, made in said["runs"]]
    dormant = [as_of, *said["dormant"][1:]]
    return {**said, "runs": runs, "as_of": as_of, "outside_as_of": as_of, "dormant": dormant}


def _written(run: Run) -> tuple[Any, ...]:
    """Return a run as JSON says it: a marking is written as a list."""
    return *run.run._replace(marking=tuple(run.run.marking)), run.import_id  # type: ignore[arg-type]  # see above


def _put_table(arrays: dict[str, NDArray[Any]], name: str, table: Any) -> None:
    for column in fields(table):
        values = getattr(table, column.name)
        key = f"{name}.{column.name}"
        if isinstance(values, Evidence):
            _put_table(arrays, key, values)
        elif isinstance(values, Texts) or (
            isinstance(values, np.ndarray) and isinstance(values.dtype, np.dtypes.StringDType)
        ):
            _put_texts(arrays, key, values)
        elif isinstance(values, np.ndarray):
            arrays[key] = values


def _put_texts(arrays: dict[str, NDArray[Any]], name: str, texts: Strings) -> None:
    found = texts if isinstance(texts, Texts) else at_rest(texts.tolist())
    blob, offsets, codes = found.parts
    arrays[f"{name}.blob"], arrays[f"{name}.offsets"] = blob, offsets
    if codes is not None:
        arrays[f"{name}.codes"] = codes


def _table(arrays: Mapping[str, NDArray[Any]], name: str, sort: type[T], **more: Any) -> T:
    columns: dict[str, Any] = dict(more)
    for column in fields(sort):  # type: ignore[arg-type]  # each is a dataclass
        key = f"{name}.{column.name}"
        if column.name == "evidence":
            columns[column.name] = _table(arrays, key, Evidence)
        elif f"{key}.offsets" in arrays:
            columns[column.name] = _texts(arrays, key)
        elif key in arrays:
            columns[column.name] = arrays[key]
    return sort(**columns)


def _texts(arrays: Mapping[str, NDArray[Any]], name: str) -> Texts:
    return Texts(arrays[f"{name}.blob"], arrays[f"{name}.offsets"], arrays.get(f"{name}.codes"))


def _run(source: str, part: str, retrieved: str, marking: Sequence[Any], trust: int, licence: str, made: int) -> Run:  # noqa: PLR0917 - in the order that they are written
    label, *named = marking
    return Run(Import(source, part, retrieved, Marking(Label(label), *map(tuple, named)), trust, licence), made)

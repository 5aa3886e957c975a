"""From the rows of a table to those of a register: what each says of needs, and all of them of nodes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from depgraph.ids import key
from depgraph.model import MAX_EUR, Finding, Level
from importers.readers import values
from importers.readers.values import CellError
from importers.table.mapping import OPEN
from importers.table.parties import Parties, identifiers
from importers.table.sheet import ALL
from importers.table.values import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from importers.readers.grids.grid import GridRow
    from importers.table.mapping import TableMap
    from importers.table.sheet import Sheet

T = TypeVar("T")

_NUMBERED: Final = (("criticality", 0.0, 1.0), ("people", 0.0, 1e10), ("tolerance_hours", 0.0, 1e6))
_ABOUT_FUNCTIONS: Final = ("criticality", "people", "tolerance_hours")


@dataclass(slots=True)
class NodeRow:
    """What the rows say of one node: column of a register -> its cell, and the row that says so."""

    label: str
    line: int
    cells: dict[str, str]
    said: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class NeedRow:
    """One row of needs of a register, and where it stands."""

    label: str
    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class Rows:
    """All rows of a table as rows of a register, and what is wrong with the others."""

    needs: list[NeedRow] = field(default_factory=list)
    nodes: dict[str, NodeRow] = field(default_factory=dict)
    bad: list[tuple[Finding, ...]] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    noted: Counter[tuple[str, str]] = field(default_factory=Counter)
    dropped: int = 0


def rows_of(sheets: Sequence[Sheet], told: TableMap) -> Rows:
    """Return the rows of a register that the rows of some sheets are."""
    found = Rows()
    parties = Parties()
    reader = Reader(sheets, told, found.noted)
    for sheet in sheets:
        _look(sheet, reader, told, parties)
    for sheet in sheets:
        maker = _Maker(sheet, told, reader, parties, found)
        for row, dependent in _with_dependents(sheet, told):
            maker.add(row, dependent)
    return found


def _look(sheet: Sheet, reader: Reader, told: TableMap, parties: Parties) -> None:
    """Take note of all numbers of parties before any row is read."""
    for row in sheet.rows:
        for whose in ("provider", "dependent"):
            ids, _ = identifiers(sheet, row, whose)
            at = sheet.columns.get(whose)
            written = told.text(f"{whose}.value") if at is None else row.cell(at)
            try:
                names = reader.suppliers(written) if whose == "provider" else (reader.text(written),)
            except ValueError:
                continue
            if len(names) == 1:
                parties.note(names[0], ids, f"{sheet.label}:{row.number}")
    # What was counted here is counted again when the rows are read.
    reader.forget()


def _with_dependents(sheet: Sheet, told: TableMap) -> Iterator[tuple[GridRow, str]]:
    """Yield each row with its dependent and, where a mapping says so, what holds on from above."""
    at = sheet.columns.get("dependent")
    function = sheet.columns.get("function")
    fixed = told.text("dependent.value") or (sheet.title if told.get("file.sheet") == ALL else "")
    groups = {}
    if told.get("table.single") == "dependent":
        groups = {row.number: next(cell for cell in row.cells if cell.strip()) for row in sheet.layout.single}
    above = {"dependent": "", "function": ""}
    starts = sorted(groups)
    for row in sheet.rows:
        while starts and starts[0] < row.number:
            fixed = groups[starts.pop(0)]
        written = fixed if at is None else row.cell(at)
        if at is not None and told.get("dependent.fill") == "down":
            written = above["dependent"] = written if written.strip() else above["dependent"]
        if function is not None and told.get("function.fill") == "down":
            held = row.cell(function)
            above["function"] = held if held.strip() else above["function"]
            cells = [*row.cells, *[""] * (function + 1 - len(row.cells))]
            cells[function] = above["function"]
            row = row._replace(cells=tuple(cells))  # noqa: PLW2901 - the same row, with what holds on
        yield row, written or fixed


class _Maker:
    """Makes the rows of one sheet."""

    def __init__(self, sheet: Sheet, told: TableMap, reader: Reader, parties: Parties, found: Rows) -> None:
        self._sheet = sheet
        self._told = told
        self._reader = reader
        self._parties = parties
        self._found = found
        self._faults: list[Finding] = []
        self._record = ""

    def add(self, row: GridRow, dependent: str) -> None:
        """Read one row; a bad one is told with all that is wrong with it."""
        self._record = f"{self._sheet.label}:{row.number}"
        self._faults = []
        self._judge(row)
        if not self._faults and self._status(row) == "drop":
            self._found.dropped += 1
            return
        made = None if row.fault else self._made(row, dependent)
        if self._faults or made is None:
            self._found.bad.append(tuple(self._faults))
            return
        self._found.needs += made

    def _judge(self, row: GridRow) -> None:
        if row.fault:
            self._fault("", row.fault, "bad-csv")
        width = self._sheet.layout.width
        if self._sheet.layout.grid.separated and len(row.cells) > width:
            cure = "quote cells that hold the sign which parts cells"
            self._fault("", f"has {len(row.cells)} cells where the header has {width}: {cure}", "ragged-row")
        wide = (self._sheet.layout.wide or {}).get(row.number)
        used = [at for at in self._sheet.columns.values() if wide and wide.first_column <= at <= wide.last_column]
        if len(used) > 1:
            name = self._sheet.layout.names[min(used)]
            self._fault(name, "its cell is merged with those beside it: split them, and fill in each", "merged-cells")

    def _made(self, row: GridRow, dependent: str) -> list[NeedRow] | None:
        cell = self._cell
        organisation = self._read("dependent", dependent, self._reader.text)
        suppliers = self._read("provider", cell(row, "provider"), self._reader.suppliers)
        function = self._read("function", cell(row, "function"), self._reader.text)
        shared = {
            name: self._read(name, cell(row, name), self._reader.text) for name in ("requirement", "service_type")
        }
        shared["valid_from"] = self._read("valid_from", cell(row, "valid_from"), self._day("valid_from"))
        shared["valid_to"] = self._read("valid_to", cell(row, "valid_to"), self._day("valid_to"))
        if "period" in self._sheet.columns:
            both = self._read("period", cell(row, "period"), self._reader.period)
            if both:
                shared["valid_from"], shared["valid_to"] = both
        cost = self._read("cost", cell(row, "cost"), self._cost(cell(row, "currency")))
        share = self._read("share", cell(row, "share"), self._number("share", 0.0, 1.0))
        at_least = self._read("at_least", cell(row, "at_least"), self._word("at_least"))
        about = {
            name: self._read(name, cell(row, name), self._number(name, low, high)) for name, low, high in _NUMBERED
        }
        ids, damaged = identifiers(self._sheet, row, "provider")
        own, more = identifiers(self._sheet, row, "dependent")
        if self._faults or suppliers is None or organisation is None or function is None:
            return None
        for damage in (*damaged, *more):
            name = self._sheet.name(damage.field)
            self._found.remarks.append(Finding(Level.WARNING, "damaged-identifier", self._record, name, damage.message))
        if ids and len(suppliers) > 1:
            message = "stands beside several suppliers, and is used for none of them"
            self._found.remarks.append(Finding(Level.WARNING, "shared-identifier", self._record, "", message))
            ids = ()
        subject = self._subject(row, organisation, own, function, about)
        refs = [self._provider(row, name, ids) for name in suppliers]
        if subject is None or self._faults:
            return None
        cells = {"dependent": subject, **{name: text or "" for name, text in shared.items()}}
        several = len(suppliers) > 1
        if several:
            cells["requirement"] = cells["requirement"] or cells["service_type"] or " / ".join(filter(None, suppliers))
            if cost or share:
                self._found.noted[
                    "provider", "the cost and share of rows with several suppliers are of none of them"
                ] += 1
        cells["share"], cells["annual_cost_eur"] = ("", "") if several else (share or "", cost or "")
        cells["at_least"] = (at_least or "unknown") if several else at_least or ""
        return [NeedRow(self._sheet.label, row.number, {**cells, "provider": ref or ""}) for ref in dict.fromkeys(refs)]

    def _subject(
        self,
        row: GridRow,
        organisation: str,
        own: tuple[str, ...],
        function: str,
        about: dict[str, str | None],
    ) -> str | None:
        """Return what the row needs something for, and note what is said of it."""
        if not organisation and not own:
            self._fault(self._named("dependent"), "is empty: who needs it?", "missing-value")
            return None
        ref = self._ref("dependent", organisation, own)
        if ref is None:
            return None
        said = {name: text for name, text in about.items() if text}
        attributes = {
            name: self._read(name, self._cell(row, name), self._reader.text) or "" for name in ("sector", "hub")
        }
        attributes["identifiers"] = " ".join(own[1:])
        attributes["name"] = self._parties.name_of(ref) if own else ""
        if not function:
            said.pop("tolerance_hours", None)
            self._node(row, ref, {**attributes, **said})
            return ref
        subject = f"function:{organisation or ref}/{function}"
        self._node(row, ref, attributes, always=True)
        self._node(row, subject, {"name": function, "owner": ref, **said})
        return subject

    def _provider(self, row: GridRow, name: str, ids: tuple[str, ...]) -> str | None:
        if not name and not ids:
            return "unknown:"
        ref = self._ref("provider", name, ids)
        if ref is None:
            return None
        parent = self._read("provider_parent", self._cell(row, "provider_parent"), self._parent)
        country = self._read("provider_country", self._cell(row, "provider_country"), self._country)
        if self._cell(row, "provider_country") or parent or ids:
            called = self._parties.name_of(ref) if ids else ""
            cells = {"name": called, "country": country or "", "identifiers": " ".join(ids[1:])}
            self._node(row, ref, {**cells, "owned_by": parent or ""})
        if parent and parent != ref:
            self._node(row, parent, {}, always=True)
        return ref

    def _country(self, written: str) -> str:
        text = self._reader.text(written)
        return values.country(text) if text and text != OPEN else ""

    def _parent(self, written: str) -> str:
        text = self._reader.text(written)
        known = self._reader.suppliers(text) if text else ("",)
        return self._parties.ref(text, ()) if text and known != ("",) else ""

    def _ref(self, name: str, text: str, ids: tuple[str, ...]) -> str | None:
        try:
            return self._parties.ref(text, ids)
        except CellError as error:
            self._fault(self._named(name), str(error), error.code)
            return None

    def _node(self, row: GridRow, node_id: str, cells: dict[str, str], *, always: bool = False) -> None:
        """Note what is said of a node; what an earlier row says otherwise is a fault of this one."""
        filled = {name: text for name, text in cells.items() if text}
        if not filled and not always:
            return
        known = self._found.nodes.setdefault(key(node_id), NodeRow(self._sheet.label, row.number, {"id": node_id}))
        for name, text in filled.items():
            before = known.cells.get(name)
            if before is None:
                known.cells[name], known.said[name] = text, row.number
            elif key(before) != key(text):
                message = f"{values.shown(text)}, but row {known.said[name]} says {values.shown(before)} of '{node_id}'"
                self._fault(self._named(_FIELD_OF.get(name, name)), f"{message}: make them agree", "conflicting-rows")

    def _status(self, row: GridRow) -> str:
        written = self._cell(row, "status")
        if not written or any(self._cell(row, name) for name in ("valid_to", "period")):
            return ""
        return self._read("status", written, self._word("status")) or ""

    def _cell(self, row: GridRow, name: str) -> str:
        at = self._sheet.columns.get(name)
        written = "" if at is None else row.cell(at)
        return written if at is not None else self._told.text(f"{name}.value")

    def _read(self, name: str, written: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(written)
        except CellError as error:
            self._fault(self._named(name), str(error), error.code)
        except ValueError as error:
            self._fault(self._named(name), str(error), "bad-value")
        return None

    def _named(self, name: str) -> str:
        return self._sheet.name(name) or name

    def _fault(self, column: str, message: str, code: str) -> None:
        self._faults.append(Finding(Level.ERROR, code, self._record, column, message))

    def _day(self, name: str) -> Callable[[str], str]:
        return lambda written: self._reader.day(name, written)

    def _number(self, name: str, low: float, high: float) -> Callable[[str], str]:
        return lambda written: self._reader.number(name, written, low, high)

    def _cost(self, currency: str) -> Callable[[str], str]:
        return lambda written: self._reader.cost(written, currency, most=MAX_EUR)

    def _word(self, name: str) -> Callable[[str], str]:
        return lambda written: self._reader.word(name, written)


_FIELD_OF: Final = {
    "country": "provider_country",
    "owned_by": "provider_parent",
    "owner": "dependent",
    "name": "provider",
}
"""Column of a register -> the field of a table that it comes of, where they differ."""

"""From the rows of a table to those of a register: what each says of needs, and all of them of nodes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from depgraph.ids import key
from depgraph.model import MAX_EUR, Finding, Level
from importers.readers import values
from importers.readers.term import yearly
from importers.readers.values import CellError
from importers.table.fields import FIELDS
from importers.table.mapping import OPEN
from importers.table.parties import Numbers, Parties
from importers.table.remembered import Remembered
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
_OF_NEEDS: Final = ("requirement", "service_type", "valid_from", "valid_to", "share", "at_least")


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
    rows = Rows()
    parties = Parties()
    remembered = Remembered(Reader(sheets, told))
    for sheet in sheets:
        _look(sheet, remembered, told, parties)
    for sheet in sheets:
        maker = _Maker(sheet, told, remembered, parties, rows)
        for row, dependent in _with_dependents(sheet, told):
            maker.add(row, dependent)
    return rows


def _look(sheet: Sheet, remembered: Remembered, told: TableMap, parties: Parties) -> None:
    """Take note of all numbers of parties before any row is read."""
    # What is counted here is counted again when the rows are read.
    nowhere: Counter[tuple[str, str]] = Counter()
    reader = remembered.reader
    for whose in ("provider", "dependent"):
        numbers = Numbers(sheet, whose)
        if not numbers.there:
            continue
        at = sheet.columns.get(whose)
        fixed = told.text(f"{whose}.value")
        for row in sheet.rows:
            ids, _ = numbers.of(row)
            written = fixed if at is None else row.cell(at)
            try:
                if whose == "provider":
                    names = remembered.read(whose, written, reader.suppliers, nowhere)
                else:
                    names = (remembered.read(whose, written, reader.text, nowhere),)
            except ValueError:
                continue
            if len(names) == 1:
                parties.note(names[0], ids, f"{sheet.label}:{row.number}")


def _with_dependents(sheet: Sheet, told: TableMap) -> Iterator[tuple[GridRow, str]]:
    """Yield each row with its dependent and, where a mapping says so, what holds on from above."""
    column = sheet.columns.get("dependent")
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
        written = fixed if column is None else row.cell(column)
        if column is not None and told.get("dependent.fill") == "down":
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

    def __init__(self, sheet: Sheet, told: TableMap, remembered: Remembered, parties: Parties, found: Rows) -> None:
        self._sheet = sheet
        self._reader = remembered.reader
        self._remembered = remembered
        self._parties = parties
        self._found = found
        self._fixed = {field.name: told.text(f"{field.name}.value") for field in FIELDS}
        self._ids, self._own = Numbers(sheet, "provider"), Numbers(sheet, "dependent")
        # Most tables have few of all fields: those that are not there are not asked for in every row.
        self._readers = {
            name: read for name, read in self._all_readers().items() if name in sheet.columns or self._fixed[name]
        }
        self._spread = told.get("cost.period") == "term" and told.get("cost.spread") == "even"
        self._faults: list[Finding] = []
        self._record = ""

    def _all_readers(self) -> dict[str, Callable[[str], str]]:
        reader = self._reader
        return {
            **dict.fromkeys(("function", "requirement", "service_type"), reader.text),
            **{name: partial(reader.day, name) for name in ("valid_from", "valid_to")},
            "share": lambda written: reader.number("share", written, 0.0, 1.0),
            "at_least": partial(reader.word, "at_least"),
            **{name: partial(reader.number, name, low=low, high=high) for name, low, high in _NUMBERED},
            **dict.fromkeys(("sector", "hub"), reader.text),
            "provider_parent": self._parent,
            "provider_country": self._country,
        }

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
        organisation = self._read("dependent", dependent, self._reader.text)
        suppliers = self._read("provider", self._cell(row, "provider"), self._reader.suppliers)
        said = {name: self._read(name, self._cell(row, name), read) or "" for name, read in self._readers.items()}
        if "period" in self._sheet.columns:
            both = self._read("period", self._cell(row, "period"), self._reader.period)
            said["valid_from"], said["valid_to"] = both or ("", "")
        cost = self._cost(row, said)
        behind = self._read("subcontractor", self._cell(row, "subcontractor"), self._reader.subcontractors) or ()
        ids, damaged = self._ids.of(row)
        own, more = self._own.of(row)
        if self._faults or suppliers is None or organisation is None:
            return None
        for damage in (*damaged, *more):
            name = self._sheet.name(damage.field)
            self._found.remarks.append(Finding(Level.WARNING, "damaged-identifier", self._record, name, damage.message))
        if ids and len(suppliers) > 1:
            message = "stands beside several suppliers, and is used for none of them"
            self._found.remarks.append(Finding(Level.WARNING, "shared-identifier", self._record, "", message))
            ids = ()
        subject = self._subject(row, organisation, own, said)
        refs = [self._provider(row, name, ids, said) for name in suppliers]
        if subject is None or self._faults:
            return None
        cells = {"dependent": subject, **{name: said.get(name, "") for name in _OF_NEEDS}, "annual_cost_eur": cost}
        if len(suppliers) > 1:
            named = " / ".join(filter(None, suppliers))
            cells["requirement"] = cells["requirement"] or cells["service_type"] or named
            if cells["annual_cost_eur"] or cells["share"]:
                self._found.noted[
                    "provider", "the cost and share of rows with several suppliers are of none of them"
                ] += 1
            cells |= {"share": "", "annual_cost_eur": "", "at_least": cells["at_least"] or "unknown"}
        label, line = self._sheet.label, row.number
        needs, more_needs = [], []
        for ref in dict.fromkeys(filter(None, refs)):
            needed = ref
            if behind:
                needed = self._service(row, organisation or subject, ref, cells)
                more_needs += self._subcontracts(row, needed, ref, behind, certain=len(suppliers) == 1)
            needs.append(NeedRow(label, line, {**cells, "provider": needed}))
        return needs + more_needs

    def _cost(self, row: GridRow, said: dict[str, str]) -> str:
        """Return the cost of a year; an amount for the whole term is spread over it if the mapping says so."""
        currency = self._cell(row, "currency")
        read = partial(self._reader.cost, currency=currency, most=MAX_EUR)
        amount = self._read("cost", self._cell(row, "cost"), read, currency) or ""
        if not self._spread or amount in {"", OPEN}:
            return amount
        begin, end = said.get("valid_from", ""), said.get("valid_to", "")
        if OPEN in {begin, end}:
            return OPEN
        if not begin or not end or end < begin:
            self._found.noted["cost", "amounts for a whole term without begin and end stay unknown"] += 1
            return ""
        return yearly(amount, begin, end)

    def _subject(self, row: GridRow, organisation: str, own: tuple[str, ...], said: dict[str, str]) -> str | None:
        """Return what the row needs something for, and note what is said of it."""
        if not organisation and not own:
            self._fault(self._named("dependent"), "is empty: who needs it?", "missing-value")
            return None
        ref = self._ref("dependent", organisation, own)
        if ref is None:
            return None
        about = {name: said[name] for name in _ABOUT_FUNCTIONS if said.get(name)}
        attributes = {name: said.get(name, "") for name in ("sector", "hub")}
        if own:
            attributes |= {"identifiers": " ".join(own[1:]), "name": self._parties.name_of(ref)}
        function = said.get("function", "")
        if not function:
            about.pop("tolerance_hours", None)
            self._node(row, ref, {**attributes, **about})
            return ref
        subject = f"function:{organisation or ref}/{function}"
        self._node(row, ref, attributes, always=True)
        self._node(row, subject, {"name": function, "owner": ref, **about})
        return subject

    def _provider(self, row: GridRow, name: str, ids: tuple[str, ...], said: dict[str, str]) -> str | None:
        if not name and not ids:
            return "unknown:"
        ref = self._ref("provider", name, ids)
        if ref is None:
            return None
        parent, country = said.get("provider_parent", ""), said.get("provider_country", "")
        if self._cell(row, "provider_country") or parent or ids:
            called = self._parties.name_of(ref) if ids else ""
            cells = {"name": called, "country": country, "identifiers": " ".join(ids[1:])}
            self._node(row, ref, {**cells, "owned_by": parent})
        if parent and parent != ref:
            self._node(row, parent, {}, always=True)
        return ref

    def _service(self, row: GridRow, organisation: str, provider: str, cells: dict[str, str]) -> str:
        """Return the service that a supplier delivers by this row: what stands behind it is behind this one alone."""
        what = cells["requirement"] or cells["service_type"]
        subject = cells["dependent"]
        whose = subject.removeprefix("function:") if subject.startswith("function:") else organisation
        service = "/".join(filter(None, (f"service:{whose}", provider.removeprefix("name:"), what)))
        called = self._parties.name_of(provider) or provider.removeprefix("name:")
        name = ": ".join(filter(None, (called, what)))
        self._node(row, service, {"name": name, "service_type": cells["service_type"]})
        return service

    def _subcontracts(
        self, row: GridRow, service: str, provider: str, behind: tuple[str, ...], *, certain: bool
    ) -> list[NeedRow]:
        """Return what a service needs: who provides it, and who stands behind that one."""
        label, line = self._sheet.label, row.number
        needs = [NeedRow(label, line, {"dependent": service, "provider": provider, "relation": "provided_by"})]
        if not certain:
            self._found.noted["subcontractor", "beside several suppliers nobody says whose they are: maybe"] += 1
        at_least = ("unknown" if len(behind) > 1 else "") if certain else "maybe"
        for name in behind:
            ref = self._ref("subcontractor", name, ()) if name else "unknown:"
            if ref:
                cells = {"relation": "subcontracts", "requirement": "subcontractors", "at_least": at_least}
                needs.append(NeedRow(label, line, {"dependent": service, "provider": ref, **cells}))
        return needs

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
        return self._read("status", written, partial(self._reader.word, "status")) or ""

    def _cell(self, row: GridRow, name: str) -> str:
        at = self._sheet.columns.get(name)
        return self._fixed[name] if at is None else row.cell(at)

    def _read(self, name: str, written: str, read: Callable[[str], T], beside: str = "") -> T | None:
        try:
            return self._remembered.read(name, written, read, self._found.noted, beside)
        except CellError as error:
            self._fault(self._named(name), str(error), error.code)
        except ValueError as error:
            self._fault(self._named(name), str(error), "bad-value")
        return None

    def _named(self, name: str) -> str:
        return self._sheet.name(name) or name

    def _fault(self, column: str, message: str, code: str) -> None:
        self._faults.append(Finding(Level.ERROR, code, self._record, column, message))


_FIELD_OF: Final = {
    "country": "provider_country",
    "owned_by": "provider_parent",
    "owner": "dependent",
    "name": "provider",
}
"""Column of a register -> the field of a table that it comes of, where they differ."""

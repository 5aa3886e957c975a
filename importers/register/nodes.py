"""The table `nodes` of a register: what is said of each node, and whom it belongs to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.ids import SCHEMES, is_entity, key, read_id, scheme_of, value_of
from depgraph.model import ATTRIBUTES, TIE_ENDS, AttributeType, Facts, Kind, Node, TieKind, check_evidence
from importers.readers import values
from importers.readers.placeholders import is_placeholder
from importers.readers.typed import Number
from importers.readers.values import CellError
from importers.register.cells import Faults, repeats
from importers.register.evidence import whole
from importers.register.memory import Memory
from importers.register.numbers import Numbers, part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from depgraph.model import Attribute, Value
    from importers.readers.notation import Decimal
    from importers.register.declared import Declared

REQUIRED: Final = ("id",)
ATTRIBUTE_COLUMNS: Final = (
    "name",
    "country",
    "sector",
    "hub",
    "identifiers",
    "criticality",
    "people",
    "tolerance_hours",
    "fallback",
    "fallback_hours",
    "evidence",
    "evidence_date",
    "recovery_hours",
    "service_type",
    "total_assets_eur",
)
_CALLED: Final = {"evidence": "fallback_evidence", "evidence_date": "fallback_evidence_date"}
"""Columns that are called otherwise than their attribute."""

OPTIONAL: Final = ("kind", *ATTRIBUTE_COLUMNS, *TieKind)

_KINDS: Final = {scheme: Kind(rules.kind) for scheme, rules in SCHEMES.items()}
_THOUSAND: Final = 1_000


class Referral(NamedTuple):
    """What a row says of a tie, in its own words: it may refer to any row of the register."""

    kind: TieKind
    written: str


class NodeRow(NamedTuple):
    """What one row says: its facts, and its ties, which can be read once all nodes are known.

    `id` is empty where the row has none that is good.
    """

    id: str
    facts: Facts
    referrals: tuple[Referral, ...]
    record: str


class _Attribute(NamedTuple):
    """A column of an attribute: where it stands, which kinds have it, and what its texts mean.

    What a workbook holds as a number is remembered apart: the same text may be another number.
    """

    name: str
    column: str
    place: int
    kinds: frozenset[Kind]
    meanings: Memory[str, Value]
    typed: Memory[str, Value]


class NodeReader:
    """Turns rows into nodes, and declares them.

    Parameters
    ----------
    header : sequence of str
        The columns of the table; those that are not known are not looked at.
    decimal : Decimal, optional
        What the user says of the sign before decimals.
    texts : callable
        Gives all cells of a column of this table.

    """

    def __init__(
        self,
        header: Sequence[str],
        declared: Declared,
        *,
        decimal: Decimal | None = None,
        texts: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        index = {name: at for at, name in enumerate(header)}
        self._header = header
        self._declared = declared
        self._id = index["id"]
        self._kind = index.get("kind", -1)
        self._kinds = Memory(_kind)
        self._attributes = []
        for name in ATTRIBUTE_COLUMNS:
            if name in index:
                attribute = _CALLED.get(name, name)
                rule = ATTRIBUTES[attribute]
                read = _reading(name, rule, Numbers(decimal, partial(texts, name)), decimal)
                self._attributes.append(
                    _Attribute(attribute, name, index[name], rule.kinds, Memory(read), Memory(read))
                )
        self._ties = [(name, index[name], TIE_ENDS[name][0]) for name in TieKind if name in index]

    def read(self, cells: Sequence[str], record: str) -> NodeRow | None:
        """Return what one row says of a node, and declare it; None where it repeats the header."""
        written = cells[self._id]
        if len(written) < 8 and key(written) == "id" and repeats(self._header, cells):
            return None
        try:
            return self._good(cells, record)
        except (InputError, ValueError):
            return self._bad(cells, record)

    def _good(self, cells: Sequence[str], record: str) -> NodeRow:
        """Return what a row says; any error where there is a fault in it."""
        written = values.plain(cells[self._id])
        named = self._kinds[cells[self._kind]] if self._kind >= 0 else None
        node_id, kind = _own_id(written, named)
        self._declared.add(node_id, record, self._check_new(node_id, written, record))
        attributes: dict[str, Value] = {}
        for name, column, index, kinds, meanings, typed in self._attributes:
            cell = cells[index]
            if cell and not cell.isspace():
                attributes[name] = (typed if type(cell) is Number else meanings)[cell]
                if kind not in kinds:
                    raise CellError(_no_such(kind, column), "wrong-kind")
        if any(name in attributes for name in _CALLED.values()):
            _check_evidence(attributes)
        referrals = []
        for tie, index, subject in self._ties:
            cell = cells[index]
            if cell and not cell.isspace():
                referrals.append(Referral(tie, values.plain(cell)))
                if kind is not subject:
                    raise CellError(_no_such(kind, tie), "wrong-kind")
        self._describe(node_id, attributes, record)
        return NodeRow(node_id, Facts((Node(node_id, attributes, record),)), tuple(referrals), record)

    def _bad(self, cells: Sequence[str], record: str) -> NodeRow:
        """Return all that is wrong with a row; it is declared all the same if its id is good."""
        faults = Faults(record)
        named = faults.read("kind", self._kinds.__getitem__, cells[self._kind]) if self._kind >= 0 else None
        written = faults.read("id", values.plain, cells[self._id])
        own = None if written is None else faults.read("id", lambda text: _own_id(text, named), written)
        if own and written is not None:
            new = faults.read("id", lambda text: self._check_new(own[0], text, record), written)
            if new and own[0] not in self._declared.records:
                self._declared.add(own[0], record)
        attributes: dict[str, object] = {}
        for column in self._attributes:
            cell = cells[column.place]
            if cell and not cell.isspace():
                read = (column.typed if type(cell) is Number else column.meanings).__getitem__
                attributes[column.name] = faults.read(column.column, read, cell)
                if own and own[1] not in column.kinds:
                    faults.add(column.column, _no_such(own[1], column.column), "wrong-kind")
        _judge_evidence(faults, attributes)
        referrals = []
        for name, place, subject in self._ties:
            cell = cells[place]
            if cell and not cell.isspace():
                plain = faults.read(name, values.plain, cell)
                if own and own[1] is not subject:
                    faults.add(name, _no_such(own[1], name), "wrong-kind")
                if plain and own and own[1] is subject:
                    referrals.append(Referral(name, plain))
        return NodeRow(own[0] if own else "", Facts(findings=faults.found()), tuple(referrals), record)

    def _check_new(self, node_id: str, written: str, record: str) -> str:
        """Return the key of an id; raise if another row declares this node, or another node that its bare id means."""
        known = self._declared
        compared = key(node_id)
        first, alike = known.like(node_id, compared)
        if known.records.get(first, record) != record:
            spelled = "" if first == node_id else f", spelled '{first}'"
            raise CellError(f"'{node_id}' stands in {known.records[first]} already{spelled}", "duplicate-node")
        bare = alike and value_of(node_id).lower() == written.lower()
        others = [other for other in alike if known.records[other] != record] if bare else []
        if others:
            other, here = _KINDS[scheme_of(others[0])], _KINDS[scheme_of(node_id)]
            cure = f"if they are two, write '{others[0]}' and '{node_id}'"
            message = f"'{written}' is a {other} in {known.records[others[0]]} and a {here} here: {cure}"
            raise CellError(message, "two-kinds")
        return compared

    def _describe(self, node_id: str, attributes: Mapping[str, Value], record: str) -> None:
        """Take note of what other rows can use of a node."""
        if "name" in attributes:
            self._declared.name(node_id, str(attributes["name"]))
        if "service_type" in attributes:
            self._declared.service_types[node_id] = str(attributes["service_type"])
        for identifier in attributes.get("identifiers", ()):  # type: ignore[union-attr]  # a list, by ATTRIBUTES
            if is_entity(identifier):
                self._declared.identify(node_id, identifier, record)
            self._declared.look_behind(node_id, identifier)


def _own_id(written: str, named: Kind | None) -> tuple[str, Kind]:
    """Return the id of a row, and its kind."""
    if not written:
        raise CellError("is empty: a value is needed", "missing-value")
    node_id = read_id(written, named or Kind.PARTY)
    kind = _KINDS[scheme_of(node_id)]
    if named and kind is not named:
        raise CellError(f"'{node_id}' is a {kind} by its scheme, not a {named}", "two-kinds")
    if kind is Kind.PARTY and node_id == f"name:{written}" and is_placeholder(written):
        cure = f"leave the row out, or write '{node_id}' if that is its name"
        raise CellError(f"{values.shown(written)} names nobody: {cure}", "placeholder")
    return node_id, kind


def _check_evidence(found: Mapping[str, object]) -> None:
    """Raise where a row says how a fallback is known, and not which, or not when."""
    if "fallback" not in found:
        raise ValueError("says how a fallback is known, and not how far it has come: fill in fallback")
    known, dated = (str(found.get(name, "")) for name in _CALLED.values())
    check_evidence(known, dated or None)


def _judge_evidence(faults: Faults, found: Mapping[str, object]) -> None:
    """Take note of what `_check_evidence` raises; a cell that is bad by itself is told already."""
    said = {name: value for name, value in found.items() if name in _CALLED.values()}
    if not said or None in (*said.values(), found.get("fallback", "")):
        return
    if "fallback" not in found:
        faults.add("fallback", "is empty, but evidence says how it is known: fill it in", "bad-evidence")
        return
    whole(faults, *(str(said.get(name, "")) for name in _CALLED.values()))


def _no_such(kind: Kind, name: str) -> str:
    return f"a {kind} has no {name}: leave it empty"


def _kind(written: str) -> Kind | None:
    """Return the kind that a cell names, None where it is blank."""
    plain = values.stated(written)
    return Kind(values.word(plain, tuple(Kind))) if plain else None


def _reading(name: str, rule: Attribute, numbers: Numbers, decimal: Decimal | None) -> Callable[[str], Value]:
    """Return what turns the text of a cell that is not blank into a value of an attribute."""
    if name == "evidence_date":
        return lambda written: values.date(values.stated(written))
    if name == "country":
        return lambda written: values.country(values.stated(written))
    if rule.type in (AttributeType.NUMBER, AttributeType.WHOLE):
        return _number_reading(rule, numbers, decimal)
    if rule.type is AttributeType.LIST:
        return lambda written: _identifiers(values.stated(written))
    return (lambda written: values.word(values.stated(written), rule.words)) if rule.words else values.stated


def _number_reading(rule: Attribute, numbers: Numbers, decimal: Decimal | None) -> Callable[[str], float]:
    if rule.type is AttributeType.WHOLE:
        return lambda written: int(values.within(numbers.whole(written), rule.low, rule.high))
    if rule.high < _THOUSAND:
        return part(lambda written: values.within(values.number(written), rule.low, rule.high), decimal)
    return lambda written: values.within(numbers.number(written), rule.low, rule.high)


def _identifiers(written: str) -> tuple[str, ...]:
    identifiers = tuple(read_id(word) for word in written.split())
    for identifier, word in zip(identifiers, written.split(), strict=True):
        if _KINDS[scheme_of(identifier)] is not Kind.PARTY or scheme_of(identifier) in ("name", "unknown"):
            raise ValueError(
                f"{values.shown(word)} is no identifier of a party: write scheme:value, such as kvk:12345678"
            )
    return tuple(dict.fromkeys(identifiers))

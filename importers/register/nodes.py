"""The table `nodes` of a register: what is said of each node, and whom it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from depgraph.errors import InvalidIdError
from depgraph.ids import BARE, SCHEMES, is_entity, is_unknown, read_id, scheme_of
from depgraph.model import ATTRIBUTES, TIE_ENDS, AttributeType, Facts, Kind, Node, Tie, TieKind
from importers import values
from importers.faults import fault
from importers.register.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from depgraph.model import Attribute, Value

V = TypeVar("V")

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
    "recovery_hours",
    "service_type",
    "total_assets_eur",
)
OPTIONAL: Final = ("kind", *ATTRIBUTE_COLUMNS, *TieKind)

_KINDS: Final = {scheme: Kind(rules.kind) for scheme, rules in SCHEMES.items()}
_BARE_SCHEMES: Final = frozenset(BARE.values())


class Declared:
    """The nodes that a register declares, so that needs and ties can refer to them.

    Attributes
    ----------
    records : dict of str to str
        Id -> the row that declares it; identifiers of which each stands for one legal
        entity are ids too.
    service_types : dict of str to str
        Id of a service -> its type, where it has one.

    """

    def __init__(self) -> None:
        self.records: dict[str, str] = {}
        self.service_types: dict[str, str] = {}
        self._called: dict[str, str] = {}
        self._called_too: dict[str, tuple[str, ...]] = {}

    def add(self, node_id: str, written: str, record: str) -> None:
        """Take note of a node, and of how its row writes its id."""
        self.records[node_id] = record
        scheme, _, value = node_id.partition(":")
        if scheme not in _BARE_SCHEMES:
            return
        for bare in (value,) if written in (value, node_id) else (value, written):
            if self._called.setdefault(bare, node_id) != node_id:
                self._called_too[bare] = (*self._called_too.get(bare, ()), node_id)

    def called(self, bare: str) -> tuple[str, ...]:
        """Return the ids of the nodes that a bare value may mean."""
        first = self._called.get(bare)
        return (first, *self._called_too.get(bare, ())) if first else ()

    def meant(self, written: str) -> str:
        """Return the id that another row refers to: a bare value means the node declared so, else a party.

        Raises
        ------
        InvalidIdError
            If it is no id.
        ValueError
            If it is bare and declared nodes of several kinds have this value.

        """
        if written in self._called_too:
            may_be = " or ".join(sorted(self.called(written)))
            raise ValueError(f"{values.shown(written)} may be {may_be}: write which")
        return self._called.get(written) or read_id(written)


class _Attribute(NamedTuple):
    """A column of an attribute: where it stands, which kinds have it, and what its texts mean."""

    name: str
    place: int
    kinds: frozenset[Kind]
    meanings: Memory[str, Value]


class _Tie(NamedTuple):
    """A column of a tie: where it stands, and the ids that its texts mean."""

    name: TieKind
    place: int
    kind: Kind
    wanted: Kind
    meanings: Memory[str, str]


class NodeReader:
    """Turns rows into nodes with their ties, and declares them.

    Parameters
    ----------
    header : sequence of str
        The columns of the table; those that are not known are not looked at.

    """

    def __init__(self, header: Sequence[str], declared: Declared) -> None:
        place = {name: at for at, name in enumerate(header)}
        self._declared = declared
        self._id = place["id"]
        self._kind = place.get("kind", -1)
        self._kinds = Memory(_kind)
        self._attributes = [
            _Attribute(name, place[name], ATTRIBUTES[name].kinds, Memory(_reading(name, ATTRIBUTES[name])))
            for name in ATTRIBUTE_COLUMNS
            if name in place
        ]
        self._ties = [
            _Tie(name, place[name], *TIE_ENDS[name], Memory(_other(TIE_ENDS[name][1])))
            for name in TieKind
            if name in place
        ]

    def read(self, cells: Sequence[str], record: str) -> Facts:
        """Return what one row says of a node, and declare it.

        Raises
        ------
        InputError
            If a cell is bad, or the node was declared before.

        """
        column = "kind"
        try:
            named = self._kinds[cells[self._kind]] if self._kind >= 0 else None
            column = "id"
            written = values.plain(cells[self._id])
            node_id = read_id(written, named or Kind.PARTY) if written else ""
        except InvalidIdError as error:
            raise fault(record, column, str(error), "bad-id") from None
        except ValueError as error:
            raise fault(record, column, str(error)) from None
        if not node_id:
            raise fault(record, "id", "is empty: a value is needed", "missing-value")
        kind = _KINDS[scheme_of(node_id)]
        if named and kind is not named:
            raise fault(record, "kind", f"'{node_id}' is a {kind} by its scheme, not a {named}", "two-kinds")
        self._declare(node_id, written, kind, record)
        node = Node(node_id, self._read_attributes(cells, kind, record), record)
        return Facts((node,), (), self._read_ties(cells, node_id, kind, record))

    def _declare(self, node_id: str, written: str, kind: Kind, record: str) -> None:
        declared = self._declared
        if node_id in declared.records:
            raise fault(record, "id", f"'{node_id}' stands in {declared.records[node_id]} already", "duplicate-node")
        others = declared.called(written)
        if others:
            first, other = declared.records[others[0]], _KINDS[scheme_of(others[0])]
            cure = f"if they are two, write '{others[0]}' and '{node_id}'"
            raise fault(record, "id", f"'{written}' is a {other} in {first} and a {kind} here: {cure}", "two-kinds")
        declared.add(node_id, written, record)

    def _read_attributes(self, cells: Sequence[str], kind: Kind, record: str) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for name, place, kinds, meanings in self._attributes:
            cell = cells[place]
            if not cell or cell.isspace():
                continue
            if kind not in kinds:
                raise fault(record, name, f"a {kind} has no {name}: leave it empty", "wrong-kind")
            found[name] = _meaning(meanings, cell, record, name)
        return found

    def _read_ties(self, cells: Sequence[str], node_id: str, kind: Kind, record: str) -> tuple[Tie, ...]:
        found = []
        for name, place, subject, wanted, meanings in self._ties:
            cell = cells[place]
            if not cell or cell.isspace():
                continue
            if kind is not subject:
                raise fault(record, name, f"a {kind} has no {name}: leave it empty", "wrong-kind")
            other = _meaning(meanings, cell, record, name)
            if _KINDS[scheme_of(other)] is not wanted or is_unknown(other):
                raise fault(record, name, f"'{other}' is not a known {wanted}", "wrong-kind")
            if other == node_id:
                raise fault(record, name, f"'{node_id}' cannot be its own", "self-tie")
            found.append(Tie(name.value, node_id, other, None, None, None, record))
        return tuple(found)


def declare(facts: Facts, declared: Declared) -> None:
    """Take note of what other rows can use of a node."""
    for node in facts.nodes:
        if "service_type" in node.attributes:
            declared.service_types[node.id] = str(node.attributes["service_type"])
        for identifier in node.attributes.get("identifiers", ()):  # type: ignore[union-attr]  # a list, by ATTRIBUTES
            if is_entity(identifier):
                declared.records.setdefault(identifier, node.record)


def _meaning(meanings: Memory[str, V], cell: str, record: str, column: str) -> V:
    try:
        return meanings[cell]
    except InvalidIdError as error:
        raise fault(record, column, str(error), "bad-id") from None
    except ValueError as error:
        raise fault(record, column, str(error)) from None


def _kind(written: str) -> Kind | None:
    """Return the kind that a cell names, None where it is blank."""
    plain = values.plain(written)
    return Kind(values.word(plain, tuple(Kind))) if plain else None


def _other(wanted: Kind) -> Callable[[str], str]:
    return lambda written: read_id(values.plain(written), wanted)


def _reading(name: str, rule: Attribute) -> Callable[[str], Value]:
    """Return what turns the text of a cell that is not blank into a value of an attribute."""
    if name == "country":
        return lambda written: values.country(values.plain(written))
    if rule.words:
        return lambda written: values.word(values.plain(written), rule.words)
    match rule.type:
        case AttributeType.NUMBER:
            return lambda written: values.within(values.number(values.plain(written)), rule.low, rule.high)
        case AttributeType.WHOLE:
            return lambda written: int(values.within(values.whole(values.plain(written)), rule.low, rule.high))
        case AttributeType.LIST:
            return lambda written: _identifiers(values.plain(written))
        case AttributeType.TEXT:
            return values.plain


def _identifiers(written: str) -> tuple[str, ...]:
    found = tuple(read_id(word) for word in written.split())
    for identifier, word in zip(found, written.split(), strict=True):
        if _KINDS[scheme_of(identifier)] is not Kind.PARTY or scheme_of(identifier) in ("name", "unknown"):
            raise ValueError(
                f"{values.shown(word)} is no identifier of a party: write scheme:value, such as kvk:12345678"
            )
    return tuple(dict.fromkeys(found))

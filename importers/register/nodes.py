"""The table `nodes` of a register: what is said of each node, and whom it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.ids import BARE, is_entity, is_unknown, kind_of, read_id, scheme_of
from depgraph.model import ATTRIBUTES, TIE_ENDS, AttributeType, Facts, Kind, Node, Tie, TieKind
from importers import values

if TYPE_CHECKING:
    from depgraph.model import Value
    from importers.rows import Row

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

_KINDS: Final = tuple(Kind)
_TIES: Final = tuple(TieKind)
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


def read_node(row: Row, declared: Declared) -> Facts:
    """Return what one row says of a node, and declare it.

    Raises
    ------
    InputError
        If a cell is bad, or the node was declared before.

    """
    node_id = _declared_id(row, declared)
    kind = Kind(kind_of(node_id))
    filled = row.filled()
    attributes: dict[str, Value] = {
        column: _attribute(row, column, kind) for column in ATTRIBUTE_COLUMNS if column in filled
    }
    ties = tuple(_tie(row, column, node_id, kind) for column in _TIES if column in filled)
    return Facts(nodes=(Node(node_id, attributes, row.record),), ties=ties)


def declare(facts: Facts, declared: Declared) -> None:
    """Take note of what other rows can use of a node."""
    for node in facts.nodes:
        if "service_type" in node.attributes:
            declared.service_types[node.id] = str(node.attributes["service_type"])
        for identifier in node.attributes.get("identifiers", ()):  # type: ignore[union-attr]  # a list, by ATTRIBUTES
            if is_entity(identifier):
                declared.records.setdefault(identifier, node.record)


def _declared_id(row: Row, declared: Declared) -> str:
    kind = row.maybe_word("kind", _KINDS)
    written = row.text("id")
    node_id = row.id("id", kind or Kind.PARTY)
    found = kind_of(node_id)
    if kind and found != kind:
        raise row.fault("kind", f"'{node_id}' is a {found} by its scheme, not a {kind}", "two-kinds")
    if node_id in declared.records:
        raise row.fault("id", f"'{node_id}' stands in {declared.records[node_id]} already", "duplicate-node")
    others = declared.called(written)
    if others:
        first = declared.records[others[0]]
        cure = f"if they are two, write '{others[0]}' and '{node_id}'"
        raise row.fault(
            "id", f"'{written}' is a {kind_of(others[0])} in {first} and a {found} here: {cure}", "two-kinds"
        )
    declared.add(node_id, written, row.record)
    return node_id


def _attribute(row: Row, column: str, kind: Kind) -> Value:
    rule = ATTRIBUTES[column]
    if kind not in rule.kinds:
        raise row.fault(column, f"a {kind} has no {column}: leave it empty", "wrong-kind")
    if column == "country":
        return row.read(column, values.country)
    if rule.words:
        return row.word(column, rule.words)
    match rule.type:
        case AttributeType.NUMBER:
            return row.number(column, rule.low, rule.high)
        case AttributeType.WHOLE:
            return row.whole(column, rule.low, rule.high)
        case AttributeType.LIST:
            return row.read(column, _identifiers)
        case AttributeType.TEXT:
            return row.text(column)


def _identifiers(written: str) -> tuple[str, ...]:
    found = tuple(read_id(word) for word in written.split())
    for identifier, word in zip(found, written.split(), strict=True):
        if kind_of(identifier) != Kind.PARTY or scheme_of(identifier) in ("name", "unknown"):
            raise ValueError(
                f"{values.shown(word)} is no identifier of a party: write scheme:value, such as kvk:12345678"
            )
    return tuple(dict.fromkeys(found))


def _tie(row: Row, column: TieKind, node_id: str, kind: Kind) -> Tie:
    subject, wanted = TIE_ENDS[column]
    if kind is not subject:
        raise row.fault(column, f"a {kind} has no {column}: leave it empty", "wrong-kind")
    other = row.id(column, wanted)
    if kind_of(other) != wanted or is_unknown(other):
        raise row.fault(column, f"'{other}' is not a known {wanted}", "wrong-kind")
    if other == node_id:
        raise row.fault(column, f"'{node_id}' cannot be its own", "self-tie")
    return Tie(column, node_id, other, None, None, None, row.record)

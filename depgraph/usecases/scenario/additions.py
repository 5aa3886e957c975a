"""Nodes and needs that a scenario file adds: what may stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from depgraph.countries import country
from depgraph.errors import InputError
from depgraph.ids import is_unknown, read_id
from depgraph.model import ATTRIBUTES, Facts, Need, Node, Relation, Tie, TieKind, parse_at_least
from depgraph.usecases.documents import number
from depgraph.usecases.scenario.syntax import NewNeed, NewNode
from depgraph.usecases.scenario.tables import item, naming, text
from depgraph.usecases.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    Table: TypeAlias = Mapping[str, Any]

_NEED: Final = (
    "dependent",
    "provider",
    "alternative_to",
    "relation",
    "requirement",
    "at_least",
    "service_type",
    "share",
    "annual_cost_eur",
    "confidence",
)
_NODE: Final = ("id", *ATTRIBUTES, *TieKind)


def added(table: object, file: str, key: str) -> NewNode | NewNeed:
    """Return the node or the need that one [[adds]] describes: a node has an id."""
    where = f"{file}: {key}"
    if isinstance(table, dict) and "id" in table:
        return _node(item(table, _NODE, where), file, key)
    return _need(item(table, _NEED, where), file, key)


def _node(table: Table, file: str, key: str) -> NewNode:
    where = f"{file}: {key}."
    node_id = _id(table, "id", where)
    if is_unknown(node_id):
        raise InputError(f"{where}id: a provider that nobody knows cannot be added: leave its needs as they are")
    attributes = {name: _value(table[name]) for name in table if name in ATTRIBUTES}
    if isinstance(table.get("country"), str):
        attributes["country"] = _country(table["country"], where)
    node = Node(node_id, attributes, f"{file}#/{key}")
    ties = tuple(
        Tie(kind, node_id, _id(table, kind, where), None, None, None, node.record) for kind in TieKind if kind in table
    )
    found = Validation().findings(Facts(nodes=(node,), ties=ties))
    if found:
        raise InputError(f"{file}: {key}: {found[0].message}")
    return NewNode(key, node, ties)


def _id(table: Table, key: str, where: str) -> str:
    """Return an id; a bare one is a party."""
    with naming(f"{where}{key}"):
        return read_id(text(table, key, where))


def _country(written: str, where: str) -> str:
    """Return a code in upper case: parties of one country fail together only if it has one name."""
    try:
        return country(written)
    except ValueError as error:
        raise InputError(f"{where}country: {error}") from None


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _need(table: Table, file: str, key: str) -> NewNeed:
    where = f"{file}: {key}."
    for name in ("dependent", "provider"):
        if not text(table, name, where):
            raise InputError(f"{where}{name}: is left out: a need has a dependent and a provider, a node an id")
    relation = text(table, "relation", where)
    if relation and relation not in tuple(Relation):
        raise InputError(f"{where}relation: '{relation}' is not one of {', '.join(Relation)}")
    other = text(table, "alternative_to", where)
    if other and "requirement" in table:
        raise InputError(f"{where}requirement: alternative_to says which requirement it is: leave one of them out")
    said = table.get("at_least", "any" if other else "")
    if isinstance(said, bool) or not isinstance(said, str | int):
        raise InputError(f"{where}at_least: a number or a word such as any is wanted")
    with naming(f"{where}at_least"):
        at_least = parse_at_least(str(said))
    need = Need(
        dependent=text(table, "dependent", where),
        provider=text(table, "provider", where),
        relation=relation,
        requirement=text(table, "requirement", where),
        at_least=at_least,
        service_type=text(table, "service_type", where),
        share=_within(table, "share", where, 1),
        cost_eur=_within(table, "annual_cost_eur", where, float("inf")),
        valid_from=None,
        valid_to=None,
        confidence=_within(table, "confidence", where, 1) if "confidence" in table else 1.0,
        record=f"{file}#/{key}",
    )
    return NewNeed(key, need, other)


def _within(table: Table, key: str, where: str, high: float) -> Any:
    """Return a number in [0, high], None if it is left out."""
    if key not in table:
        return None
    value = number(table[key], f"{where}{key}")
    if not 0 <= value <= high or value == float("inf"):
        raise InputError(f"{where}{key}: {value:g} is not " + (f"in [0, {high:g}]" if high == 1 else "at least 0"))
    return value

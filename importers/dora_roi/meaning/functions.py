"""The functions of entities: what stops if their services do, and how much that matters."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import mint
from depgraph.model import Facts, Node, Tie, TieKind, Value
from importers.dora_roi.meaning.codes import hours, label, member
from importers.dora_roi.meaning.register import entity_id, part
from importers.links import tie

if TYPE_CHECKING:
    from importers.dora_roi.meaning.register import Register, Said

_CRITICAL: Final = {"x28": 1.0, "x29": 0.0}
"""Yes and no; that it was not assessed says nothing."""

_IMPACT: Final = "ZZ:ZZ114"
_NOT_ASSESSED: Final = "x799"


class Function(NamedTuple):
    """One function: its id, whether it is critical (None: not assessed), and the row that says so."""

    id: str
    critical: bool | None


@lru_cache(maxsize=1 << 16)
def function_id(lei: str, identifier: str) -> str:
    """Return the id of a function: its identifier is its own within the entity, in whichever register it stands."""
    owner = entity_id(lei)
    return mint("function", f"{owner.partition(':')[2]}/{part(identifier)}")


def functions_of(register: Register) -> dict[str, Function]:
    """Return the functions of B_06.01 by their ids."""
    functions: dict[str, Function] = {}
    for row in register.rows("B_06.01"):
        if row["c0010"] and row["c0040"]:
            critical = _CRITICAL.get(member(row["c0050"]))
            identity = function_id(row["c0040"], row["c0010"])
            functions[identity] = Function(identity, None if critical is None else bool(critical))
    return functions


def function_facts(row: Said) -> Facts:
    """Return one function and its owner."""
    function = function_id(row["c0040"], row["c0010"])
    attributes: dict[str, Value | None] = {
        "name": row["c0030"] or row["c0010"],
        "criticality": _CRITICAL.get(member(row["c0050"])),
        "tolerance_hours": hours(row["c0080"]),
        "recovery_point_hours": hours(row["c0090"]),
        "impact": "" if member(row["c0100"]) == _NOT_ASSESSED else label(_IMPACT, row["c0100"]),
        "licensed_activity": label("TA:TA5", row["c0020"]),
    }
    stated = {name: value for name, value in attributes.items() if value is not None and value != ""}
    return Facts(nodes=(Node(function, stated, row.record),), ties=(owner_tie(function, row["c0040"], row.record),))


def owner_tie(function: str, lei: str, record: str) -> Tie:
    """Return the tie of a function to the entity that it is a function of."""
    return tie(TieKind.OWNER, function, entity_id(lei), record=record)

"""The entities of a register, their branches, and the groups that they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.ids import mint, scheme_of
from depgraph.model import MAX_EUR, Facts, Node, Tie, TieKind, Value
from importers.dora_roi.meaning.codes import country, day, label, member, minted, number
from importers.dora_roi.meaning.register import entity_id, part
from importers.links import tie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.meaning.register import Register, Said

NOT_FINANCIAL: Final = ("x317", "x318")
"""Types of entities of a group that are no financial entities."""

_TYPES: Final = "CT:CT61"
_EURO: Final = "EUR"


def entity_facts(register: Register) -> Iterator[Facts]:
    """Yield who keeps the register, who is in it, and their branches."""
    listed = {entity_id(row["c0010"]) for row in register.rows("B_01.02") if row["c0010"]}
    for row in register.rows("B_01.01"):
        if row["c0010"] and entity_id(row["c0010"]) not in listed:
            yield Facts(nodes=(Node(entity_id(row["c0010"]), _keeper(row), row.record),))
    for row in register.rows("B_01.02"):
        if row["c0010"]:
            yield _entity(row, register)
    for row in register.rows("B_01.03"):
        if row["c0010"] and row["c0020"]:
            yield _branch(row)


def _keeper(row: Said) -> dict[str, Value]:
    return _stated({"name": row["c0020"], "country": country(row["c0030"]), **_type(row["c0040"])})


def _type(cell: str) -> dict[str, Value]:
    kind = label(_TYPES, cell)
    return {"entity_type": kind, "sector": "" if member(cell) in NOT_FINANCIAL else kind}


def _entity(row: Said, register: Register) -> Facts:
    entity = entity_id(row["c0010"])
    if scheme_of(entity) != "lei":
        register.remark("entity-code", row.record, "c0010", "is no LEI by its form or check digits: known by this text")
    attributes = {"name": row["c0020"], "country": country(row["c0030"]), **_type(row["c0040"])}
    attributes |= _assets(row["c0110"], member(row["c0100"]))
    return Facts(nodes=(Node(entity, _stated(attributes), row.record),), ties=tuple(_parent(entity, row)))


def _assets(cell: str, currency: str) -> dict[str, Value]:
    """Return total assets with their currency; in euros only where they are stated in euros."""
    amount = number(cell)
    if amount is None:
        return {}
    said: dict[str, Value] = {"total_assets": f"{amount:.15g} {currency}".strip()}
    if currency == _EURO and 0 <= amount <= MAX_EUR:
        said["total_assets_eur"] = amount
    return said


def _parent(entity: str, row: Said) -> Iterator[Tie]:
    """Yield the tie to the direct parent; an entity at the top names itself."""
    parent = entity_id(row["c0060"]) if row["c0060"] else entity
    if parent != entity:
        begun, ended = day(row["c0080"]), day(row["c0090"])
        if begun and ended and ended < begun:
            begun = ended = ""
        yield tie(TieKind.OWNED_BY, entity, parent, record=row.record, valid_from=begun or None, valid_to=ended or None)


def _branch(row: Said) -> Facts:
    """Return a branch as a part of its head office; its code is its own within that."""
    head = entity_id(row["c0020"])
    lei = minted("lei", row["c0010"])
    branch = lei if lei and lei != head else mint("name", f"{row['c0020']}/{part(row['c0010'])}")
    attributes = _stated({"name": row["c0030"], "country": country(row["c0040"])})
    above = tie(TieKind.PART_OF, branch, head, record=row.record)
    return Facts(nodes=(Node(branch, attributes, row.record),), ties=(above,))


def _stated(attributes: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in attributes.items() if value not in ("", None)}

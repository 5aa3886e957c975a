"""Which party an organisation of a notice is: by a number that stands for one legal entity, else by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.errors import InvalidIdError
from depgraph.ids import canonical_key, mint
from depgraph.model import Node

if TYPE_CHECKING:
    from depgraph.model import Value
    from importers.procurement.award import Organisation

_REGISTERS: Final = {
    "NL-KVK": ("NL", "kvk"),
    "BE-BCE_KBO": ("BE", "kbo"),
    "LU-RCS": ("LU", "rcs"),
    "XI-LEI": ("", "lei"),
    "LEI": ("", "lei"),
}
"""Lists of organisations by their code at org-id.guide -> the country that they are of, and our scheme."""

_CHECKED: Final = (("", "lei"), ("BE", "kbo"))
"""Schemes whose numbers carry a check, so that one that is not named can be told; each with its country."""


def identifier(scheme: str, number: str, country: str) -> str:
    """Return the id that a number stands for, or an empty text if nobody can tell which entity it is.

    A scheme that is of another country than the organisation is no scheme: converters put one where they know none.

    Examples
    --------
    >>> identifier("NL-KVK", "1234 5678", "NL"), identifier("NL-KVK", "12345678", "BE")
    ('kvk:12345678', '')
    >>> identifier("", "0203.430.576", "BE"), identifier("", "0203.430.576", "NL")
    ('kbo:0203430576', '')

    """
    listed = _REGISTERS.get(scheme.strip().upper())
    for home, ours in (listed,) if listed else (() if scheme.strip() else _CHECKED):
        if not home or home == country or (listed and not country):
            try:
                return mint(ours, number)
            except InvalidIdError:
                continue
    return ""


def party_of(organisation: Organisation) -> str:
    """Return the id of the party that an organisation is; empty if it has neither name nor number."""
    if organisation.identifiers:
        return min(organisation.identifiers, key=canonical_key)
    return mint("name", organisation.name) if organisation.name else ""


def node_of(organisation: Organisation, party: str) -> Node:
    """Return what a notice says of a party."""
    others = tuple(sorted(set(organisation.identifiers) - {party}))
    attributes: dict[str, Value] = {
        "name": organisation.name,
        "country": organisation.country,
        "identifiers": others,
    }
    return Node(party, {key: value for key, value in attributes.items() if value}, organisation.record)

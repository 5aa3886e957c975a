"""Organisations of a release: described where they are named (OCDS 1.0), or in its list of parties (1.1)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from depgraph.countries import countries, country
from importers.ocds.keys import ADDRESS, IDENTIFIER, PARTY
from importers.procurement.award import Organisation
from importers.procurement.parties import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.readers.record import Record


class Parties:
    """The organisations that a release lists, by what it calls them."""

    def __init__(self, release: Record) -> None:
        self._listed: dict[str, Organisation] = {}
        self._buyers: list[Organisation] = []
        for party in release.maybe_items("parties"):
            key = party.maybe_identifier("id")
            roles = party.maybe_texts("roles")
            organisation = _organisation(party, key)
            self._listed.setdefault(key, organisation)
            if "buyer" in roles:
                self._buyers.append(organisation)

    def buyers(self, release: Record) -> tuple[Organisation, ...]:
        """Return who buys: whom the release names, and the parties that have this role."""
        named = release.maybe_item("buyer")
        first = (self.of(named),) if named else ()
        return tuple(dict.fromkeys((*first, *self._buyers)))

    def of(self, reference: Record) -> Organisation:
        """Return the organisation that a reference names."""
        key = reference.maybe_identifier("id")
        own = _organisation(reference, key)
        listed = self._listed.get(key) if key else None
        if listed is None:
            return own
        return listed if listed.name else listed._replace(name=own.name)

    def each(self, holder: Record, key: str) -> Iterator[Organisation]:
        """Yield the organisations of a list of references; one object in place of a list is that one."""
        alone = holder.item(key) if isinstance(holder.raw(key), dict) else None
        return (self.of(reference) for reference in ((alone,) if alone else holder.maybe_items(key)))


def _organisation(party: Record, key: str) -> Organisation:
    name = party.maybe_text("name")
    address = party.maybe_item("address")
    where = _country(address) if address else ""
    numbers = []
    own = party.maybe_item("identifier")
    for one in (*((own,) if own else ()), *party.maybe_items("additionalIdentifiers")):
        number = one.maybe_identifier("id")
        if number and (found := identifier(one.maybe_text("scheme") or "-", number, where)):
            numbers.append(found)
        one.close(IDENTIFIER | {"scheme"})
    party.close(PARTY)
    return Organisation(key, name, party.record, where, tuple(dict.fromkeys(numbers)))


def _country(address: Record) -> str:
    """Return the country of an address: a code, or its usual English name."""
    written = address.maybe_text("country") or address.maybe_text("countryName")
    address.close(ADDRESS | {"country", "countryName"})
    try:
        return _by_name().get(written.casefold()) or country(written)
    except ValueError:
        return ""


@cache
def _by_name() -> dict[str, str]:
    return {name.casefold(): code for code, name in countries().items()}

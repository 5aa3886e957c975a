"""Whose a host is: the municipality's own, another municipality's, a supplier's, or nobody's on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from depgraph.ids import mint
from importers.municipal_mail.suppliers import Supplier, registrable, supplier_of_domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importers.municipal_mail.measurements import Municipality


class Owner(NamedTuple):
    """To whom a host belongs.

    Attributes
    ----------
    party : str
        Its id.
    label : str
        What the ids of its services begin with.
    supplier : Supplier or None
        Its line on the reference table.

    """

    party: str
    label: str
    supplier: Supplier | None = None


@dataclass(frozen=True, slots=True)
class Owners:
    """The municipalities by their domains, and by the registrable domain above them where that is theirs alone."""

    by_domain: Mapping[str, str]

    def of(self, host: str) -> Owner:
        """Return the owner of a host: one whom no table knows is a party by its registrable domain."""
        domain = registrable(host)
        supplier = supplier_of_domain().get(domain)
        if supplier:
            return Owner(supplier.party, supplier.label, supplier)
        return Owner(self.by_domain.get(domain, mint("domain", domain)), domain)

    def is_own(self, host: str, municipality: Municipality) -> bool:
        """Say whether a host is in the municipality's own domain."""
        domain = municipality.domain
        if not domain:
            return False
        return host == domain or host.endswith(f".{domain}") or self.of(host).party == party_id(municipality)


def owners_of(municipalities: Iterable[Municipality]) -> Owners:
    """Return the owners of hosts, seen from these municipalities."""
    by_domain: dict[str, str] = {}
    shared: set[str] = set()
    for municipality in municipalities:
        if municipality.domain:
            domain = registrable(municipality.domain)
            if by_domain.setdefault(domain, party_id(municipality)) != party_id(municipality):
                shared.add(domain)
    return Owners({domain: party for domain, party in by_domain.items() if domain not in shared})


def party_id(municipality: Municipality) -> str:
    """Return the id of a municipality: its domain, or its code where it has none."""
    if municipality.domain:
        return mint("domain", municipality.domain)
    return mint("name", municipality.code)

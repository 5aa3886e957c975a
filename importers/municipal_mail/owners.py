"""Whose a host is: the municipality's own, another municipality's, a supplier's, or nobody's on record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from depgraph.ids import mint, value_of
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
        """Say whether a host is in the municipality's own domain, be it shared with others, and not a supplier's."""
        domain = municipality.domain
        if not domain or domain in supplier_of_domain():
            return False
        return host == domain or host.endswith(f".{domain}") or self.of(host).party == party_id(municipality)


def owners_of(municipalities: Iterable[Municipality]) -> Owners:
    """Return the owners of hosts, seen from these municipalities."""
    by_domain: dict[str, str] = {}
    several: set[str] = set()
    for municipality in municipalities:
        if municipality.domain:
            domain = registrable(municipality.domain)
            if by_domain.setdefault(domain, party_id(municipality)) != party_id(municipality):
                several.add(domain)
    return Owners({domain: party for domain, party in by_domain.items() if domain not in several})


def told_apart(municipalities: Iterable[Municipality]) -> list[Municipality]:
    """Return the municipalities, marked where their mail domain does not say which one it is.

    A domain that several have (they work together), or that is a supplier's (``gmail.com``),
    is nobody's name: such municipalities are known by their codes, each as itself.
    """
    found = list(municipalities)
    times = Counter(municipality.domain for municipality in found)
    return [one._replace(shared=times[one.domain] > 1 or one.domain in supplier_of_domain()) for one in found]


def party_id(municipality: Municipality) -> str:
    """Return the id of a municipality: its domain, or its code where it has none that is its own."""
    if municipality.domain and not municipality.shared:
        return mint("domain", municipality.domain)
    return mint("name", municipality.code)


def key_of(municipality: Municipality) -> str:
    """Return what the ids of a municipality's functions begin with."""
    return value_of(party_id(municipality))

"""Whose a host is: an organisation's that was measured, a supplier's, or nobody's on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from depgraph.ids import mint
from importers.internet.suppliers import Supplier, registrable, supplier_of_domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
    """The organisations by the registrable domain above theirs, where that is theirs alone."""

    by_domain: Mapping[str, str]

    def of(self, host: str) -> Owner:
        """Return the owner of a host: one whom no table knows is a party by its registrable domain."""
        domain = registrable(host)
        supplier = supplier_of_domain(domain)
        if supplier:
            return Owner(supplier.party, supplier.label, supplier)
        return Owner(self.by_domain.get(domain, mint("domain", domain)), domain)

    def has(self, host: str, domain: str, party: str) -> bool:
        """Say whether a host is a party's own: in its domain, be that shared with others, and not a supplier's."""
        if not domain or supplier_of_domain(domain):
            return False
        return host == domain or host.endswith(f".{domain}") or self.of(host).party == party


def owners_of(domains: Iterable[tuple[str, str]]) -> Owners:
    """Return the owners of hosts, seen from domains and the parties that have them; an empty domain is none."""
    by_domain: dict[str, str] = {}
    several: set[str] = set()
    for domain, party in domains:
        if domain and by_domain.setdefault(above := registrable(domain), party) != party:
            several.add(above)
    return Owners({domain: party for domain, party in by_domain.items() if domain not in several})

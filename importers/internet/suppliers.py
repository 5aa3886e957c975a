"""To whom a host name, a network or an address belongs, by reference tables that travel with the package.

``domains.csv``: registrable domain -> supplier -> group -> country; a star stands for the digits at the end of a label,
as in ``awsdns-*.com``. ``networks.csv``: number of an autonomous system -> who runs that network. ``ranges.csv``: range
of addresses that a supplier publishes as its own -> supplier. Each line says how that is known. An empty group: the
supplier is not known to belong to another company. Countries are ISO 3166-1 alpha-2; that of a group is where its
ultimate parent is incorporated.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from importlib import resources
from io import BytesIO
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final, NamedTuple

from publicsuffixlist import PublicSuffixList

from depgraph.errors import InputError
from depgraph.ids import mint, read_id, scheme_of, value_of
from depgraph.model import Finding
from importers.readers.separated import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Address, IPv6Address

    from importers.readers.record import Record

DOMAINS: Final = "domains.csv"
NETWORKS: Final = "networks.csv"
RANGES: Final = "ranges.csv"
_NUMBERED: Final = re.compile(r"-[0-9]+\.")


class Supplier(NamedTuple):
    """A party on a reference table; `group` is an id, or empty.

    `name` is empty where the table only says that it is a party known otherwise.
    """

    party: str
    name: str
    country: str
    group: str
    group_country: str
    record: str

    @property
    def label(self) -> str:
        """What the ids of its services begin with."""
        return self.name or value_of(self.party)


def supplier_of_domain(domain: str) -> Supplier | None:
    """Return the supplier of a registrable domain, or None if no table names one.

    Examples
    --------
    >>> found = supplier_of_domain("awsdns-45.co.uk")
    >>> found.name if found else ""
    'Amazon Web Services'

    """
    listed = suppliers_by_domain()
    return listed.get(domain) or listed.get(_NUMBERED.sub("-*.", domain, count=1))


@lru_cache(maxsize=1)
def suppliers_by_domain() -> dict[str, Supplier]:
    """Return the suppliers by registrable domain, or by what such domains have in common."""
    return {row.text("domain"): _supplier(row, "supplier") for row in _rows(DOMAINS)}


@lru_cache(maxsize=1)
def operator_of_network() -> dict[int, Supplier]:
    """Return the operators by the number of their autonomous system."""
    return {row.whole("asn"): _supplier(row, "operator") for row in _rows(NETWORKS)}


@lru_cache(maxsize=1)
def domains_of_supplier() -> dict[str, tuple[str, ...]]:
    """Return the registrable domains of each supplier, by its id; those with numbers in their names are too many."""
    found: dict[str, list[str]] = {}
    for domain, supplier in suppliers_by_domain().items():
        if "*" not in domain:
            found.setdefault(supplier.party, []).append(domain)
    return {party: tuple(sorted(domains)) for party, domains in found.items()}


def supplier_of_address(address: IPv4Address | IPv6Address) -> Supplier | None:
    """Return who publishes a range with an address in it as its own, or None.

    Examples
    --------
    >>> from ipaddress import ip_address
    >>> found = supplier_of_address(ip_address("104.16.1.1"))
    >>> found.name if found else ""
    'Cloudflare'

    """
    ranges = _ranges()[address.version]
    at = bisect_right(ranges.first, int(address)) - 1
    return ranges.supplier[at] if at >= 0 and int(address) <= ranges.last[at] else None


class _Ranges(NamedTuple):
    """Ranges of addresses, apart from each other and rising."""

    first: list[int]
    last: list[int]
    supplier: list[Supplier]


@lru_cache(maxsize=1)
def _ranges() -> dict[int, _Ranges]:
    known = {supplier.name: supplier for supplier in suppliers_by_domain().values()}
    ranges = {4: _Ranges([], [], []), 6: _Ranges([], [], [])}
    for row in _rows(RANGES):
        network, supplier = row.read("network", ip_network), row.text("supplier")
        row.text("evidence")
        row.close()
        of = ranges[network.version]
        of.first.append(int(network.network_address))
        of.last.append(int(network.broadcast_address))
        of.supplier.append(known[supplier])
    return ranges


@lru_cache(maxsize=1 << 14)
def registrable(host: str) -> str:
    """Return the registrable domain of a host, or the host itself if it has none.

    By the part of the public suffix list that registries decide: below a name such as
    ``github.io`` customers of one supplier have theirs.

    Examples
    --------
    >>> registrable("almere-nl.p-v1.mx.microsoft"), registrable("spf.protection.outlook.com")
    ('mx.microsoft', 'outlook.com')

    """
    return str(_suffixes().privatesuffix(host) or host)


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


def _rows(name: str) -> Iterator[Record]:
    content = resources.files("importers.internet").joinpath("reference", name).read_bytes()
    for row in read_table(BytesIO(content), name).rows():
        if isinstance(row, Finding):
            raise InputError(str(row), (row,))
        yield row


def _supplier(row: Record, column: str) -> Supplier:
    party, group = row.read(column, read_id), row.maybe_text("group")
    row.text("evidence")
    supplier = Supplier(
        party=party,
        name=value_of(party) if scheme_of(party) == "name" else "",
        country=row.maybe_text("country"),
        group=mint("name", group) if group else "",
        group_country=row.maybe_text("group_country"),
        record=row.record,
    )
    row.close()
    return supplier

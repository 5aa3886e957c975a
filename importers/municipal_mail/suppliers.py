"""To whom a host name or a network belongs, by two reference tables that travel with the package.

``mail_domains.csv``: registrable domain -> supplier -> group -> country. ``networks.csv``: number of an autonomous
system -> who runs that network. Each line says how that is known. An empty group: the supplier is not known to belong
to another company. Countries are ISO 3166-1 alpha-2; that of a group is where its ultimate parent is incorporated.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from publicsuffixlist import PublicSuffixList

from depgraph.errors import InputError
from depgraph.ids import mint, read_id, scheme_of, value_of
from depgraph.model import Finding
from importers.readers.separated import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.readers.record import Record

DOMAINS: Final = "mail_domains.csv"
NETWORKS: Final = "networks.csv"


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


@lru_cache(maxsize=1)
def supplier_of_domain() -> dict[str, Supplier]:
    """Return the suppliers by registrable domain."""
    return {row.text("domain"): _supplier(row, "supplier") for row in _rows(DOMAINS)}


@lru_cache(maxsize=1)
def operator_of_network() -> dict[int, Supplier]:
    """Return the operators by the number of their autonomous system."""
    return {row.whole("asn"): _supplier(row, "operator") for row in _rows(NETWORKS)}


@lru_cache(maxsize=1)
def domains_of_supplier() -> dict[str, tuple[str, ...]]:
    """Return the registrable domains of each supplier, by its id."""
    found: dict[str, list[str]] = {}
    for domain, supplier in supplier_of_domain().items():
        found.setdefault(supplier.party, []).append(domain)
    return {party: tuple(sorted(domains)) for party, domains in found.items()}


@lru_cache(maxsize=1 << 14)
def registrable(host: str) -> str:
    """Return the registrable domain of a host (public suffix list), or the host itself if it has none.

    Examples
    --------
    >>> registrable("almere-nl.p-v1.mx.microsoft"), registrable("spf.protection.outlook.com")
    ('mx.microsoft', 'outlook.com')

    """
    return str(_suffixes().privatesuffix(host) or host)


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _rows(name: str) -> Iterator[Record]:
    content = resources.files("importers.municipal_mail").joinpath("reference", name).read_bytes()
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

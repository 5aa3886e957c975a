"""Who stands behind a name: the owners of the names it leads to, and of the addresses at the end."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import mint
from importers.dns.answers import AAAA, ASN, CNAME, DNAME, A
from importers.internet.suppliers import operator_of_network, supplier_of_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importers.dns.answers import Answer
    from importers.dns.files import Found
    from importers.internet.suppliers import Supplier

MAX_HOPS: Final = 8
"""Names that a chain of aliases may have: servers follow about as many."""


class Chain(NamedTuple):
    """A name and those that it stands for, one after another.

    Attributes
    ----------
    hosts : tuple of str
        The name itself first.
    records : tuple of str
        Which record leads to each; that of the name itself is empty.
    fault : str
        Why it ends before its end, or empty.

    """

    hosts: tuple[str, ...]
    records: tuple[str, ...]
    fault: str = ""


class Network(NamedTuple):
    """Who runs the network of an address; `supplier` is the line on the reference table."""

    party: str
    supplier: Supplier | None
    record: str


def follow(found: Found, name: str) -> Chain:
    """Return the names that a name stands for, as far as the data hold them."""
    hosts, records = [name], [""]
    while alias := _alias(found, hosts[-1]):
        target, record = alias
        if target in hosts:
            return Chain(tuple(hosts), tuple(records), f"{target} stands for itself, by way of others")
        if len(hosts) > MAX_HOPS:
            return Chain(tuple(hosts), tuple(records), f"more than {MAX_HOPS} names stand for each other")
        hosts.append(target)
        records.append(record)
    return Chain(tuple(hosts), tuple(records))


def addresses(found: Found, host: str) -> list[Answer]:
    """Return the addresses of a host."""
    return [*found.of(host, A), *found.of(host, AAAA)]


class Networks(NamedTuple):
    """Who runs the networks that hosts are in.

    Attributes
    ----------
    known : tuple of Network
        Each party once.
    elsewhere : bool
        Whether some address is in none of these, or a host has no address in the data.

    """

    known: tuple[Network, ...]
    elsewhere: bool


def networks(observed: Found, hosts: Iterable[str]) -> Networks:
    """Return who runs the networks that hosts are in.

    By the ranges that clouds publish; else by the number of the autonomous system, where
    the data have it.
    """
    known: dict[str, Network] = {}
    elsewhere = False
    for host in hosts:
        here = [(supplier_of_address(ip_address(each.value)), each.record) for each in addresses(observed, host)]
        for supplier, record in here:
            if supplier:
                known.setdefault(supplier.party, Network(supplier.party, supplier, record))
        if here and all(supplier for supplier, _ in here):
            continue
        numbers = observed.of(host, ASN)
        elsewhere |= not numbers
        for each in numbers:
            operator = operator_of_network().get(int(each.value))
            party = operator.party if operator else mint("name", f"AS{each.value}")
            known.setdefault(party, Network(party, operator, each.record))
    return Networks(tuple(known.values()), elsewhere)


def _alias(observed: Found, host: str) -> tuple[str, str] | None:
    """Return what a host stands for: by its own record, or by one (DNAME, RFC 6672) of a domain above it."""
    for each in observed.of(host, CNAME):
        return each.value, each.record
    labels = host.split(".")
    for at in range(1, len(labels)):
        for each in observed.of(".".join(labels[at:]), DNAME):
            return f"{'.'.join(labels[:at])}.{each.value}", each.record
    return None

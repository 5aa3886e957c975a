"""The services that carry mail, each shared by all who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import UNKNOWN, mint
from depgraph.model import Facts, Node, Relation, TieKind, Value
from importers.internet.suppliers import Supplier, domains_of_supplier
from importers.links import need, tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importers.internet.owners import Owner

INCOMING: Final = "incoming mail"
MAILBOXES: Final = "mailboxes"
SENDING: Final = "mail sending"


class Service(NamedTuple):
    """One service: what its provider does for everybody who uses it.

    Attributes
    ----------
    provider : str
        The id of a party; ``unknown:`` where nobody is named.
    supplier : Supplier or None
        The provider's line on the reference table.
    record : str
        That shows it.

    """

    id: str
    name: str
    type: str
    provider: str
    supplier: Supplier | None
    record: str


def incoming(owner: Owner, record: str) -> Service:
    """Return the service of receiving mail: a filter, or the mail platform itself."""
    return _service(owner, INCOMING, INCOMING, record)


def mailboxes(owner: Owner, record: str) -> Service:
    """Return the service of keeping mailboxes."""
    return _service(owner, MAILBOXES, MAILBOXES, record)


def sending(owner: Owner, host: str, record: str) -> Service:
    """Return the service that sends by the SPF record of a host."""
    return _service(owner, host, SENDING, record)


def own_servers(domain: str, operator: str, record: str) -> Service:
    """Return the mail servers in a municipality's own domain; an empty operator is not known.

    A name in one's own domain says nothing of who runs the server: the municipality, or
    a supplier under its name.
    """
    return Service(
        id=mint("service", f"{domain}/{INCOMING}"),
        name=f"{domain}: {INCOMING}",
        type=INCOMING,
        provider=operator or f"{UNKNOWN}{domain}/{INCOMING}",
        supplier=None,
        record=record,
    )


def _service(owner: Owner, what: str, type_: str, record: str) -> Service:
    return Service(
        id=mint("service", f"{owner.label}/{what}"),
        name=f"{owner.label}: {what}",
        type=type_,
        provider=owner.party,
        supplier=owner.supplier,
        record=record,
    )


def service_facts(services: Iterable[Service]) -> Iterator[Facts]:
    """Yield each service and who provides it."""
    for service in services:
        yield Facts(
            nodes=(Node(service.id, {"name": service.name, "service_type": service.type}, service.record),),
            needs=(need(service.id, service.provider, Relation.PROVIDED_BY, record=service.record),),
        )


def supplier_facts(suppliers: Iterable[Supplier]) -> Iterator[Facts]:
    """Yield what the reference tables say of suppliers: name, country, domains, and the group above."""
    for supplier in suppliers:
        if not supplier.name:
            continue
        attributes: dict[str, Value] = {"name": supplier.name}
        if supplier.country:
            attributes["country"] = supplier.country
        domains = domains_of_supplier().get(supplier.party, ())
        if domains:
            attributes["identifiers"] = tuple(mint("domain", domain) for domain in domains)
        nodes = [Node(supplier.party, attributes, supplier.record)]
        ties = []
        if supplier.group:
            above = {"name": supplier.group.partition(":")[2], "country": supplier.group_country}
            nodes.append(Node(supplier.group, above, supplier.record))
            ties.append(tie(TieKind.OWNED_BY, supplier.party, supplier.group, record=supplier.record))
        yield Facts(nodes=tuple(nodes), ties=tuple(ties))

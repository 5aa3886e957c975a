"""The services that carry mail, web sites and names, each shared by all who use it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import UNKNOWN, is_unknown, mint
from depgraph.model import Facts, Node, Relation, TieKind, Value
from importers.internet.suppliers import Supplier, domains_of_supplier
from importers.links import need, tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importers.internet.owners import Owner

INCOMING: Final = "incoming mail"
MAILBOXES: Final = "mailboxes"
SENDING: Final = "mail sending"
NAME_SERVERS: Final = "name servers"
WEB: Final = "web hosting"


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


def name_servers(owner: Owner, record: str) -> Service:
    """Return the service of answering for domains."""
    return _service(owner, NAME_SERVERS, NAME_SERVERS, record)


def own_servers(domain: str, provider: str, record: str, what: str = INCOMING) -> Service:
    """Return the servers in an organisation's own domain; an empty provider is not known.

    A name in one's own domain says nothing of who runs the server: the organisation, or
    a supplier under its name.
    """
    return Service(
        id=_id(domain, what),
        name=f"{domain}: {what}",
        type=what,
        provider=provider or f"{UNKNOWN}{domain}/{what}",
        supplier=None,
        record=record,
    )


def distinct(services: Iterable[Service]) -> dict[str, Service]:
    """Return each service once, by id: as it was first seen, or as first seen with a provider.

    Servers in an organisation's own domain are run by nobody knows whom for itself; to
    its neighbours who use them too, it is the one that provides them.
    """
    used: dict[str, Service] = {}
    for service in services:
        kept = used.setdefault(service.id, service)
        if is_unknown(kept.provider) and not is_unknown(service.provider):
            used[service.id] = service
    return used


@lru_cache(maxsize=1 << 14)
def _id(label: str, what: str) -> str:
    return mint("service", f"{label}/{what}")


def _service(owner: Owner, what: str, type_: str, record: str) -> Service:
    return Service(
        id=_id(owner.label, what),
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

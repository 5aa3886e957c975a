"""The tier behind a service: through whom a sender sends, and from whose network mail servers answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import mint
from depgraph.model import Relation
from importers.internet import spf
from importers.internet.services import Service, sending
from importers.internet.suppliers import Supplier, operator_of_network
from importers.links import need

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from depgraph.model import Need
    from importers.internet.owners import Owners
    from importers.internet.spf import Chains

SENT_THROUGH: Final = 0.7
"""Confidence that a sender needs those whose records its own takes in."""
ANSWERED_FROM: Final = 0.9
"""Confidence that mail servers need the network that they answer from: addresses move, and tables of networks lag."""


class Tier(NamedTuple):
    """Services that stand behind others, and the needs that lead to them."""

    services: tuple[Service, ...]
    needs: tuple[Need, ...]


def sender_tier(hosts: Iterable[str], chains: Chains, owners: Owners) -> Tier:
    """Return what stands behind senders, and behind that, however deep.

    A sender whose record takes in another supplier's sends through it too. If its records
    allow addresses of their own besides, nobody says whether it stops without the other
    (`maybe`); if they do not, it needs what it takes in (of several, nobody says how many).
    Records of one owner that take each other in are one sender.
    """
    services: dict[str, Service] = {}
    needs: list[Need] = []
    queue = list(dict.fromkeys(hosts))
    seen = set(queue)
    for host in queue:
        dependent = sending(owners.of(host), host, "")
        others, has_own_addresses = _beyond(host, chains, owners)
        for other, record in others.items():
            provider = sending(owners.of(other), other, record)
            services.setdefault(provider.id, provider)
            needs.append(
                need(
                    dependent.id,
                    provider.id,
                    Relation.BUILT_ON,
                    confidence=SENT_THROUGH,
                    record=record,
                    requirement="sending through others",
                    at_least="maybe" if has_own_addresses else "",
                    service_type=provider.type,
                )
            )
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return Tier(tuple(services.values()), tuple(needs))


def _beyond(host: str, chains: Chains, owners: Owners) -> tuple[dict[str, str], bool]:
    """Return the hosts of other owners that the records of a sender take in, and whether it sends by itself too.

    A sender whose record is not known is taken to send by itself.
    """
    party = owners.of(host).party
    others: dict[str, str] = {}
    same = [host]
    by_itself = False
    for mine in same:
        by_itself |= mine not in chains.policies or spf.read_policy(chains.policies[mine]).addresses > 0
        for written, record in chains.behind.get(mine, {}).items():
            child = spf.host_of(written)
            if child and owners.of(child).party != party:
                others.setdefault(child, record)
            elif child and child not in same:
                same.append(child)
    return others, by_itself


def network_needs(seen: Mapping[str, Mapping[int, str]], services: Mapping[str, Service]) -> Iterator[Need]:
    """Yield the needs of mail services on the operators of the networks that they answer from.

    Parameters
    ----------
    seen : mapping
        Id of a service -> number of a network -> the record that shows it.

    """
    for service, networks in seen.items():
        for number, record in networks.items():
            operator = operator_of_network().get(number)
            party = operator.party if operator else mint("name", f"AS{number}")
            if party != services[service].provider:
                yield need(
                    service,
                    party,
                    Relation.SUBCONTRACTS,
                    confidence=ANSWERED_FROM,
                    record=record,
                    requirement="network",
                    service_type="network",
                )


def operators(seen: Iterable[Mapping[int, str]]) -> list[Supplier]:
    """Return the operators on the table of these networks, each once."""
    found = {number: operator_of_network().get(number) for networks in seen for number in networks}
    return list({operator.party: operator for operator in found.values() if operator}.values())

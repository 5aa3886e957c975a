"""Subcontractors: within one contract and type of service, who delivers to whom.

Rank 1 is the provider of the contract; its recipient is written in four ways and says nothing. A subcontractor of rank
n delivers to one of rank n - 1. Where that one is not there, the chain is broken: all that is known then is that the
services of the contract may need the subcontractor.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from depgraph.ids import mint
from depgraph.model import Facts, Need, Node, Relation
from importers.dora_roi.meaning.codes import member
from importers.dora_roi.meaning.folding import key
from importers.dora_roi.meaning.register import part
from importers.links import need

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from importers.dora_roi.meaning.register import Said
    from importers.dora_roi.meaning.services import Service, Services

REQUIREMENT: Final = "subcontractors"
BROKEN: Final = "subcontractors, chain broken"

REPORTED: Final = "reported"
NONE_UNDERPINNING: Final = "none underpinning reported"
NOT_REPORTED: Final = "not reported"


class Link(NamedTuple):
    """One row of a chain: its rank, who delivers, and to whom."""

    rank: int
    provider: str
    recipient: str
    row: Said


Chains: TypeAlias = dict[tuple[str, str], list[Link]]
"""The rows of rank 2 and deeper by contract and type of service."""


def chain_facts(services: Services, chains: Chains, linked: Mapping[str, Mapping[str, str]]) -> Iterator[Facts]:
    """Yield what stands behind the services of each contract."""
    for (contract, kind), links in chains.items():
        direct = [one for one in services.of_contract(contract) if one.type == kind]
        yield from _Chain(services, contract, kind, direct, linked.get(contract, {})).facts(links)


def behind(service: Service, services: Services, reported: Chains, linked: Mapping[str, object]) -> str:
    """Say what is known of the subcontractors of a service.

    They must be reported only where they effectively underpin a service behind a critical or important function: that
    none is reported says nothing where no function of the service is one.
    """
    contract = key(service.contract)
    if (contract, service.type) in reported or contract in linked:
        return REPORTED
    functions = (services.functions.get(function) for function in service.uses)
    critical = any(function is not None and function.critical for function in functions)
    return NONE_UNDERPINNING if critical else NOT_REPORTED


def unreported(service: Service) -> Need:
    """Return the need of a subcontractor that nobody reported: there may be one."""
    nobody = mint("unknown", f"{service.id.removeprefix('service:')}/{REQUIREMENT}")
    return subcontracts(service.id, nobody, service.type, service.record, "maybe")


def chains_of(services: Services) -> Chains:
    """Return the rows of rank 2 and deeper, by contract and type of service, lowest rank first."""
    chains: Chains = {}
    for row in services.register.rows("B_05.02"):
        rank = int(row["c0050"]) if re.fullmatch(r"[0-9]{1,9}", row["c0050"], re.ASCII) else 0
        if rank > 1 and row["c0010"] and row["c0030"]:
            link = Link(rank, row["c0030"], row["c0060"], row)
            chains.setdefault((key(row["c0010"]), member(row["c0020"])), []).append(link)
    for links in chains.values():
        links.sort(key=lambda link: link.rank)
    return chains


class _Chain:
    """The chain behind one contract and type of service."""

    def __init__(
        self, services: Services, contract: str, kind: str, direct: list[Service], outside: Mapping[str, str]
    ) -> None:
        self._services = services
        self._kind = kind
        self._direct = direct
        self._outside = [service for other in outside for service in services.of_contract(other)]
        self._at = {(1, key(service.provider)): service.id for service in direct}
        self._contract = contract

    def facts(self, links: list[Link]) -> Iterator[Facts]:
        made: set[str] = set()
        for link in links:
            known = (link.rank, key(link.provider)) in self._at
            service, node = self._subservice(link)
            if not known and node and service not in made:
                made.add(service)
                yield node
            recipient = self._at.get((link.rank - 1, key(link.recipient)))
            if recipient == service:
                continue
            if recipient:
                yield Facts(needs=(self._needs(recipient, service, link),))
            else:
                yield from self._broken(service, link)

    def _subservice(self, link: Link) -> tuple[str, Facts | None]:
        """Return what a subcontractor delivers: by a contract of the group with it, else within this contract."""
        known_by = (link.rank, key(link.provider))
        if known_by in self._at:
            return self._at[known_by], None
        outside = [one for one in self._outside if key(one.provider) == known_by[1]]
        same = [one for one in outside if one.type == self._kind] or outside
        if len(same) == 1:
            self._at[known_by] = same[0].id
            return same[0].id, None
        row, providers = link.row, self._services.providers
        party = providers.id_of(link.provider, row.record, row.template, row.line)
        which = "/".join(map(part, (row["c0010"], self._kind, f"rank {link.rank}", providers.part_of(link.provider))))
        service = self._at[known_by] = mint("service", f"{self._services.register.key}/{which}")
        name = f"{providers.name_of(link.provider)}: {self._kind}, rank {link.rank} ({row['c0010']})"
        provided = need(service, party, Relation.PROVIDED_BY, record=row.record, service_type=self._kind)
        return service, Facts(
            nodes=(Node(service, {"name": name, "service_type": self._kind}, row.record),), needs=(provided,)
        )

    def _needs(self, dependent: str, service: str, link: Link) -> Need:
        return subcontracts(dependent, service, self._kind, link.row.record)

    def _broken(self, service: str, link: Link) -> Iterator[Facts]:
        message = (
            f"rank {link.rank} delivers to a provider that is not at rank {link.rank - 1} of this contract and type of"
            " service: the chain is broken, and the contract's services may need it"
        )
        self._services.register.remark("broken-chain", link.row.record, "c0060", message)
        needs = tuple(
            self._needs(one.id, service, link)._replace(requirement=BROKEN, at_least="maybe")
            for one in self._direct
            if one.id != service
        )
        if needs:
            yield Facts(needs=needs)


def subcontracts(dependent: str, provider: str, kind: str, record: str, at_least: str = "") -> Need:
    """Return the need of a service for one that a subcontractor delivers."""
    return need(
        dependent,
        provider,
        Relation.SUBCONTRACTS,
        record=record,
        requirement=REQUIREMENT,
        at_least=at_least,
        service_type=kind,
    )

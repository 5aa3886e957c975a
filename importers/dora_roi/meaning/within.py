"""Contracts within the group: the outside provider stands below the group's service, and the cost is counted there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.model import Facts
from importers.dora_roi.meaning.chains import subcontracts
from importers.dora_roi.meaning.folding import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from importers.dora_roi.meaning.register import Said
    from importers.dora_roi.meaning.services import Service, Services


def outside_services(services: Services, linked: Mapping[str, Mapping[str, str]]) -> None:
    """Make the services of outside contracts that no row of B_02.02 tells of, by the providers that sign them."""
    signed: dict[str, list[Said]] = {}
    for row in services.register.rows("B_03.02"):
        signed.setdefault(key(row["c0010"]), []).append(row)
    for inside, outsides in linked.items():
        kinds = sorted({service.type for service in services.of_contract(inside)})
        for outside in outsides:
            if services.of_contract(outside):
                continue
            for row in signed.get(outside, ()):
                for kind in kinds if row["c0020"] else ():
                    services.service(row["c0010"], row["c0020"], kind, row)


def within_facts(services: Services, linked: Mapping[str, Mapping[str, str]]) -> Iterator[Facts]:
    """Yield the needs of the group's services for those of the outside contracts that they stand on."""
    for inside, outsides in linked.items():
        for service in services.of_contract(inside):
            needs = tuple(
                subcontracts(service.id, other.id, service.type, record)
                for outside, record in outsides.items()
                for other in _alike(services.of_contract(outside), service)
            )
            if needs:
                yield Facts(needs=needs)


def _alike(outside: list[Service], service: Service) -> list[Service]:
    """Return the services of the same type, or all where none is of that type."""
    others = [one for one in outside if one.id != service.id]
    return [one for one in others if one.type == service.type] or others

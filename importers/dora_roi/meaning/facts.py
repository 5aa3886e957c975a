"""What a register means, as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.model import MAX_EUR, Facts, Need, Node, Relation, Value
from importers.dora_roi.meaning import chains
from importers.dora_roi.meaning.codes import label, member
from importers.dora_roi.meaning.contracts import Cost, costs_of, linked_contracts
from importers.dora_roi.meaning.entities import entity_facts
from importers.dora_roi.meaning.folding import key
from importers.dora_roi.meaning.functions import function_facts, owner_tie
from importers.dora_roi.meaning.periods import periods
from importers.dora_roi.meaning.providers import Providers
from importers.dora_roi.meaning.register import Register, entity_id
from importers.dora_roi.meaning.services import services_of
from importers.dora_roi.meaning.within import outside_services, within_facts
from importers.links import need

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from importers.dora_roi.filing import Filing
    from importers.dora_roi.meaning.services import Service, Services

_ANSWERS: Final = {"x28": "yes", "x29": "no"}
_NO_COST: Final = Cost(None, "")


def register_facts(filing: Filing) -> Iterator[Facts]:
    """Yield what a filing says."""
    register = Register(filing)
    providers = Providers(register)
    yield from entity_facts(register)
    yield from providers.facts()
    yield from (function_facts(row) for row in register.rows("B_06.01") if row["c0010"] and row["c0040"])
    services = services_of(register, providers)
    linked = linked_contracts(register)
    outside_services(services, linked)
    behind = chains.chains_of(services)
    yield from _service_facts(services, behind, linked)
    yield from within_facts(services, linked)
    yield from chains.chain_facts(services, behind, linked)
    yield from _loose_uses(services)
    if register.remarks:
        yield Facts(findings=tuple(register.remarks))


def _service_facts(
    services: Services, reported: chains.Chains, linked: Mapping[str, Mapping[str, str]]
) -> Iterator[Facts]:
    costs = costs_of(services.register)
    for (contract, _, _), service in services.found.items():
        # One contract has one cost. It is that of its one service, and nobody says how it falls to several; that of a
        # contract within the group is counted outside, where the group pays it.
        cost = (
            costs.get(contract, _NO_COST)
            if len(services.of_contract(contract)) == 1 and contract not in linked
            else _NO_COST
        )
        known = chains.behind(service, services, reported, linked)
        yield from _one_service(service, services, cost, known)


def _one_service(service: Service, services: Services, cost: Cost, subcontracting: str) -> Iterator[Facts]:
    spans = periods(set().union(*(use.periods for use in service.uses.values())), service, services.register)
    eur = cost.eur if cost.eur is not None and cost.eur <= MAX_EUR else None
    needs = [_provided(service, span, eur) for span in spans or [(None, None)]]
    needs += [
        need(service.id, where, Relation.LOCATED_IN, record=record, requirement=role, at_least="maybe")
        for role, places in service.places.items()
        for where, record in places.items()
    ]
    if subcontracting == chains.NOT_REPORTED:
        needs.append(chains.unreported(service))
    node = Node(service.id, _attributes(service, cost, subcontracting), service.record)
    yield Facts(nodes=(node,), needs=tuple(needs))
    alone = len(service.uses) == 1
    for function, use in service.uses.items():
        ties = () if function in services.functions else (owner_tie(function, use.lei, use.record),)
        yield Facts(
            nodes=() if function in services.functions else (Node(function, {}, use.record),),
            ties=ties,
            needs=tuple(
                need(
                    function,
                    service.id,
                    Relation.USES,
                    record=use.record,
                    service_type=service.type,
                    cost_eur=eur if alone else None,
                    valid_from=begun,
                    valid_to=ended,
                )
                for begun, ended in periods(use.periods, service, services.register)
            ),
        )


def _provided(service: Service, span: tuple[str | None, str | None], eur: float | None) -> Need:
    begun, ended = span
    return need(
        service.id,
        service.provider_id,
        Relation.PROVIDED_BY,
        record=service.record,
        service_type=service.type,
        cost_eur=eur,
        valid_from=begun,
        valid_to=ended,
    )


def _attributes(service: Service, cost: Cost, subcontracting: str) -> dict[str, Value]:
    kind = label("TA:TA4", service.type)
    said: dict[str, Value] = {
        "name": f"{service.provider_name}: {kind} ({service.contract})",
        "service_type": service.type,
        "reliance": tuple(sorted(service.reliance)),
        "data_sensitivity": tuple(sorted(service.sensitivity)),
        "annual_cost": cost.text,
        "subcontracting": subcontracting,
    }
    row = service.assessed
    if row is not None:
        said |= {
            "substitutability": label("ZZ:ZZ110", row["c0050"]),
            "exit_plan": _ANSWERS.get(member(row["c0080"]), ""),
            "reintegration": "" if member(row["c0090"]) == "x0" else label("ZZ:ZZ112", row["c0090"]),
            "impact": "" if member(row["c0100"]) == "x799" else label("ZZ:ZZ114", row["c0100"]),
            "alternatives": _ANSWERS.get(member(row["c0110"]), ""),
        }
    return {name: value for name, value in said.items() if value}


def _loose_uses(services: Services) -> Iterator[Facts]:
    """Yield the uses of contracts that B_04.01 names and no row of B_02.02 has: by whom is known, for what is not."""
    seen = {
        (key(service.contract), entity_id(use.lei))
        for service in services.found.values()
        for use in service.uses.values()
    }
    for row in services.register.rows("B_04.01"):
        if not row["c0010"] or not row["c0020"]:
            continue
        user = entity_id(row["c0020"])
        contract = key(row["c0010"])
        used = services.of_contract(contract)
        if (contract, user) in seen or not used:
            continue
        seen.add((contract, user))
        message = "B_02.02 does not say for which function this entity uses the contract: it may need its services"
        services.register.remark("use-without-function", row.record, "c0020", message)
        yield Facts(
            needs=tuple(
                need(
                    user,
                    service.id,
                    Relation.USES,
                    record=row.record,
                    requirement=f"contract {row['c0010']}",
                    at_least="maybe",
                    service_type=service.type,
                )
                for service in used
            )
        )

"""What the marketplace means.

- A product is a service, provided by its cloud service provider; where none is named, by nobody knows whom.
- ``leveraged_systems`` of a product lists its *consumers*: each of them is built on the product. The requirements of
  a consumer are one per service model of what it is built on. ``IaaS`` and ``PaaS`` are needed (of several, nobody
  says whether they are alternatives); what is offered as SaaS alone may be no more than a tool of the staff
  (`maybe`), and so may be what states no model that is known (`UNSTATED_MODEL`). A platform of both models stands in
  both requirements.
- An agency uses a product that it authorised or reuses. It has one function for each business function of what it
  uses, with one requirement on those services. Services for which none is stated share the function `UNSTATED`: to
  let the agency itself need them would say that it may be lost with any of them.
- A sub-agency is part of its agency. A provider of the same name as an agency is that agency.

An authorisation that has expired is still listed, so that its dates do not say when use ends.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from depgraph.ids import UNKNOWN, mint
from depgraph.model import Facts, Finding, Level, Node, Relation, TieKind, Value
from importers.fedramp.marketplace import read_marketplace, the_one
from importers.links import need, tie
from importers.readers.faults import facts_of_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.model import Need
    from depgraph.ports import Given
    from importers.fedramp.marketplace import Marketplace
    from importers.fedramp.records import Agency, Product, Use

UNSTATED: Final = "business function not stated"
UNSTATED_MODEL: Final = "service model not stated"
SECTOR: Final = "federal agencies"
PLATFORMS: Final = ("IaaS", "PaaS")
SOFTWARE: Final = "SaaS"


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each product, agency and function of an agency.

    Raises
    ------
    MissingPathError, UsageError, InputError
        As `importers.fedramp.marketplace.read_marketplace`, or if more than one snapshot is given.

    """
    market = read_marketplace(the_one(given), given.ignore)
    yield from (_product_facts(product, market) for product in market.products.values())
    yield from _agency_facts(market.agencies)
    yield from _function_facts(market.uses)
    yield from facts_of_findings(market.findings)


def service_id(product: Product) -> str:
    """Return the id of the service that a product is."""
    return mint("service", f"FEDRAMP/{product.key}")


def agency_id(agency: Agency) -> str:
    """Return the id of an agency."""
    return mint("name", agency.path)


def _product_facts(product: Product, market: Marketplace) -> Facts:
    service = service_id(product)
    provider = mint("name", product.provider) if product.provider else f"{UNKNOWN}FEDRAMP/{product.key}"
    needs = [need(service, provider, Relation.PROVIDED_BY, record=product.record)]
    nodes = [Node(service, _attributes(product), product.record)]
    findings = []
    if product.provider:
        nodes.append(Node(provider, {"name": product.provider}, product.record))
    else:
        findings.append(_warning("no-provider", product.record, "csp", "names no provider: it is not known"))
    for key, record in product.consumers:
        consumer = market.products.get(key)
        if key == product.key:
            findings.append(Finding(Level.NOTE, "self-need", record, "id", f"'{service}' on itself: dropped"))
        elif consumer is None:
            findings.append(_warning("unknown-service", record, "id", f"'{key}' is not among the products: left out"))
        else:
            needs += _built_on(consumer, product, record)
    return Facts(nodes=tuple(nodes), needs=tuple(needs), findings=tuple(findings))


def _attributes(product: Product) -> dict[str, Value]:
    """Return what is stated of a product; its key names one that has no name."""
    attributes: dict[str, Value] = {
        "name": ": ".join(filter(None, (product.provider, product.name))) or product.key,
        "service_model": product.models,
        "deployment_model": product.deployment_model,
        "impact_level": product.impact_level,
        "status": product.status,
        "business_functions": product.functions,
    }
    return {key: value for key, value in attributes.items() if value}


def _warning(code: str, record: str, key: str, message: str) -> Finding:
    return Finding(Level.WARNING, code, record, key, message)


def _built_on(consumer: Product, product: Product, record: str) -> Iterator[Need]:
    """Yield the consumer's needs of a product: one for each platform model that the product has."""
    models = [model for model in PLATFORMS if model in product.models]
    for model in models or (SOFTWARE if SOFTWARE in product.models else UNSTATED_MODEL,):
        yield need(
            service_id(consumer),
            service_id(product),
            Relation.BUILT_ON,
            requirement=model,
            at_least="" if models else "maybe",
            service_type=model,
            record=record,
        )


def _agency_facts(agencies: Iterable[Agency]) -> Iterator[Facts]:
    """Yield each agency; one that only sub-agencies name is known by these."""
    listed = {agency.parent for agency in agencies if not agency.sub}
    for agency in agencies:
        nodes = [_party(agency_id(agency), agency.name, agency.record)]
        ties = []
        if agency.sub:
            parent = mint("name", agency.parent)
            ties.append(tie(TieKind.PART_OF, agency_id(agency), parent, record=agency.record))
            if agency.parent not in listed:
                nodes.append(_party(parent, agency.parent, agency.record))
        yield Facts(nodes=tuple(nodes), ties=tuple(ties))


def _party(party: str, name: str, record: str) -> Node:
    return Node(party, {"name": name, "country": "US", "sector": SECTOR}, record)


def _function_facts(uses: Iterable[Use]) -> Iterator[Facts]:
    """Yield each function of an agency, with its one requirement on the services that it uses."""
    grouped: defaultdict[tuple[Agency, str], list[Use]] = defaultdict(list)
    for use in uses:
        for name in use.product.functions or (UNSTATED,):
            grouped[use.agency, name].append(use)
    for (agency, name), group in grouped.items():
        function = mint("function", f"{agency.path}/{name}")
        yield Facts(
            nodes=(Node(function, {"name": f"{agency.name}: {name}"}, agency.record),),
            ties=(tie(TieKind.OWNER, function, agency_id(agency), record=agency.record),),
            needs=tuple(
                need(
                    function,
                    service_id(use.product),
                    Relation.USES,
                    requirement="services",
                    service_type=name,
                    record=use.record,
                )
                for use in group
            ),
        )

"""The FedRAMP marketplace: which US agencies use which cloud services, who provides them, and what these build on.

## What becomes what

- A product (a cloud service offering) is a service, `provided_by` its cloud service provider; where none is named,
  by nobody knows whom.
- The consumers that a product lists (`leveraged_systems`) are `built_on` it. What they need of IaaS and PaaS is
  needed; what is offered as SaaS alone, or states no model, may be no more than a tool of the staff: `maybe`.
- An agency that authorised or reuses a product is a party with one function for each business function of what it
  uses; the function `uses` the services. A sub-agency is `part_of` its agency.

## What is ignored, and why

- Dates of assessments and authorisations: one that has expired is still listed, so that its date ends no use.
- Texts of marketing, logos, contact persons and their addresses: no dependency is in them, and data of persons are
  not imported.

## Beware

- Whether services of one business function are alternatives is not known: their requirement is `unknown`.
- Its publisher adds keys now and then: one that is not known is one remark. Two snapshots at once are refused.
"""

from __future__ import annotations

from depgraph.model import Kind
from depgraph.ports import Source
from importers.fedramp.marketplace import stated_date
from importers.fedramp.meaning import read

SOURCE = Source(
    name="fedramp",
    title="FedRAMP marketplace: cloud services of US federal agencies",
    publisher="US General Services Administration",
    licence="US Government work (17 USC 105)",
    url="https://github.com/GSA/marketplace-fedramp-gov-data",
    formats="data.json of the marketplace, or its folder",
    read=read,
    stated_date=stated_date,
    caveat=(
        "FedRAMP: an agency's authorisation or reuse of a service stands for its use; whether services of one business"
        " function are alternatives is not known."
    ),
    expect={
        Kind.PARTY: range(400, 4_000),
        Kind.FUNCTION: range(1_000, 40_000),
        Kind.SERVICE: range(300, 5_000),
    },
    trust=60,
    about=__doc__,
)

"""The FedRAMP marketplace: which US agencies use which cloud services, who provides them, and what these build on."""

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
)

"""The services of a register: one for each contract, provider and type, however many rows its countries make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from depgraph.ids import mint
from importers.dora_roi.meaning.codes import day, label, member, place
from importers.dora_roi.meaning.folding import key
from importers.dora_roi.meaning.functions import function_id, functions_of
from importers.dora_roi.meaning.register import part
from importers.dora_roi.taxonomy import templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.meaning.functions import Function
    from importers.dora_roi.meaning.providers import Providers
    from importers.dora_roi.meaning.register import Register, Said

ROLES: Final = {"c0130": "country of provision", "c0150": "country of storage", "c0160": "country of processing"}
"""The columns of B_02.02 that name countries, and the requirement that each role is."""

_PROVISION, _PROCESSING = (templates()["B_02.02"].at[column] for column in ("c0130", "c0160"))
RELIANCE, SENSITIVITY = "ZZ:ZZ91", "ZZ:ZZ92"


@dataclass(frozen=True, slots=True)
class Use:
    """A function's use of a service: by whom, since when and until when by each row, and the first of these."""

    lei: str
    record: str
    periods: set[tuple[str, str]]


@dataclass(slots=True)
class Service:
    """One service, as all rows together say it.

    Attributes
    ----------
    uses : dict
        By function.
    places : dict of dict
        By role: each country, and the record that names it.
    assessed : Said or None
        Its row of B_07.01.

    """

    id: str
    contract: str
    provider: str
    type: str
    provider_id: str
    provider_name: str
    record: str
    uses: dict[str, Use] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    reliance: set[str] = field(default_factory=set)
    sensitivity: set[str] = field(default_factory=set)
    assessed: Said | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """All services of a register.

    Attributes
    ----------
    found : dict
        By the key of the contract, the key of the provider, and the type.
    functions : dict
        Those of B_06.01, by id.
    contracts : dict
        The same by the key of the contract.

    """

    register: Register
    providers: Providers
    found: dict[tuple[str, str, str], Service] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)

    contracts: dict[str, list[Service]] = field(default_factory=dict)

    def of_contract(self, contract: str) -> list[Service]:
        """Return the services of a contract."""
        return self.contracts.get(contract, [])

    def service(self, contract: str, provider: str, kind: str, row: Said) -> Service:
        """Return a service, made from this row if it is new."""
        known_by = (key(contract), key(provider), kind)
        known = self.found.get(known_by)
        if known:
            return known
        party = self.providers.id_of(provider, row.record, row.template, row.line)
        which = "/".join(map(part, (contract, self.providers.part_of(provider), kind)))
        made = Service(
            id=mint("service", f"{self.register.key}/{which}"),
            contract=contract,
            provider=provider,
            type=kind,
            provider_id=party,
            provider_name=self.providers.name_of(provider),
            record=row.record,
        )
        self.found[known_by] = made
        self.contracts.setdefault(known_by[0], []).append(made)
        return made


def services_of(register: Register, providers: Providers) -> Services:
    """Return the services of a register."""
    services = Services(register, providers, functions=functions_of(register))
    known: dict[tuple[str, ...], Service] = {}
    for row in register.rows("B_02.02"):
        # Rows of one use that differ in their countries alone, which are most, say nothing else that is new.
        cells = row.written.cells
        but_places = cells[:_PROVISION] + cells[_PROCESSING + 1 :]
        service = known.get(but_places)
        if service is None and row["c0010"] and row["c0030"]:
            service = services.service(row["c0010"], row["c0030"], member(row["c0060"]), row)
            known[but_places] = service
            _take_use(service, row)
        if service is not None:
            _take_places(service, row)
    for row, contract, provider, kind in _mentioned(register):
        service = services.service(contract, provider, kind, row)
        if row.template == "B_07.01":
            service.assessed = service.assessed or row
    return services


def _mentioned(register: Register) -> Iterator[tuple[Said, str, str, str]]:
    """Yield the services that rows beside B_02.02 speak of: direct ones, by rank 1 of the chain, and assessed ones."""
    for row in register.rows("B_05.02"):
        if row["c0050"] in ("1", "01") and row["c0010"] and row["c0030"]:
            yield row, row["c0010"], row["c0030"], member(row["c0020"])
    for row in register.rows("B_07.01"):
        if row["c0010"] and row["c0020"]:
            yield row, row["c0010"], row["c0020"], member(row["c0040"])


def _take_use(service: Service, row: Said) -> None:
    if row["c0020"] and row["c0050"]:
        function = function_id(row["c0020"], row["c0050"])
        use = service.uses.get(function)
        if use is None:
            use = service.uses[function] = Use(row["c0020"], row.record, set())
        use.periods.add((day(row["c0070"]), day(row["c0080"])))
    if row["c0180"]:
        service.reliance.add(label(RELIANCE, row["c0180"]))
    if row["c0170"]:
        service.sensitivity.add(label(SENSITIVITY, row["c0170"]))


def _take_places(service: Service, row: Said) -> None:
    for column, role in ROLES.items():
        where = place(row[column])
        if where and where not in service.places.setdefault(role, {}):
            service.places[role][where] = row.record

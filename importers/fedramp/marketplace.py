"""The file of the marketplace, as products, agencies and who uses what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError, MissingPathError
from depgraph.model import Finding, Level
from importers.documents import read_document
from importers.faults import findings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import TypeVar

    from depgraph.ports import Given
    from importers.entries import Entry

    T = TypeVar("T")

FILE: Final = "data.json"
MODELS: Final = ("IaaS", "PaaS", "SaaS")

_IGNORED_DATA: Final = {"Metrics", "Filters", "Assessors"}
_IGNORED_PRODUCT: Final = {
    # Contacts: never read.
    *("sales_email", "security_email", "website"),
    # The course of an authorisation.
    *("ready_status", "ready_date", "ip_jab_status", "ip_jab_date", "ip_prog_status", "ip_prog_date", "ip_prog_date2"),
    *("ip_agency_status", "ip_agency_date", "ip_pmo_status", "ip_pmo_date", "auth_date", "auth_type", "fedramp_ready"),
    *("partnering_agency", "fedramp_auth", "annual_assessment", "independent_assessor", "fedramp_msg"),
    # Repeats other keys, or follows from them: `agency_reuse` lists who uses a service that is built on this one.
    *(
        "name",
        "service_offering",
        "impact_level_number",
        "agency_authorizations",
        "agency_reuse",
        "authorization",
        "reuse",
    ),
    # Words for people.
    *("service_desc", "uei", "small_business", "service_last_90", "all_others", "filter_classes"),
}
_IGNORED_AGENCY: Final = {
    *("email", "website", "csp", "sub_id", "authorization", "reuse", "filter_classes"),
    # Always empty; and services under review, which nobody uses yet.
    *("reuses", "procs"),
}
_IGNORED_LISTED: Final = {"csp", "cso", "status", "impact_level", "impact_level_number"}
_IGNORED_ROW: Final = {"ato_date", "auth_date", "exp_date", "assessment_date"}


class Listed(NamedTuple):
    """The id of a product in a list of another record."""

    key: str
    record: str


class Product(NamedTuple):
    """One cloud service offering; `consumers` are the products that build on it."""

    key: str
    provider: str
    name: str
    status: str
    impact_level: str
    deployment_model: str
    models: tuple[str, ...]
    functions: tuple[str, ...]
    consumers: tuple[Listed, ...]
    record: str


class Agency(NamedTuple):
    """One agency (`sub` is empty) or sub-agency; `uses` are the products listed with it."""

    key: str
    parent: str
    sub: str
    uses: tuple[Listed, ...]
    record: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.sub or self.parent

    @property
    def path(self) -> str:
        """What its id is made of: a sub-agency stands under its agency, since its name alone may not be unique."""
        return f"{self.parent}/{self.sub}" if self.sub else self.parent


class Use(NamedTuple):
    """An agency uses a product, according to one record."""

    agency: Agency
    product: Product
    record: str


@dataclass(frozen=True, slots=True)
class Marketplace:
    """All that the file says that matters here, and what is odd or wrong with it.

    Attributes
    ----------
    products : dict
        By id.
    agencies : tuple of Agency
    uses : tuple of Use
        One agency may use one product by several records.

    """

    products: dict[str, Product]
    agencies: tuple[Agency, ...]
    uses: tuple[Use, ...]
    findings: tuple[Finding, ...]


def read_marketplace(path: Path) -> Marketplace:
    """Return the marketplace in a file, or in the ``data.json`` of a folder.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        If it is not a marketplace; what is wrong with one record becomes a finding.

    """
    root = read_document(_file(path))
    data = root.item("data")
    root.close({"meta"})
    findings: list[Finding] = []
    products = {product.key: product for product in _each(data.items("Products"), _product, findings)}
    agencies = tuple(_each(data.items("Agencies"), _agency, findings))
    places = _Places(products, {a.key: a for a in agencies}, {(a.parent, a.sub): a for a in agencies})
    rows = (row for table in ("AtoMapping", "ReuseMapping") for row in data.items(table))
    uses = [use for use in _each(rows, lambda row: _use(row, places, findings), findings) if use]
    data.close(_IGNORED_DATA)
    uses += _unmapped(agencies, products, uses, findings)
    return Marketplace(products, agencies, tuple(uses), tuple(findings))


def stated_date(given: Given) -> str | None:
    """Return the date of the latest change that the files state."""
    return max(read_document(_file(path)).item("meta").date("last_change") for path in given.paths)


def _file(path: Path) -> Path:
    found = path / FILE if path.is_dir() else path
    if not found.is_file():
        raise MissingPathError(f"'{path}' holds no {FILE}: name the marketplace's {FILE}, or its folder")
    return found


def _each(entries: Iterable[Entry], reading: Callable[[Entry], T], findings: list[Finding]) -> Iterator[T]:
    """Yield what each entry reads as; what is wrong with a bad one goes to the findings."""
    for entry in entries:
        try:
            yield reading(entry)
        except InputError as error:
            findings += findings_of(error, entry.record)


def _product(entry: Entry) -> Product:
    product = Product(
        key=entry.text("id"),
        provider=entry.text("csp"),
        name=entry.text("cso"),
        status=entry.text("status"),
        impact_level=entry.text("impact_level"),
        deployment_model=entry.text("deployment_model"),
        models=entry.texts("service_model"),
        functions=entry.filled_texts("business_function"),
        consumers=tuple(_listed(entry, "leveraged_systems")),
        record=entry.record,
    )
    for model in product.models:
        if model not in MODELS:
            raise entry.fault("service_model", f"'{model}' is none of {', '.join(MODELS)}")
    entry.close(_IGNORED_PRODUCT)
    return product


def _agency(entry: Entry) -> Agency:
    agency = Agency(
        key=entry.text("id"),
        parent=entry.text("parent"),
        sub=entry.maybe_text("sub"),
        uses=tuple(_listed(entry, "auths")),
        record=entry.record,
    )
    entry.close(_IGNORED_AGENCY)
    return agency


def _listed(entry: Entry, key: str) -> Iterator[Listed]:
    for item in entry.items(key):
        yield Listed(item.text("id"), item.record)
        item.close(_IGNORED_LISTED)


class _Places(NamedTuple):
    """Where a row finds its product and its agency."""

    products: dict[str, Product]
    agencies: dict[str, Agency]
    by_name: dict[tuple[str, str], Agency]


def _use(row: Entry, places: _Places, findings: list[Finding]) -> Use | None:
    """Return what a row of a mapping says, or nothing if it names what the file does not have."""
    sub_key, whole_key, key = row.maybe_text("sub_id"), row.maybe_text("agency_id"), row.text("id")
    names = (row.maybe_text("parent"), row.maybe_text("sub"))
    row.close(_IGNORED_ROW)
    agency_key = sub_key or whole_key
    agency = places.agencies.get(agency_key) if agency_key else places.by_name.get(names)
    product = places.products.get(key)
    if not agency:
        findings.append(_odd(row.record, "unknown-agency", f"'{agency_key}' is not among the agencies: left out"))
    elif not agency_key:
        findings.append(_odd(row.record, "agency-by-name", f"has no agency id: taken for '{agency.path}' by its name"))
    elif names != (agency.parent, agency.sub):
        called = "/".join(filter(None, names))
        message = f"'{agency_key}' is '{agency.path}' and is called '{called}' here: its id goes first"
        findings.append(_odd(row.record, "agency-name", message))
    if not product:
        findings.append(_odd(row.record, "unknown-service", f"'{key}' is not among the products: left out"))
    return Use(agency, product, row.record) if agency and product else None


def _unmapped(
    agencies: Iterable[Agency], products: dict[str, Product], uses: Iterable[Use], findings: list[Finding]
) -> list[Use]:
    """Return the uses listed with agencies that no row of the mappings has."""
    mapped = {(use.agency.key, use.product.key) for use in uses}
    found = []
    for agency in agencies:
        for key, record in agency.uses:
            if key not in products:
                findings.append(_odd(record, "unknown-service", f"'{key}' is not among the products: left out"))
            elif (agency.key, key) not in mapped:
                found.append(Use(agency, products[key], record))
    return found


def _odd(record: str, code: str, message: str) -> Finding:
    return Finding(Level.WARNING, code, record, "", message)

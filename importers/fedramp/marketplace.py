"""The file of the marketplace, as products, agencies and who uses what.

Its keys change from year to year. Of a product and an agency only what says which one it is must be there; what else is
not stated stays unknown, and a key that is not known is remarked on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from depgraph.errors import MissingPathError, UsageError
from depgraph.model import Finding, Level
from importers.fedramp.mappings import read_uses
from importers.fedramp.records import Agency, Listed, Product, Use
from importers.readers.documents import read_document
from importers.readers.faults import R, fault, read_each
from importers.readers.remarks import Remarks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from depgraph.ports import Given
    from importers.readers.record import Record

FILE: Final = "data.json"
MODELS: Final = ("IaaS", "PaaS", "SaaS")

_IGNORED_DATA: Final = {"Metrics", "Filters", "Assessors"}
_IGNORED_META: Final = {"produced_by"}
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
    *("service_desc", "logo", "uei", "small_business", "service_last_90", "all_others", "filter_classes"),
}
_IGNORED_AGENCY: Final = {
    *("email", "website", "logo", "csp", "sub_id", "authorization", "reuse", "filter_classes"),
    # Always empty; and services under review, which nobody uses yet.
    *("reuses", "procs"),
}
_IGNORED_LISTED: Final = {"csp", "cso", "status", "impact_level", "impact_level_number"}


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


def read_marketplace(path: Path, ignore: Collection[str] = ()) -> Marketplace:
    """Return the marketplace in a file, or in the ``data.json`` of a folder.

    Parameters
    ----------
    ignore : collection of str
        Keys that are foreign to the format.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        If it is not a marketplace; what is wrong with one record becomes a finding.

    """
    remarks = Remarks(ignore)
    root = read_document(_file(path), remarks)
    data = root.item("data")
    findings: list[Finding] = []
    if not _changed(root):
        message = "does not say when it was changed: say it with --retrieved DATE"
        findings.append(Finding(Level.WARNING, "no-date", root.record, "meta", message))
    root.close()
    products: dict[str, Product] = {}
    for product in read_each(data.items("Products"), lambda entry: _product(entry, findings), findings):
        _keep(products, product.key, product, findings)
    agencies: dict[str, Agency] = {}
    for agency in read_each(data.items("Agencies"), lambda entry: _agency(entry, findings), findings):
        _keep(agencies, agency.key, agency, findings)
    uses = tuple(read_uses(data, products, agencies, findings))
    data.close(_IGNORED_DATA)
    return Marketplace(products, tuple(agencies.values()), uses, (*findings, *remarks.findings()))


def stated_date(given: Given) -> str | None:
    """Return the date of the latest change that the snapshot states, or None."""
    return _changed(read_document(_file(the_one(given))))


def the_one(given: Given) -> Path:
    """Return the path that was given, or raise `UsageError` if it is more than one: two snapshots are no third one."""
    path, *others = given.paths
    if others:
        raise UsageError(f"'{path}' and '{others[0]}' are two snapshots: import one at a time")
    return path


def _changed(root: Record) -> str | None:
    meta = root.maybe_item("meta")
    if meta is None:
        return None
    changed = meta.maybe_date("last_change")
    meta.close(_IGNORED_META)
    return changed


def _file(path: Path) -> Path:
    found = path / FILE if path.is_dir() else path
    if not found.is_file():
        raise MissingPathError(f"'{path}' holds no {FILE}: name the marketplace's {FILE}, or its folder")
    return found


def _keep(kept: dict[str, R], key: str, record: R, findings: list[Finding]) -> None:
    """Keep a record by its key; a second one of the same key is bad, since nobody knows which of them is meant."""
    first = kept.setdefault(key, record)
    if first is not record:
        message = f"'{key}' is the id of {first.record} already"
        findings += fault(f"{record.record}/id", "id", message, "duplicate-id").findings


def _product(entry: Record, findings: list[Finding]) -> Product:
    product = Product(
        key=entry.identifier("id"),
        provider=entry.maybe_text("csp"),
        name=entry.maybe_text("cso"),
        status=entry.maybe_text("status"),
        impact_level=entry.maybe_text("impact_level"),
        deployment_model=entry.maybe_text("deployment_model"),
        models=tuple(_models(entry)),
        functions=entry.maybe_texts("business_function"),
        consumers=tuple(read_each(entry.maybe_items("leveraged_systems"), _listed, findings)),
        record=entry.record,
    )
    entry.close(_IGNORED_PRODUCT)
    return product


def _models(entry: Record) -> Iterator[str]:
    for model in entry.maybe_texts("service_model"):
        if model in MODELS:
            yield model
        else:
            entry.not_read("service_model", f"'{model}' is none of {', '.join(MODELS)}")


def _agency(entry: Record, findings: list[Finding]) -> Agency:
    agency = Agency(
        key=entry.identifier("id"),
        parent=entry.text("parent"),
        sub=entry.maybe_text("sub"),
        uses=tuple(read_each(entry.maybe_items("auths"), _listed, findings)),
        record=entry.record,
    )
    entry.close(_IGNORED_AGENCY)
    return agency


def _listed(entry: Record) -> Listed:
    listed = Listed(entry.identifier("id"), entry.record)
    entry.close(_IGNORED_LISTED)
    return listed

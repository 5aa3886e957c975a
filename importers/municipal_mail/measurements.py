"""The files of the measurement, as one record per municipality.

Three files per country: the summary (who, and what DNS says of the domain), the cache (by domain: the answers of DNS,
the resolved SPF chain, the networks of the mail servers, and when it was measured) and the list of municipalities that
the measurement began with. Where there is a summary, the list is compared with it, and without the cache nothing is
known of what stands behind a sender. Early measurements have no summary: list and cache say as much together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.model import Finding, Level
from importers.internet.hosts import hostname
from importers.municipal_mail.answers import Answers, no_answers, read_answers
from importers.municipal_mail.published import CACHE, LIST, SUMMARY, find_published
from importers.readers.documents import read_document, read_records
from importers.readers.faults import fault, read_each
from importers.readers.record import pointer
from importers.readers.remarks import Remarks
from importers.readers.values import country, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from depgraph.ports import Given
    from importers.municipal_mail.published import Published
    from importers.readers.record import Record

_SUMMARY_IGNORED: Final = {
    # What the measurement concludes, from the same records.
    *("provider", "reason", "isp_name", "gateway", "mx_countries", "has_mx", "jurisdiction"),
    # Proofs that somebody once had an account, not that it is used; what a server says of itself.
    *("txt_verifications", "tenant", "smtp_software"),
    *("district", "osm_relation_id"),
}
_CACHE_IGNORED: Final = {
    # Repeated in the summary, where there is one.
    *("mx", "spf", "autodiscover", "dkim"),
    *("tenant", "txt_verifications", "mx_countries", "mx_cnames"),
}
_LIST_IGNORED: Final = {"osm_relation_id"}
_END: Final = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


class Municipality(NamedTuple):
    """One municipality and what DNS says of its domain.

    Attributes
    ----------
    code : str
        Of the statistical office: ``NL-0014`` (CBS), ``BE-11001`` (NIS).
    domain : str
        Of its mail; empty if none is known.
    country, region : str
        Empty if not known.
    population : int or None
    record : str
        That names it.
    shared : bool
        Whether others have the same domain, or it is a supplier's: then it does not say which municipality this is.

    """

    code: str
    name: str
    country: str
    region: str
    domain: str
    population: int | None
    answers: Answers
    record: str
    shared: bool = False


class Lookup(NamedTuple):
    """What was found behind the records of a domain, and when (seconds since 1970), if that is known."""

    resolved: str
    networks: tuple[int, ...]
    time: int | None
    record: str


class Measurements(NamedTuple):
    """All that the files say: municipalities, and lookups by domain."""

    municipalities: tuple[Municipality, ...]
    lookups: Mapping[str, Lookup]
    findings: tuple[Finding, ...]


def read_measurements(given: Given) -> Measurements:
    """Return what the files say; what is wrong with one municipality becomes a finding.

    Raises
    ------
    MissingPathError, UsageError
        As `find_published`.
    InputError
        If a file has not the form of its kind, or says nothing.

    """
    remarks = {kind: Remarks(given.ignore) for kind in (SUMMARY, CACHE, LIST)}
    findings: list[Finding] = []
    lookups: dict[str, Lookup] = {}
    measured: list[Municipality] = []
    compared: list[Published] = []
    for files in find_published(given.paths):
        cached = _cached(files.get(CACHE), remarks[CACHE])
        _add(lookups, cached)
        if SUMMARY in files or CACHE not in files:
            measured += read_each(_entries(files.get(SUMMARY), remarks[SUMMARY]), _summarised, findings)
            compared += [files[LIST]] if LIST in files else []
        else:
            measured += read_each(_entries(files.get(LIST), remarks[LIST]), partial(_listed, cached=cached), findings)
    municipalities = _distinct(measured, findings)
    findings += _lookups_amiss(municipalities.values(), lookups) if lookups else ()
    for file in compared:
        rows = _entries(file, remarks[LIST])
        for amiss in read_each(rows, lambda row: tuple(_row_amiss(row, municipalities)), findings):
            findings += amiss
    odd = [finding for of_kind in remarks.values() for finding in of_kind.findings()]
    return Measurements(tuple(municipalities.values()), lookups, (*findings, *odd))


def stated_date(given: Given) -> str | None:
    """Return the day of the last lookup, in UTC."""
    times = [found.time for found in read_measurements(given).lookups.values() if found.time is not None]
    return datetime.fromtimestamp(max(times), UTC).date().isoformat() if times else None


def _entries(file: Published | None, remarks: Remarks) -> tuple[Record, ...]:
    return read_records(file.path, remarks, name=file.label) if file else ()


def _cached(file: Published | None, remarks: Remarks) -> dict[str, Record]:
    if file is None:
        return {}
    return {domain.lower(): entry for domain, entry in read_document(file.path, remarks, name=file.label).members()}


def _add(lookups: dict[str, Lookup], cached: Mapping[str, Record]) -> None:
    """Add the lookups of a cache; of a domain that two caches have, the later one is kept."""
    for domain, entry in cached.items():
        lookup = _lookup(entry)
        if domain not in lookups or (lookup.time or 0) > (lookups[domain].time or 0):
            lookups[domain] = lookup


def _lookup(entry: Record) -> Lookup:
    time = entry.maybe_whole("ts")
    if time is not None and not 0 <= time <= _END:
        entry.not_read("ts", f"{time} is no time in seconds since 1970")
        time = None
    lookup = Lookup(entry.maybe_text("spf_resolved"), entry.maybe_wholes("mx_asns"), time, entry.record)
    entry.close(_CACHE_IGNORED)
    return lookup


def _summarised(entry: Record) -> Municipality:
    """Return a municipality from its entry in a summary, which has the answers too."""
    municipality = _municipality(entry, "bfs", "canton", read_answers(entry))
    entry.close(_SUMMARY_IGNORED)
    return municipality


def _listed(row: Record, cached: Mapping[str, Record]) -> Municipality:
    """Return a municipality from its row in a list, with the answers in the cache for the domain that stands there."""
    answering = cached.get(row.maybe_text("domain").lower())
    answers = no_answers(row.record) if answering is None else read_answers(answering)
    municipality = _municipality(row, "id", "region", answers)
    row.close(_LIST_IGNORED)
    return municipality


def _municipality(entry: Record, code: str, region: str, answers: Answers) -> Municipality:
    key = entry.identifier(code)
    return Municipality(
        code=key,
        name=entry.maybe_text("name") or key,
        country=_country(entry),
        region=entry.maybe_text(region),
        domain=_domain(entry),
        population=_population(entry),
        answers=answers,
        record=entry.record,
    )


def _country(entry: Record) -> str:
    written = entry.maybe_text("country")
    try:
        return country(written) if written else ""
    except ValueError as error:
        entry.not_read("country", str(error))
        return ""


def _domain(entry: Record) -> str:
    written = entry.maybe_text("domain")
    domain = hostname(written)
    if written and not domain:
        entry.not_read("domain", f"{shown(written)} is no domain")
    return domain


def _population(entry: Record) -> int | None:
    people = entry.maybe_whole("population")
    if people is not None and people < 0:
        entry.not_read("population", f"{people} is no number of people")
        return None
    return people


def _distinct(found: Iterable[Municipality], findings: list[Finding]) -> dict[str, Municipality]:
    """Return municipalities by code; a second one of the same code is bad: nobody knows which of them is meant."""
    distinct: dict[str, Municipality] = {}
    for municipality in found:
        first = distinct.setdefault(municipality.code, municipality)
        if first is not municipality:
            message = f"'{municipality.code}' is the code of {first.record} already"
            findings += fault(municipality.record, "", message, "duplicate-id").findings
    return distinct


def _lookups_amiss(listed: Iterable[Municipality], lookups: Mapping[str, Lookup]) -> list[Finding]:
    domains = {found.domain: found for found in listed}
    missing = [
        Finding(Level.NOTE, "no-lookup", found.record, "domain", f"'{domain}' was not looked up further")
        for domain, found in domains.items()
        if domain and domain not in lookups
    ]
    return missing + [
        Finding(
            Level.NOTE, "no-municipality", lookup.record, "", f"'{domain}' is the domain of no municipality: left out"
        )
        for domain, lookup in lookups.items()
        if domain not in domains
    ]


def _row_amiss(row: Record, listed: Mapping[str, Municipality]) -> Iterator[Finding]:
    """Yield where a row of a list differs from the summary."""
    code, domain, name = row.identifier("id"), _domain(row), row.maybe_text("name")
    described = (name, _population(row), row.maybe_text("region"))
    row.close({*_LIST_IGNORED, "country"})
    kept = listed.get(code)
    if kept is None:
        yield _note(row, "not-measured", f"'{code}' ({name}) is in no summary: left out")
        return
    if described != (kept.name, kept.population, kept.region):
        yield _note(row, "list-differs", f"'{code}' is described otherwise in {kept.record}, which is kept")
    if domain != kept.domain:
        yield _note(row, "other-domain", f"'{domain}' became '{kept.domain}' in the measurement")


def _note(entry: Record, code: str, message: str) -> Finding:
    return Finding(Level.NOTE, code, entry.record, "", message)


def place(record: str, *keys: str) -> str:
    """Return the record of a value within a record."""
    return "/".join((record, *(pointer(key) for key in keys)))

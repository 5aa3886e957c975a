"""The files of the measurement, as one record per municipality.

Three files per country: ``summary_nl.json`` (who, and what DNS says of the domain), ``dns_cache_nl.json`` (by domain:
the resolved SPF chain, the networks of the mail servers, and when it was measured) and ``municipalities_nl.json`` (the
list that the measurement began with). The first is needed; without the second nothing is known of what stands behind a
sender; the third is compared with the first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError, MissingPathError
from depgraph.model import Finding, Level
from importers.documents import read_document, read_entries
from importers.entries import pointer
from importers.faults import findings_of
from importers.values import country

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import TypeVar

    from depgraph.ports import Given
    from importers.entries import Entry

    T = TypeVar("T")

SUMMARY, CACHE, LIST = "summary", "dns_cache", "municipalities"

_NAME: Final = re.compile(rf"({SUMMARY}|{CACHE}|{LIST})_(\w+)\.json")
_SUMMARY_IGNORED: Final = {
    # What the measurement concludes, from the same records.
    *("provider", "reason", "isp_name", "gateway", "mx_countries", "has_mx"),
    # Proofs that somebody once had an account, not that it is used.
    *("txt_verifications", "tenant"),
    *("district", "osm_relation_id"),
}
_CACHE_IGNORED: Final = {
    # Repeated in the summary.
    *("mx", "spf", "autodiscover", "dkim", "tenant", "txt_verifications"),
    *("mx_countries", "mx_cnames"),
}


class Municipality(NamedTuple):
    """One municipality and what DNS says of its domain.

    Attributes
    ----------
    code : str
        Of the statistical office: ``NL-0014`` (CBS), ``BE-11001`` (NIS).
    domain : str
        Of its mail; empty if none is known.
    population : int or None
    mx : tuple of str
        Mail servers that receive for the domain.
    spf : str
        Its policy on who sends for it; empty if none.
    autodiscover, autodiscover_srv : str
        Where mail programmes find the mailboxes, by alias and by service record.
    dkim : tuple of str
        To whom the keys that sign its mail are delegated.
    record : str
        Of the summary.

    """

    code: str
    name: str
    country: str
    region: str
    domain: str
    population: int | None
    mx: tuple[str, ...]
    spf: str
    autodiscover: str
    autodiscover_srv: str
    dkim: tuple[str, ...]
    record: str


class Lookup(NamedTuple):
    """What was found behind the records of a domain, and when (seconds since 1970)."""

    resolved: str
    networks: tuple[int, ...]
    time: int
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
    MissingPathError
        If no summary is among the files.
    InputError
        If a file has not the form of its kind.

    """
    files = _files(given.paths)
    findings: list[Finding] = []
    lookups: dict[str, Lookup] = {}
    for path in files[CACHE]:
        for domain, entry in read_document(path).members():
            found = _tried(entry, _lookup, findings)
            if found:
                lookups[domain] = found
    listed: list[Municipality] = []
    for path in files[SUMMARY]:
        for entry in read_entries(path):
            municipality = _tried(entry, _municipality, findings)
            if municipality:
                listed.append(municipality)
    findings += _lookups_amiss(listed, lookups) if files[CACHE] else ()
    for path in files[LIST]:
        findings += _list_amiss(read_entries(path), {found.code: found for found in listed})
    return Measurements(tuple(listed), lookups, tuple(findings))


def stated_date(given: Given) -> str | None:
    """Return the day of the last lookup, in UTC."""
    times = [found.time for found in read_measurements(given).lookups.values()]
    return datetime.fromtimestamp(max(times), UTC).date().isoformat() if times else None


def _files(paths: Iterable[Path]) -> dict[str, list[Path]]:
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        for file in inside:
            match = _NAME.fullmatch(file.name)
            if match:
                found[match[1]].append(file)
            elif file is path:
                names = ", ".join(f"{kind}_nl.json" for kind in (SUMMARY, CACHE, LIST))
                raise MissingPathError(f"'{path}' is no file of the measurement: these are called {names}")
    if not found[SUMMARY]:
        raise MissingPathError(f"no {SUMMARY}_XX.json among what was given: the municipalities stand there")
    return found


def _tried(entry: Entry, reading: Callable[[Entry], T], findings: list[Finding]) -> T | None:
    try:
        return reading(entry)
    except InputError as error:
        findings += findings_of(error, entry.record)
        return None


def _municipality(entry: Entry) -> Municipality:
    discovered = entry.maybe_item("autodiscover")
    keys = entry.maybe_item("dkim")
    municipality = Municipality(
        code=entry.text("bfs"),
        name=entry.text("name"),
        country=_country(entry),
        region=entry.maybe_text("canton"),
        domain=entry.maybe_text("domain").lower(),
        population=entry.maybe_whole("population"),
        mx=tuple(dict.fromkeys(host.lower() for host in entry.maybe_texts("mx"))),
        spf=entry.maybe_text("spf"),
        autodiscover=discovered.maybe_text("autodiscover_cname").lower() if discovered else "",
        autodiscover_srv=discovered.maybe_text("autodiscover_srv").lower() if discovered else "",
        dkim=_values(keys) if keys else (),
        record=entry.record,
    )
    if discovered:
        discovered.close()
    entry.close(_SUMMARY_IGNORED)
    return municipality


def _values(entry: Entry) -> tuple[str, ...]:
    keys = entry.keys()
    return tuple(sorted({entry.text(key).lower() for key in keys}))


def _country(entry: Entry) -> str:
    try:
        return country(entry.text("country"))
    except ValueError as error:
        raise entry.fault("country", str(error)) from None


def _lookup(entry: Entry) -> Lookup:
    lookup = Lookup(
        resolved=entry.maybe_text("spf_resolved"),
        networks=entry.wholes("mx_asns"),
        time=entry.whole("ts"),
        record=entry.record,
    )
    entry.close(_CACHE_IGNORED)
    return lookup


def _lookups_amiss(listed: Iterable[Municipality], lookups: Mapping[str, Lookup]) -> list[Finding]:
    domains = {found.domain for found in listed}
    missing = [
        Finding(Level.NOTE, "no-lookup", found.record, "domain", f"'{found.domain}' was not looked up further")
        for found in listed
        if found.domain and found.domain not in lookups
    ]
    return missing + [
        Finding(
            Level.NOTE, "no-municipality", lookup.record, "", f"'{domain}' is the domain of no municipality: left out"
        )
        for domain, lookup in lookups.items()
        if domain not in domains
    ]


def _list_amiss(entries: Iterable[Entry], listed: Mapping[str, Municipality]) -> list[Finding]:
    findings: list[Finding] = []
    for entry in entries:
        code, domain = entry.text("id"), entry.maybe_text("domain").lower()
        name, population, region = entry.text("name"), entry.maybe_whole("population"), entry.maybe_text("region")
        entry.close({"country", "osm_relation_id"})
        found = listed.get(code)
        if found is None:
            findings.append(_note(entry, "not-measured", f"'{code}' ({name}) is in no summary: left out"))
            continue
        if (name, population, region) != (found.name, found.population, found.region):
            findings.append(
                _note(entry, "list-differs", f"'{code}' is described otherwise in {found.record}, which is kept")
            )
        if domain != found.domain:
            findings.append(_note(entry, "other-domain", f"'{domain}' became '{found.domain}' in the measurement"))
    return findings


def _note(entry: Entry, code: str, message: str) -> Finding:
    return Finding(Level.NOTE, code, entry.record, "", message)


def place(record: str, *keys: str) -> str:
    """Return the record of a value within a record."""
    return "/".join((record, *(pointer(key) for key in keys)))

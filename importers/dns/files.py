"""The files that were given: of what form each is, its content shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from depgraph.model import Finding, Level
from importers.dns.answers import Answer
from importers.dns.domains import Domain, read_domains
from importers.dns.tools import read_json_lines, read_plain_table
from importers.dns.zone import read_zone
from importers.internet.hosts import hostname
from importers.readers.encoding import lines
from importers.readers.faults import fault
from importers.readers.files import File, find_files, in_turn
from importers.readers.remarks import Remarks
from importers.readers.separated import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from depgraph.ports import Given

_TIME: Final = re.compile(r'"timestamp":\s*"?([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{9,12})(?=["T, }])')
_HEAD: Final = 1 << 16
"""Bytes in which the first line that says something must stand."""


@dataclass(slots=True)
class Found:
    """All that the files say.

    Attributes
    ----------
    answers : dict
        By name, then by type, in the order of the files.
    types : set of str
        The types of which there is any record.
    domains : list of Domain
        Whose domains they are, where a list says so.
    findings : list of Finding
    silent : dict
        Names about which a question had no answer: what was asked and said, and where.

    """

    answers: dict[str, dict[str, list[Answer]]] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    domains: list[Domain] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    silent: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, answer: Answer) -> None:
        """Keep a record, once."""
        kept = self.answers.setdefault(answer.name, {}).setdefault(answer.type, [])
        if all(answer.value != other.value for other in kept):
            kept.append(answer)
            self.types.add(answer.type)

    def of(self, name: str, type_: str) -> list[Answer]:
        """Return the records of a name."""
        return self.answers.get(name, {}).get(type_, [])

    def unanswered(self, name: str, type_: str, status: str, record: str) -> None:
        """Keep that a question had no answer: nobody knows whether there is one."""
        if host := hostname(name):
            self.silent.setdefault(host, (f"{type_} {status}".strip(), record))


def read_files(given: Given) -> Found:
    """Return what the files say; what is wrong with one record is a finding.

    Raises
    ------
    MissingPathError
        If a path is not there.
    InputError
        If a file is of no form that is known, or no more of it can be read.

    """
    observed = Found()
    remarks = Remarks(given.ignore)
    files = find_files(given.paths)
    for file in in_turn(files):
        for each in _read(file, given, remarks, observed):
            if isinstance(each, Answer):
                observed.add(each)
            elif isinstance(each, Domain):
                observed.domains.append(each)
            else:
                observed.findings.append(each)
    if not observed.answers and not any(finding.level is Level.ERROR for finding in observed.findings):
        label = files[0].label if files else "."
        raise fault(label, "", "no record of DNS is there", "no-data")
    observed.findings += remarks.findings()
    return observed


def stated_date(given: Given) -> str | None:
    """Return the last day on which DNS was asked, as tools write it beside each answer, or None."""
    latest = ""
    for file in in_turn(find_files(given.paths)):
        if not _first_line(file).startswith("{"):
            continue
        with file.open() as stream:
            for line in lines(stream, file.label):
                latest = max(latest, *map(_day, _TIME.findall(line)), "")
    return latest or None


def _day(written: str) -> str:
    """Return the day of a time, which is seconds since 1970 or begins with a date; an empty text if it is neither."""
    if not written.isdecimal():
        return written[:10]
    try:
        return datetime.fromtimestamp(int(written), UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return ""


def _read(file: File, given: Given, remarks: Remarks, found: Found) -> Iterator[Answer | Domain | Finding]:
    first = _first_line(file)
    if first.startswith("{"):
        with file.open() as stream:
            yield from read_json_lines(lines(stream, file.label), file.label, remarks, found)
        return
    columns = {cell.strip().strip('"').lower() for cell in first.replace(";", ",").split(",")}
    with file.open() as stream:
        if {"domain", "organisation"} <= columns:
            yield from read_domains(read_table(stream, file.label, given.ignore))
        elif {"domain", "type", "value"} <= columns:
            yield from read_plain_table(read_table(stream, file.label, given.ignore))
        else:
            yield from _zone(stream, file.label, first)


def _zone(stream: BinaryIO, label: str, first: str) -> Iterator[Answer | Finding]:
    if first.startswith(("[", "<")) or "," in first.partition(";")[0]:
        raise fault(
            f"{label}:1",
            "",
            "is of no form that is known: a zone, dig, massdns, zdns, dnsx, a table domain,type,value, or a list of"
            " domains with the columns domain and organisation",
            "bad-form",
        )
    yield from read_zone(lines(stream, label), label)


def _first_line(file: File) -> str:
    """Return the first line that is neither blank nor a comment of a zone, at its beginning."""
    with file.open() as stream:
        head = stream.read(_HEAD).decode("utf-8-sig", errors="replace")
    return next((line.strip() for line in head.splitlines() if line.strip() and not line.startswith(";")), "")

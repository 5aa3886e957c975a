"""The small files of a package: its parameters, its filing indicators, and the module that its report names."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from importers.dora_roi.filing import Breach
from importers.dora_roi.packages import REPORTS
from importers.readers.documents import parse_document
from importers.readers.encoding import lines

if TYPE_CHECKING:
    from importers.dora_roi.packages import Package
    from importers.readers.files import File

PARAMETERS: Final = "parameters.csv"
INDICATORS: Final = "FilingIndicators.csv"
REPORT: Final = "report.json"

_MOST: Final = 10_000
"""Rows that a file of parameters or indicators may have."""

_LONGEST: Final = 1 << 20
"""Bytes that a report.json may have."""


def read_pairs(package: Package, name: str, header: str, breaches: list[Breach]) -> dict[str, str]:
    """Return what a file of two columns says; that it is there and that its rows are plain are rules."""
    file = _file(package, name, breaches)
    if file is None:
        return {}
    heads, wrong = ("723", "723") if name == PARAMETERS else ("702", "702")
    pairs: dict[str, str] = {}
    try:
        with file.open() as stream:
            rows = [row for row in csv.reader(lines(stream, file.label)) if any(map(str.strip, row))][:_MOST]
    except (InputError, csv.Error) as error:
        breaches.append(unread(error, file.label))
        return {}
    if not rows:
        breaches.append(Breach("701", file.label, "", "is empty: it must hold a header and rows"))
        return {}
    if ",".join(rows[0]) != header:
        breaches.append(Breach(heads, f"{file.label}:1", "", f"the header is '{','.join(rows[0])}': write '{header}'"))
    for number, row in enumerate(rows[1:], 2):
        record = f"{file.label}:{number}"
        key = row[0].strip()
        if len(row) == 1 and name == INDICATORS:
            breaches.append(Breach("705", record, "reported", f"{key} is neither true nor false: write true"))
            pairs.setdefault(key, "")
        elif len(row) != 2:
            breaches.append(Breach(wrong, record, "", f"has {len(row)} cells: write two, '{header}'"))
        elif key in pairs:
            rule = "703" if name == INDICATORS else "723"
            breaches.append(Breach(rule, record, "", f"{key} is there already: leave one row"))
        else:
            pairs[key] = row[1].strip()
    return pairs


def read_extends(package: Package, breaches: list[Breach]) -> tuple[str, ...]:
    """Return the module files that the report extends."""
    file = _file(package, REPORT, breaches)
    if file is None:
        return ()
    with file.open() as stream:
        content = stream.read(_LONGEST)
    if not content.strip():
        breaches.append(Breach("701", file.label, "", "is empty: it must name the module"))
        return ()
    try:
        info = parse_document(content, file.label).maybe_item("documentInfo")
        return info.maybe_texts("extends") if info else ()
    except InputError as error:
        breaches.append(Breach("505", file.label, "", f"names no module, since it cannot be read: {error}"))
        return ()


def _file(package: Package, name: str, breaches: list[Breach]) -> File | None:
    """Return a file that must be there; one in other letters is read, and breaks the rule all the same."""
    exact = package.files.get(f"{REPORTS}/{name}")
    if exact:
        return exact
    other = {found.lower(): file for found, file in package.files.items()}.get(f"{REPORTS}/{name}".lower())
    place = f"{package.label}/{REPORTS}/{name}" if package.label else f"{REPORTS}/{name}"
    message = f"is called {other.label}" if other else "is not there"
    breaches.append(Breach("701", place, "", f"{message}: the package must have {REPORTS}/{name}"))
    return other


def unread(error: InputError | csv.Error, label: str) -> Breach:
    """Return the rule that a file breaks that cannot be read: its encoding, or its form."""
    if isinstance(error, InputError) and error.findings:
        finding = error.findings[0]
        rule = "306" if finding.code == "bad-encoding" else "809"
        return Breach(rule, finding.record, "", finding.message)
    return Breach("809", label, "", f"is no CSV that can be read: {error}")

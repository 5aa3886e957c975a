"""Importing what the world publishes, beside what parsing the same bytes alone takes, and the peak memory of both.

- Golden copies of GLEIF's level 1, of which a store knows one entity in a thousand, half of these by their number in a
  national register: with as many columns (CSV) or elements (XML) as GLEIF's. Memory that does not grow is the point.
- Notices in eForms, one real notice with other ids in a zip, and OCDS releases in one package.
- Delegations of a national zone: two name servers each, of a hundred suppliers.

``python -m bench.sources`` measures each form and size in a process of its own, by the time of the processor; the peer
is `csv`, `xml.etree` and `json`, or lines that are split, in another process. Ratios compare figures of one run.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import resource
import subprocess
import sys
import zipfile
from collections import deque
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET  # made here, a few lines above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES: Final = {
    "gleif csv": (100_000, 400_000),
    "gleif xml": (25_000, 100_000),
    "eforms": (2_500, 10_000),
    "ocds": (10_000, 40_000),
    "dns": (12_500, 50_000),
}
"""How many records of each form are read: entities, notices, releases, delegations."""

COLUMNS: Final = 338
_KNOWN: Final = 1_000
_NAMED: Final = {
    "LEI": "{lei}",
    "Entity.LegalName": "Example Company Number {at} B.V.",
    "Entity.LegalAddress.FirstAddressLine": "Example street 100, building 5",
    "Entity.LegalAddress.City": "Amsterdam",
    "Entity.LegalAddress.Country": "NL",
    "Entity.RegistrationAuthority.RegistrationAuthorityID": "RA000463",
    "Entity.RegistrationAuthority.RegistrationAuthorityEntityID": "{number}",
    "Entity.LegalJurisdiction": "NL",
    "Entity.EntityCategory": "GENERAL",
    "Entity.EntityStatus": "ACTIVE",
    "Entity.SuccessorEntity.1.SuccessorLEI": "",
    "Registration.LastUpdateDate": "2025-11-20T08:00:00Z",
    "Registration.RegistrationStatus": "ISSUED",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What importing one file took.

    Attributes
    ----------
    cpu_seconds, cpu_seconds_per_100_000 : float
        Of reading, checking and storing in an SQLite file.
    ratio : float
        Times what the peer takes.
    megabytes, megabytes_of_peer : float
        Peak memory of a process.

    """

    form: str
    records: int
    cpu_seconds: float
    cpu_seconds_per_100_000: float
    ratio: float
    megabytes: float
    megabytes_of_peer: float


def lei(at: int) -> str:
    """Return a made-up LEI with right check digits (ISO 7064, MOD 97-10)."""
    body = f"EXAMPLE{at:011d}"
    return f"{body}{98 - int(''.join(str(int(one, 36)) for one in f'{body}00')) % 97:02d}"


def write(path: Path, form: str, records: int) -> None:
    """Write a file of so many records; those of GLEIF and eForms are zipped."""
    if form == "eforms":
        _write_notices(path, records)
        return
    rows = {"gleif csv": _csv, "gleif xml": _xml, "ocds": _releases, "dns": _zone}[form](records)
    if path.suffix != ".zip":
        with path.open("w", encoding="utf-8") as file:
            file.writelines(rows)
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        name = path.name.removesuffix(".zip")
        with archive.open(name, "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8") as file:
            file.writelines(rows)


def _write_notices(path: Path, notices: int) -> None:
    sample = resources.files("data_samples") / "eforms" / "can-standard_2024-100829.xml"
    text = sample.read_text(encoding="utf-8")
    before, key, after = text.partition("<cbc:ContractFolderID>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for at in range(notices):
            archive.writestr(f"{at}.xml", f"{before.replace('</cbc:ID>', f'-{at}</cbc:ID>', 1)}{key}{at}-{after}")


def _releases(releases: int) -> Iterator[str]:
    yield '{"releases": [\n'
    for number in range(releases):
        made = {
            "ocid": f"ocds-x-{number}",
            "id": f"{number}-1",
            "date": "2025-01-10T00:00:00Z",
            "tag": ["award"],
            "buyer": {"id": "B", "name": f"Town {number % 400}"},
            "tender": {
                "id": f"T{number}",
                "description": "x" * 1_000,
                "classification": {"scheme": "CPV", "id": "72000000"},
            },
            "awards": [
                {
                    "id": "1",
                    "status": "active",
                    "suppliers": [{"id": "S", "name": f"Host {number % 977}"}],
                    "value": {"amount": 100_000 + number, "currency": "EUR"},
                    "contractPeriod": {"startDate": "2025-01-01T00:00:00Z", "endDate": "2028-12-31T00:00:00Z"},
                }
            ],
        }
        yield f"{',' if number else ''}{json.dumps(made)}\n"
    yield "]}"


def _zone(delegations: int) -> Iterator[str]:
    yield "$ORIGIN nl.\n$TTL 3600\n@ IN SOA ns1.example. hostmaster.example. 1 7200 3600 1209600 3600\n"
    for at in range(delegations):
        yield f"town{at} IN NS ns1.host{at % 97}.net.\n\tIN NS ns2.host{at % 97 if at % 5 else at % 89}.org.\n"


def _csv(entities: int) -> Iterator[str]:
    more = [f"Entity.OtherAddresses.OtherAddress.{at}" for at in range(COLUMNS - len(_NAMED))]
    yield ",".join(f'"{name}"' for name in (*_NAMED, *more)) + "\n"
    row = ",".join(f'"{value}"' for value in (*_NAMED.values(), *("" for _ in more))) + "\n"
    for at in range(entities):
        yield row.format(lei=lei(at), at=at, number=10_000_000 + at)


def _xml(entities: int) -> Iterator[str]:
    yield '<lei:LEIData xmlns:lei="http://www.gleif.org/data/schema/leidata/2016"><lei:LEIRecords>\n'
    address = "".join(
        f"<lei:{name}>Example</lei:{name}>" for name in ("FirstAddressLine", "City", "Region", "PostalCode")
    )
    address += "<lei:Country>NL</lei:Country>"
    extension = "".join(f"<x{at}>value</x{at}>" for at in range(30))
    record = (
        "<lei:LEIRecord>\n<lei:LEI>{lei}</lei:LEI>\n"
        "<lei:Entity><lei:LegalName>Example Company {at} B.V.</lei:LegalName>\n"
        f"<lei:LegalAddress>{address}</lei:LegalAddress>\n<lei:HeadquartersAddress>{address}</lei:HeadquartersAddress>\n"
        "<lei:RegistrationAuthority><lei:RegistrationAuthorityID>RA000463</lei:RegistrationAuthorityID>\n"
        "<lei:RegistrationAuthorityEntityID>{number}</lei:RegistrationAuthorityEntityID></lei:RegistrationAuthority>\n"
        "<lei:LegalJurisdiction>NL</lei:LegalJurisdiction><lei:EntityCategory>GENERAL</lei:EntityCategory>\n"
        "<lei:EntityStatus>ACTIVE</lei:EntityStatus></lei:Entity><lei:Registration>\n"
        "<lei:LastUpdateDate>2025-11-20T08:00:00Z</lei:LastUpdateDate>\n"
        "<lei:RegistrationStatus>ISSUED</lei:RegistrationStatus></lei:Registration>\n"
        f"<lei:Extension>{extension}</lei:Extension></lei:LEIRecord>\n"
    )
    for at in range(entities):
        yield record.format(lei=lei(at), at=at, number=10_000_000 + at)
    yield "</lei:LEIRecords></lei:LEIData>\n"


def read(path: Path, form: str, records: int) -> tuple[float, float]:
    """Return the seconds of the processor of an import, and the peak megabytes of this process."""
    from depgraph.ports import Given  # noqa: PLC0415  # their memory is of this process only
    from depgraph.stores.sqlite import SqliteStore  # noqa: PLC0415
    from depgraph.usecases.keeping.importing import import_source  # noqa: PLC0415
    from importers import SOURCES  # noqa: PLC0415

    sources = {source.name: source for source in SOURCES}
    store = SqliteStore(path.with_suffix(".sqlite"))
    kept = records
    if form.startswith("gleif"):
        kept = records // _KNOWN
        known = [
            f"lei:{lei(at)}" if at % (2 * _KNOWN) else f"kvk:{10_000_000 + at}" for at in range(0, records, _KNOWN)
        ]
        needs = path.with_name("needs.csv")
        needs.write_text("dependent,provider\n" + "".join(f"Town,{one}\n" for one in known), encoding="utf-8")
        import_source(store, sources["register"], Given((needs,)), today="2026-01-01")
    begin = process_time()
    answer = import_source(store, sources[form.partition(" ")[0]], Given((path,)), today="2026-01-01")
    seconds = process_time() - begin
    store.close()
    assert answer.records >= records
    assert sum(answer.nodes.values()) >= kept
    return seconds, _peak()


def parse(path: Path, form: str, _: int) -> tuple[float, float]:
    """Return what parsing the same bytes takes, and nothing else."""
    peers: dict[str, Callable[[Path], object]] = {
        "gleif csv": lambda path: _of_zip(
            path, lambda raw: deque(csv.reader(io.TextIOWrapper(raw, "utf-8")), maxlen=0)
        ),
        "gleif xml": lambda path: _of_zip(path, _elements),
        "eforms": lambda path: _of_zip(path, ET.parse),
        "ocds": lambda path: json.loads(path.read_bytes()),
        "dns": lambda path: [line.split() for line in path.read_text(encoding="utf-8").splitlines()],
    }
    begin = process_time()
    peers[form](path)
    return process_time() - begin, _peak()


def _of_zip(path: Path, each: Callable[..., object]) -> None:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as raw:
                each(raw)


def _elements(raw: io.BytesIO) -> None:
    for _, element in ET.iterparse(raw):  # noqa: S314  # made here
        if element.tag.endswith("LEIRecord"):
            element.clear()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure() -> list[Reading]:
    """Return what importing each form and size takes, each in a process of its own."""
    found = []
    endings = {"gleif csv": "lei2.csv.zip", "gleif xml": "lei2.xml.zip", "eforms": "eforms.zip", "dns": "nl.zone"}
    for form, sizes in SIZES.items():
        for records in sizes:
            with TemporaryDirectory(prefix="depgraph-bench-") as made:
                path = Path(made) / endings.get(form, f"{form}.json")
                write(path, form, records)
                alone, megabytes_of_peer = _stage("parse", path, form, records)
                seconds, megabytes = _stage("read", path, form, records)
            of_many = seconds / records * 1e5
            found.append(Reading(form, records, seconds, of_many, seconds / alone, megabytes, megabytes_of_peer))
    return found


def _stage(stage: str, path: Path, form: str, records: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.sources", "--stage", stage, "--path", str(path), "--form", form]
    done = subprocess.run([*command, "--records", str(records)], check=True, capture_output=True, text=True)
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def main() -> None:
    """Measure, and print one JSON object; with ``--stage`` one file, in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", choices=("read", "parse"))
    parser.add_argument("--path", type=Path)
    parser.add_argument("--form")
    parser.add_argument("--records", type=int, default=0)
    asked = parser.parse_args()
    if asked.stage:
        stage = read if asked.stage == "read" else parse
        print(json.dumps(stage(asked.path, asked.form, asked.records)))
    else:
        print(json.dumps({"readings": [asdict(reading) for reading in measure()]}, indent=1))


if __name__ == "__main__":
    main()

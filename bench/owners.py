"""Reading GLEIF's level 1, of which a store knows a few entities: seconds a hundred thousand, and peak memory.

A made-up golden copy with as many columns (CSV) or elements (XML) as GLEIF's, zipped; one entity in a thousand is
known, half of these by their number in a national register. ``python -m bench.owners`` measures each form and size in
a process of its own: memory that does not grow with the size is the point.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES: Final = {"csv": (100_000, 400_000), "xml": (25_000, 100_000)}
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
    """What reading one file took; `kept` is how many of its entities were kept."""

    form: str
    entities: int
    kept: int
    cpu_seconds_per_100_000: float
    megabytes: float


def lei(at: int) -> str:
    """Return a made-up LEI with right check digits (ISO 7064, MOD 97-10)."""
    body = f"EXAMPLE{at:011d}"
    return f"{body}{98 - int(''.join(str(int(one, 36)) for one in f'{body}00')) % 97:02d}"


def write(path: Path, form: str, entities: int) -> None:
    """Write a zipped golden copy of level 1."""
    rows = _csv(entities) if form == "csv" else _xml(entities)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        name = path.name.removesuffix(".zip")
        with archive.open(name, "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8") as file:
            file.writelines(rows)


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


def read(path: Path, entities: int) -> tuple[int, float, float]:
    """Return how many entities are kept, the seconds of the processor, and the peak megabytes of this process."""
    from depgraph.ports import Given, Known  # noqa: PLC0415  # their memory is of this process only
    from importers.gleif import SOURCE  # noqa: PLC0415

    known = {f"lei:{lei(at)}" if at % (2 * _KNOWN) else f"kvk:{10_000_000 + at}" for at in range(0, entities, _KNOWN)}
    begin = process_time()
    kept = sum(len(facts.nodes) for facts in SOURCE.read(Given((path,), known=Known(frozenset(known)))))
    return kept, process_time() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure() -> list[Reading]:
    """Return what reading each form and size takes, each in a process of its own."""
    found = []
    with TemporaryDirectory(prefix="depgraph-bench-") as made:
        for form, sizes in SIZES.items():
            for entities in sizes:
                path = Path(made) / f"lei2.{form}.zip"
                write(path, form, entities)
                command = [sys.executable, "-m", "bench.owners", "--read", str(path), "--entities", str(entities)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                kept, seconds, megabytes = json.loads(done.stdout)
                assert kept == entities // _KNOWN
                found.append(Reading(form, entities, kept, seconds / entities * 1e5, megabytes))
    return found


def main() -> None:
    """Measure, and print one JSON object; with ``--read`` one file, in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--read", type=Path)
    parser.add_argument("--entities", type=int, default=0)
    asked = parser.parse_args()
    if asked.read:
        print(json.dumps(read(asked.read, asked.entities)))
    else:
        print(json.dumps({"readings": [asdict(reading) for reading in measure()]}, indent=1))


if __name__ == "__main__":
    main()

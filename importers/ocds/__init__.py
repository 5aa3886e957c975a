"""Open contracting data (OCDS 1.0 and 1.1): who bought which ICT from whom.

Publishers of some fifty countries use the Open Contracting Data Standard. Releases and records are read, bare or in
packages, packages in a list, several documents in one file, and JSON lines; large files one release at a time.

## What becomes what

- A lot that was awarded is a service: `service:` and the id of the process and of the lot, or of the award where the
  process has no lots. A release that was made of a notice in eForms has the ids of that notice: told by both, it is
  there once. Each buyer `uses` it, with its class of the CPV as the type of service.
- The class is that of the lot, of items, or of the tender, the first that is ICT (`importers/procurement/cpv_ict.csv`);
  where none of these is, an additional class. Lots of no ICT class, or of none, are counted and not read; `--all-cpv`
  reads them.
- It is `provided_by` the suppliers of its awards. Of several, of one award or of more, nobody says whether they are
  alternatives: `unknown`. An award without supplier is provided by nobody knows whom.
- Subcontractors of the bids that won stand behind the service of the lot, and behind nothing else: `maybe`.
- The value is `contract_value`, that of the contracts before that of the award. In euros, with the term and one buyer
  known, it is a cost a year. 0 and 1 are no amounts, and of an award of several lots nobody says what each costs.
- Contracts are in force from their begin, else from the day that they were signed, to their stated end. Where none is
  stated they have no end, which is counted, or end after `--assume-years`. A terminated one has ended by the date of
  its release.

## What is ignored, and why

- Awards that are cancelled, unsuccessful or pending, unless a contract of theirs is in force: counted.
- Linked releases: nothing is fetched. `versionedRelease`: it says what `compiledRelease` says.
- Who tendered and did not win, planning, documents, and contact persons.

## Beware

- Notices add up. A release takes the place of one with its id (and ocid) of an earlier import, and of nothing else; the
  same files again are the same import. `--part NAME` names a delivery that the next one of that name replaces whole.
- Releases of one process that are given together are merged by date, as the standard says; what they say is then cited
  at the last of them. Releases of updates that come later, alone, replace what was said of the lots that they name.
- OCDS has no word for a notice of intention (VEAT): where a release was made of one in eForms it looks like an award.
  Those without a call for competition are read as awards and counted; `eforms` tells them apart.
- An identifier without scheme, or with one of another country than its organisation, identifies nobody: the name does.
- A file that is no JSON is told with its line; of JSON lines the others are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.model import Finding
from depgraph.ports import Source
from importers.ocds.awards import read_process
from importers.ocds.gathering import processes
from importers.procurement.deliveries import CAVEAT, part_of
from importers.procurement.meaning import read_all
from importers.readers.remarks import Remarks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.model import Facts
    from depgraph.ports import Given
    from importers.procurement.award import Notice


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each contracting process.

    Raises
    ------
    MissingPathError
        If a path cannot be read.

    """
    remarks = Remarks(given.ignore)
    yield from read_all(_notices(given, remarks), given, remarks)


def _notices(given: Given, remarks: Remarks) -> Iterator[Notice | Finding]:
    for process in processes(given):
        if isinstance(process, Finding):
            yield process
        else:
            yield from read_process(process, remarks)


SOURCE = Source(
    name="ocds",
    title="Procurement notices in the Open Contracting Data Standard",
    publisher="whoever publishes the releases",
    licence="that of the publisher",
    url="https://standard.open-contracting.org",
    formats="releases, records and packages of them in JSON or JSON lines: files, a folder, or a zip",
    read=read,
    part_of=part_of,
    caveat=CAVEAT,
    trust=40,
    notices=True,
    about=__doc__,
)

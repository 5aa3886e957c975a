"""Notices of TED before eForms, 2014 to 2024: who bought which ICT from whom.

Contract award notices and modifications in TED XML R2.0.9 (forms F03, F06, F15, F18, F20 to F23 and F25) and R2.0.8,
one in each file. Newer ones are in eForms: source `eforms`.

## What becomes what

- A lot that was awarded is a service: `service:`, the number of the notice in the Official Journal and that of the lot,
  or 0 where there are no lots. Each buyer `uses` it, also those on whose behalf is bought, with its class of the CPV
  as the type of service: of those of the lot and of the notice the first that is ICT
  (`importers/procurement/cpv_ict.csv`). Other lots are counted and not read; `--all-cpv` reads them.
- It is `provided_by` its contractors. Several, of one contract or of more, in a group or not, are `unknown`: nobody
  says whether they are alternatives. One that is the group of the others is no supplier more: a note.
- The value is that of the contracts of the lot, `contract_value`. 0, 1, ranges and estimates are no amounts. In euros,
  with the term and one buyer known, it is a cost a year.
- A modification (F20) updates the lots that it speaks of in the notice that it names: value, term and contractors.
- Contracts are in force from their begin, else from the day that they were concluded, to their stated end. Where none
  is stated they have none, which is counted, or end after `--assume-years`.

## What is ignored, and why

- Translations: of the languages of a notice the original alone is read.
- Corrections (F14): they change texts and replace nothing; each is a finding that names the notice.
- Notices of intention (F15, VEAT), unless `--veat` reads them as awards: counted. Contracts that were not awarded.
- The ceiling of a framework: nobody says how much of it is bought. Subcontracting: nobody is named.
- Contact persons and their addresses: data of persons are not imported.

## Beware

- Notices add up. One takes the place of one with its number, and of nothing else; `--part NAME` names a delivery that
  the next one of that name replaces whole.
- National numbers are free text: one counts only where it has a valid check and the country fits (an LEI, or a Belgian
  KBO number). Words for a role in a group, such as *(mandataire)*, are no part of a name.
- Entities, document types and the network are off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.ports import Source
from importers.procurement.deliveries import CAVEAT, part_of
from importers.procurement.files import read_files
from importers.ted.awards import read_notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.model import Facts
    from depgraph.ports import Given


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each notice.

    Raises
    ------
    MissingPathError, InputError
        If a path cannot be read.

    """
    return read_files(given, read_notice)


SOURCE = Source(
    name="ted",
    title="Procurement notices of TED before eForms",
    publisher="Publications Office of the European Union",
    licence="reusable (Commission Decision 2011/833/EU)",
    url="https://ted.europa.eu",
    formats="notices in TED XML R2.0.8 and R2.0.9 (TED_EXPORT): files, a folder, or a zip",
    read=read,
    part_of=part_of,
    caveat=CAVEAT,
    trust=42,
    notices=True,
    about=__doc__,
)

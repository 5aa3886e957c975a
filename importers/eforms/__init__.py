"""Notices in eForms, the form of the EU since 2023: who bought which ICT from whom.

Award notices, modifications and notices of intention (Implementing Regulation (EU) 2019/1780) are read, also those of
national variants, one in each XML file.

## What becomes what

- A lot that was awarded is a service: `service:`, the id of the procedure and of the lot. Each buyer `uses` it, with
  its class of the CPV as the type of service: that of the lot or of the procedure, the first that is ICT
  (`importers/procurement/cpv_ict.csv`), else an additional one. Other lots are counted and not read; `--all-cpv`
  reads them.
- It is `provided_by` the winners: the tendering parties of tenders that both a result of the lot and a contract name.
  Where these disagree, or one is missing, the winner is unknown, with a finding. Several winners, and the members of
  one consortium, are `unknown`: nobody says whether they are alternatives.
- Subcontractors of a winning party stand behind the service of the lot, and behind nothing else: `maybe`.
- The value is the sum of the winning tenders, `contract_value`. In euros, with the term and one buyer known, it is a
  cost a year. 0, 1 and values that are withheld are no amounts, nor is one of several lots that of each.
- Contracts are in force from their planned begin, else from the day that they were signed, to their planned end. Where
  no end is stated they have none, which is counted, or end after `--assume-years`.

## What is ignored, and why

- Notices that award nothing, and lots that were not awarded.
- Notices of intention (VEAT), unless `--veat` reads them as awards: counted.
- Maximum values of frameworks: nobody says how much of them is bought. Groups of lots and parts: lots are awarded.
- Natural persons who won: each is `unknown:`, by what the notice calls it. Contacts and beneficial owners: data of
  persons are not imported. That something is subcontracted, where nobody is named.

## Beware

- Notices add up. A notice takes the place of an earlier version of itself and of what it names as changed; a
  modification updates the lots that it speaks of. `--part NAME` names a delivery that the next one of that name
  replaces whole.
- A modification of a notice of before eForms names it by its number in the Official Journal, and its lots have ids of
  their own: it does not update what `ted` says of that notice, which is a warning.
- A number of a company without the name of its register is one only where it has a valid check and the country fits: an
  LEI, or a Belgian KBO number. All others are known by name, country beside.
- 1970-01-01 and 2000-01-01 stand where no date is known.
- Entities, document types and the network are off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.ports import Source
from importers.eforms.awards import read_notice
from importers.procurement.deliveries import CAVEAT, part_of
from importers.procurement.files import read_files

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
    name="eforms",
    title="Procurement notices in eForms",
    publisher="Publications Office of the European Union (TED), and national gateways",
    licence="TED: reusable (Commission Decision 2011/833/EU); others: that of the gateway",
    url="https://ted.europa.eu",
    formats="notices in XML (ContractAwardNotice): files, a folder, or a zip",
    read=read,
    part_of=part_of,
    caveat=CAVEAT,
    trust=45,
    notices=True,
    about=__doc__,
)

"""DORA registers of information: which ICT services financial entities use, of whom, and who stands behind these.

Every financial entity in the EU files one each year (Regulation (EU) 2022/2554, Article 28(3); Implementing Regulation
(EU) 2024/2956): 15 templates in one report package. A package is checked against the rules of the European supervisors,
and read. What breaks a rule is a finding, with rule, file, line, column and cure; `--dry-run` ends with 3 where a
supervisor would reject it, and `--findings FILE` writes all of them with their weight and their quality.

## What becomes what

- `B_01.02`: entities are parties with type, country, total assets (in euros where they are stated in euros) and
  `owned_by` their direct parent. Types x317 and x318 are parties without the sector of a financial entity. Branches
  (`B_01.03`) are `part_of` their head office.
- `B_06.01`: functions, known by their identifier and the LEI of the entity. Critical: yes is 1, no is 0, not assessed
  is unknown. The recovery time objective is the tolerance: 0 says that none is defined, 1 up to one hour.
- `B_02.02`: one service for each register, contract, provider and type of service, however many rows its countries
  make. Functions `use` it; whether several services of one type are alternatives, nobody says. The countries of
  provision, storage and processing are places, each role a requirement of its own that is `maybe`.
- `B_02.01`: the cost of a contract is that of its one service; of several services, and of several functions that
  use one, nobody says how it falls to each. An amount in another currency is kept in that, and is unknown in euros.
- `B_05.02`: subcontractors stay within their contract and type of service. Rank 1 is the provider of the contract,
  and its recipient is not read; a subcontractor of rank n delivers to one of rank n - 1. Several of one rank are
  `unknown`. Where none is reported, one may be there all the same (it is `unknown:`), unless a function of the service
  is critical: then none underpins it.
- `B_02.03`: a contract within the group needs the outside contract that it stands on; the cost is counted outside.
- `B_05.01`: providers, by LEI, EUID, VAT number or the number of a Dutch, Belgian or Luxembourg register; by name,
  country and code otherwise. Their ultimate parent owns them.
- `B_07.01`: substitutability, exit plan, reintegration, impact and alternatives of a service.
- `B_04.01`: a user that no row of `B_02.02` has may need the services of the contract.

## What is ignored, and why

- Individuals: numbers of passports and persons, and their names. A provider that is an individual is `unknown:`, with
  the row of the register as its number.
- Reasons of termination: they are filled in every row, and end nothing; the end date does.
- `B_03.01` and `B_03.03` (who signs), notice periods, governing law, dates of audits, totals by provider, `B_99.01`.

## Beware

- `9999-12-31` is open. Codes are read with and without their prefix (`eba_TA:S01`, `S01`). Amounts are full units.
- One package is a part of the source: the entity and the scope (`LEI.IND`). A later one replaces it, and an older one
  is refused, also one made earlier for the same date. A folder of packages is one part, stored whole or not at all;
  without `--part` it has no name.
- Of several registers of one entity and scope, over all imports, the later reference date counts, then the later
  timestamp. Where an entity has a register of its own and stands in that of its group, its own counts, whatever the
  order and number of imports: `status` counts both. `--scope con` asks the other way round: then its group's counts,
  of entities whose needs that tells of.
- A column of assessments, notice periods or amounts that says the same in all rows of a table of 20 or more, a
  provider list in which each is its own parent, and a sensitivity that follows criticality are warnings: whoever
  fills a register to pass the checks writes such defaults.
- A provider that `B_05.01` does not have is `unknown:`. A broken chain is a finding, and its end may be needed.
- The layout of one data point a row is read, and breaks rule 115.
- The filled Excel template is read with codes or the labels of its drop-downs, in the numbering that the set of codes
  of each sheet shows (dry run, as published, corrigendum); one that fits none is refused. Its scope is that of its
  name, else individual for one entity and consolidated for more. Rules about packages are not asked of it.
- Not read: XBRL in XML, and packages of the dry run of 2024. Each is refused with what to do.
- What asks GLEIF (VR_2, VR_12, VR_16, VR_23, VR_71, VR_77) is checked with what the store holds of `gleif`, also in a
  dry run. Not checked: what asks the business registers (VR_72, VR_78). Each
  import says which other rules its input could not show.
"""

from __future__ import annotations

from depgraph.model import Label, Marking
from depgraph.ports import Source
from importers.dora_roi.registers import part_of, read, rules_for, stated_age, stated_date

SOURCE = Source(
    name="dora-roi",
    title="DORA registers of information of financial entities",
    publisher="whoever files the register",
    licence="the filer's own; templates, code lists and rules: (c) European Banking Authority, source acknowledged",
    url="https://www.eba.europa.eu/activities/direct-supervision-and-oversight/digital-operational-resilience-act",
    formats=(
        "report packages in plain CSV of modules DORA010100 and DORA010200: a zip, the folder unpacked from it, or a"
        " folder of many; or the filled Excel template"
    ),
    read=read,
    stated_date=stated_date,
    part_of=part_of,
    stated_age=stated_age,
    checks_with="gleif",
    trust=70,
    # A register is confidential business information of whoever files it.
    marking=Marking(Label.AMBER),
    rules=rules_for,
    about=__doc__,
)

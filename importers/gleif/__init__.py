"""The Global LEI Index: what legal entities are called, where they are, and who consolidates whom.

## What becomes what

- An LEI is a party with its legal name and the country of its jurisdiction. Other, previous and transliterated names
  are further names of it; its number in the Dutch, Belgian or Luxembourg register (KvK, KBO, RCS) is another id of it.
- Its direct parent owns it (`owned_by`): that a parent consolidates it is control, whatever the percentage. Where only
  an ultimate parent is stated it is owned by that; where both are, the ultimate one stands on top of the chain. A
  relation is in force in its RELATIONSHIP_PERIOD.
- An international branch is `part_of` its head office, and with it belongs to the group of whoever owns that.
- An entity that was merged, or is a duplicate, is another name of its successor.
- Who states that its parents are natural persons, or that no person is known, has no parent. Any other reason not to
  state a parent is a parent that nobody knows.
- Those LEIs are kept that the store knows when it is imported, by LEI or by the number in a national register, with
  who they became and all their parents. `--all` keeps everything.

## What is ignored, and why

- Relations of funds (managed by, sub-fund of, feeder to): they say nothing of control. They are counted.
- Names and addresses of sole proprietors: these are persons. Postal addresses of all others.
- Relations that are withdrawn, duplicates or not confirmed yet, and those that ended nobody says when: counted. One
  whose registration has lapsed stands as it was last confirmed: counted too.
- Percentages that do not show control: 1.00 stands beside 100.00 with the same unit.

## Beware

- Give level 1, level 2 and reporting exceptions together, CSV or XML, zipped or not, or a folder of them: an import
  replaces the last one. A delta is given together with the golden copy that it changes: alone it has neither the
  parents nor the other relations of what it changes.
- Import again after other sources: `depgraph status` says which LEIs came after the last import.
- What is kept tells that the store names it. Where only data of a closer marking do, a warning says of how many parties
  that is so: mark GLEIF as these are, or keep all of it (`--all`).
- CSV is read six times as fast as XML: 2 seconds of a processor for 100,000 entities, in 32 MiB however many there are.
- What is kept is held in memory while it is read: little by default; with `--all` one GB for each million entities.
- A branch is its head office: by group and by country it counts where that does, under whoever owns the head office.
- GLEIF knows parents by accounting consolidation. Who controls without consolidating is not in it.
"""

from __future__ import annotations

from depgraph.ports import Source
from importers.gleif.files import stated_date
from importers.gleif.meaning import read

SOURCE = Source(
    name="gleif",
    title="Global LEI Index: legal entities and who consolidates whom",
    publisher="Global Legal Entity Identifier Foundation (GLEIF)",
    licence="CC0-1.0",
    url="https://www.gleif.org/en/lei-data/gleif-golden-copy",
    formats="golden copies of level 1, level 2 and reporting exceptions and their deltas, CSV or XML, also zipped",
    read=read,
    stated_date=stated_date,
    caveat=(
        "GLEIF: parents are those that consolidate in their accounts; who controls an entity without consolidating it,"
        " and parents that are not named, are not known."
    ),
    trust=75,
    selects=True,
    about=__doc__,
)

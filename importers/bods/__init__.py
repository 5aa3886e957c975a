"""The Beneficial Ownership Data Standard, versions 0.1 to 0.4: which entities own which.

## What becomes what

- An entity is a party with its name, its other names and the country of its jurisdiction. Its LEI, KvK, KBO or RCS
  number is its id; without one it is known by its name with the number that its register gave it.
- A relationship is `owned_by` if it is control: more than half of the shares or votes, or control that is declared
  (appointment of the board, other influence or control, control by articles or by law). Parts are intervals: 50 to 75
  per cent without the 50 is control, 25 to 50 is not, and of 25 to 75 nobody can say. An exact part is the share of
  the tie.
- Of each record the latest statement counts (0.4), or the one that none replaces (0.1 to 0.3). A record that was
  closed has ended on the day of its statement; an interest holds from its start to its end.
- An indirect interest is counted once: by its components where these are in the files, and not beside a direct owner.
- An owner that is an anonymous or unknown entity is a parent that nobody knows.

## What is ignored, and why

- Persons: they are never imported, nor is whom they own. An entity with owners that are persons has no owner here.
- Trusts, nominees and their parties: ties of another kind than ownership. Interests that are no control. They are
  counted.
- Addresses, dates of founding, listings: no ownership is in them.

## Beware

- An owner that is not stated, whatever the reason, is neither one nor none: it is counted.
- Files of any size are read, a statement at a time. What is kept of each is held in memory, since a later statement may
  replace an earlier one: about 0.1 GB for 100,000 statements.
- Several publishers may state one relationship: give each its own `--part`.
"""

from __future__ import annotations

from depgraph.ports import Source
from importers.bods.meaning import read

SOURCE = Source(
    name="bods",
    title="Beneficial ownership statements (BODS): which entities own which",
    publisher="the publisher of each file; the standard is of Open Ownership",
    licence="as stated in the file (publicationDetails)",
    url="https://standard.openownership.org",
    formats="BODS 0.1 to 0.4: a JSON list, or JSON lines, also zipped",
    read=read,
    caveat=(
        "BODS: owners that are persons, and interests that are no control, are left out; who owns by way of trusts or"
        " nominees is not known."
    ),
    trust=65,
    about=__doc__,
)

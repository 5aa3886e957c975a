"""Any table that people keep: a list of contracts, suppliers or applications, read by way of a mapping.

## What becomes what

`depgraph map FILE` looks at a table and writes a mapping, a short TOML file to review. `depgraph import table FILE
--map MAPPING` reads with it. The mapping turns each row into rows of a [register](../register.md), so that a table and
a register of the same content say the same. [Tables](../tables.md) lists what a mapping can say.

- The organisation (a column, the name of the sheet, or one for the whole file) needs the supplier. A column of what
  is bought names the requirement, or, where something is said of what the organisation does, a function of its own.
- Several suppliers in one cell, once the mapping says how they are parted, are one requirement of which nobody says
  how many must work. The cost of the row is of none of them.
- A subcontractor stands behind a service that the row makes, and the supplier provides: other customers of the
  supplier do not stand on it.
- A blank or a word such as n.v.t., sans objet, k. A. or TBC in the column of the supplier is one that nobody knows.
- Numbers of registers (KvK, KBO, RCS, LEI, VAT, EUID) make a supplier one across sources.
- Costs become euros in a year by what the mapping says: of which period, in which unit, in which currency and at
  which rate. Without a rate another currency stays unknown. An amount for a whole term stays unknown too, unless the
  mapping says that it is spread over its days.

## What is ignored, and why

- Columns that the mapping drops, each by name: names, telephone numbers and addresses of people always are.
- Title rows, notes below the table, a header that is printed again. Totals only where the mapping says so.
- Hidden sheets, unless the mapping names one. Hidden and filtered rows are read, and counted aloud.

## Beware

- What the table does not prove is asked, and nothing is imported before it is answered: the order of 01-02-2026,
  the sign in 1.234, years of two digits, whether an amount is for a year or the whole term, which of several
  columns is meant, what a word of criticality is as a number. One row may prove it for its column; two rows that
  contradict each other are a finding.
- A number that a spreadsheet damaged (a KvK number of 7 digits, 8,1E+13) is named and never used.
- Cells with formulas are read by the values that the file was saved with; one without such a value is a finding.
- Blanks below the first row of a group are filled only if the mapping says so; what is merged down holds for its
  rows.
- A second table below the first, a column that is new, and one that is gone are named.
- The mapping names its part: two tables with two mappings stand beside each other, and the next file of the same
  table replaces the one before.

Headers are known in Dutch, French, English and German: `importers/table/words.csv` lists the words.
"""

from __future__ import annotations

from depgraph.model import Label, Marking
from depgraph.ports import Source
from importers.table.reading import part_of, read

SOURCE = Source(
    name="table",
    title="Any table of contracts, suppliers or applications, read by way of a mapping",
    publisher="whoever keeps the table",
    licence="the keeper's own",
    url="",
    formats="one CSV (any common encoding and separator), XLSX, XLSM or ODS file, with --map MAPPING",
    read=read,
    part_of=part_of,
    trust=70,
    tables=True,
    mapped=True,
    # What an organisation writes of its own suppliers is not public unless it says so.
    marking=Marking(Label.AMBER),
    about=__doc__,
)

"""A register of contracts and dependencies: the plain format that anybody can write.

## What becomes what

- A row of `needs` is one need: `dependent` needs `provider`. Rows of one dependent and one requirement belong
  together.
- A row of `nodes` is one party, function, service, product or place with its attributes, its owner, parent and
  whole.

[The register](../register.md) describes each column; `depgraph sample register` writes an empty one to fill in. A table
of another form is read by the source [table](table.md), by way of a mapping.

## What is ignored, and why

Columns that `--ignore` names, sheets and files of other names (each is told), and blank rows.

## Beware

- An unknown column is an error: a misspelt one would be lost in silence.
- `1.234` and `1,234` are asked about unless the column shows which sign stands before decimals (`--decimal`).
- N/A, TBD and the like in place of a provider are errors unless `--placeholders unknown` reads them as unknown.
"""

from __future__ import annotations

from depgraph.model import Label, Marking
from depgraph.ports import Source
from importers.register.reading import read

SOURCE = Source(
    name="register",
    title="A register of who needs whom, in the plain format of depgraph",
    publisher="whoever keeps the register",
    licence="the keeper's own",
    url="",
    formats="a folder or zip with needs.csv and nodes.csv, these files, or one XLSX with sheets needs and nodes",
    read=read,
    trust=80,
    tables=True,
    # What an organisation writes of its own suppliers is not public unless it says so.
    marking=Marking(Label.AMBER),
    about=__doc__,
)

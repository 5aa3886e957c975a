"""A register of contracts and dependencies: the plain format that anybody can write."""

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
)
